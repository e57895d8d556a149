"""Tasks of the API: jobs of its kind of source, each seen by its own caller only."""

import asyncio
import json
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from dataclasses import asdict, dataclass, field

import structlog
from fastapi import Request as HttpRequest

from api.capabilities import check_capabilities
from api.errors import ApiError, error_of, not_found, stopping
from api.guard.caller import Caller
from api.idempotency import check_same
from api.uploads import Uploads
from transcription import File, Job, JobState, Request, Service, Source, TaskOptions, View

log = structlog.get_logger()

API = "api"
"""The kind of source of all jobs that came over HTTP."""
LOCALE = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What is asked of a file: a model by its own name, and a Whisper code, or None to detect the language.

    `shows_words` is kept for those who ask for the result. `key` makes a second task of the same caller and key the
    first one; `is_fresh` is whether a transcript of the same file that is there already won't do.
    """

    model: str
    language: str | None
    prompt: str | None = None
    options: TaskOptions = field(default_factory=TaskOptions)
    shows_words: bool = False
    key: str | None = None
    is_fresh: bool = False


@dataclass(frozen=True, slots=True)
class Asker:
    """Who sent a task, by the caller's id, and how its result is to be shown; kept with the job."""

    caller: str
    shows_words: bool = False

    @classmethod
    def of(cls, job: Job) -> "Asker":
        """That of a job of the API."""
        return cls(**json.loads(job.request.source.reply_to))

    @property
    def reply_to(self) -> str:
        """The same as a job's source has it."""
        return json.dumps(asdict(self))


class Tasks:
    """Submits, shows, awaits and ends tasks; erases the upload of each that has ended."""

    def __init__(self, service: Service, uploads: Uploads, *, max_queued: int, keep_days: float) -> None:
        self._service = service
        self._uploads = uploads
        self._max_queued = max_queued
        self._is_read_once = keep_days == 0
        self._news: defaultdict[int, set[asyncio.Event]] = defaultdict(set)
        self._changed: set[int] = set()
        self._wake = asyncio.Event()
        self._closing = asyncio.Event()
        self._is_stopping = False
        self._unended: set[int] = set()
        service.subscribe(self._on_change, source=API)

    @property
    def has_room(self) -> bool:
        """Whether another task may wait."""
        return len(self._unended) < self._max_queued

    def check_room(self) -> None:
        """Raise `ApiError` (503) where too many tasks wait, or none is taken any more."""
        if self._is_stopping:
            raise stopping()
        if not self.has_room:
            raise ApiError.of("queue-full", {"limit": self._max_queued})

    async def submit(self, caller: Caller, file: File, wishes: Wishes) -> Job:
        """Write a task durably; it owns the upload from then on. Raises `ApiError` and `TranscriptionError`."""
        self.check_room()
        translate = wishes.options.translate
        check_capabilities(wishes.model, prompt=wishes.prompt, translate=translate, language=wishes.language)
        key = uuid.uuid4() if wishes.key is None else uuid.uuid5(uuid.NAMESPACE_OID, f"{caller.user_id} {wishes.key}")
        asker = Asker(caller.id, wishes.shows_words)
        # Each is a conversation of its own: what language others were in tells nothing.
        source = Source(API, key.hex, key.hex, asker.reply_to)
        known_as = f"{caller.id}/{file.unique_id}"
        request = Request(
            source=source,
            user_id=caller.user_id,
            file=File(file.file_id, f"{known_as}/{uuid.uuid4().hex}" if wishes.is_fresh else known_as, file.size_bytes),
            model=wishes.model,
            language=wishes.language,
            locale=LOCALE,
            prompt=wishes.prompt,
            options=wishes.options,
        )
        former = await self._find_former(source)
        job = await self._service.submit(request)
        if former or job.request.file.file_id != file.file_id:
            check_same(job.request, request, known_as)
            return job
        self._uploads.take_over(file.file_id)
        self._unended.add(job.id)
        self._on_change(job.id)  # it may have ended, for the text of a file that is known is there at once
        log.info("task queued", job=job.id, task=source.key, bytes=file.size_bytes, caller=caller.name)
        return job

    async def _find_former(self, source: Source) -> Job | None:
        """The task of a key that was used before. One whose client hung up, which cancelled it, is forgotten."""
        job = await self._service.find(source)
        if job and job.state is JobState.CANCELLED:
            await self._service.erase(job.id)
            return None
        return job

    async def find(self, caller: Caller, task_id: str) -> Job:
        """A caller's task. Raises `ApiError` (404) for all others."""
        job = await self._service.find(Source(API, task_id))
        if job is None or Asker.of(job).caller != caller.id:
            raise not_found()
        return job

    async def view(self, job_id: int) -> View:
        """What there is to say of a task now. Raises `ApiError` (404) where it was erased meanwhile."""
        view = await self._service.view(job_id)
        if view is None:
            raise not_found()
        if view.job.state.ended and self._is_read_once:
            await self._service.mark_delivered(job_id)
        return view

    async def views(self, job_id: int) -> AsyncIterator[View]:
        """What there is to say of a task, again whenever that changed; the last is of its end, or before a stop."""
        news = asyncio.Event()
        self._news[job_id].add(news)
        try:
            while True:
                news.clear()
                yield (view := await self.view(job_id))
                if view.job.state.ended or self._closing.is_set():
                    return
                await news.wait()
        finally:
            self._news[job_id].discard(news)
            if not self._news[job_id]:
                del self._news[job_id]

    async def wait(self, request: HttpRequest, job: Job) -> View:
        """What became of a task. A client that hangs up meanwhile cancels it, and so does whoever cancels this.

        Raises `ApiError`: that of the task, or 503 where the process stops.
        """
        ending = asyncio.create_task(self._wait(job.id))
        gone = asyncio.create_task(_disconnected(request))
        try:
            await asyncio.wait({ending, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not ending.done():
                await self._service.cancel(job.id)
            return await ending
        finally:
            gone.cancel()
            ending.cancel()

    async def _wait(self, job_id: int) -> View:
        view = [view async for view in self.views(job_id)][-1]
        if not view.job.state.ended:
            raise stopping()
        if error := error_of(view.job):
            raise error
        return view

    async def delete(self, job: Job) -> None:
        """End a task, or erase one that has ended, with its text."""
        if job.state.ended or not await self._service.cancel(job.id):
            await self._erase_upload(job)
            await self._service.erase(job.id)

    async def resume(self, kept: Iterable[str]) -> None:
        """Take up what a former process left: of uploads, those that unfinished tasks need, and the kept ones."""
        known = [*kept]
        for job_id in await self._service.undelivered(API):
            job = await self._service.get(job_id)
            if job and job.state.ended:
                self._on_change(job_id)
            elif job:
                known.append(job.request.file.file_id)
                self._unended.add(job_id)
        await self._uploads.open(known)

    async def run(self) -> None:
        """Erase the uploads of tasks that have ended, until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._changed:
                await self._settle(self._changed.pop())

    async def _settle(self, job_id: int) -> None:
        job = await self._service.get(job_id)
        if job and not job.state.ended:
            return
        self._unended.discard(job_id)
        if job is None or job.is_delivered:
            return
        await self._erase_upload(job)
        if not self._is_read_once:
            await self._service.mark_delivered(job_id)
        log.info("task ended", job=job_id, task=job.request.source.key, state=job.state, error=job.error)

    async def _erase_upload(self, job: Job) -> None:
        if not job.request.file.is_link:
            await self._uploads.erase(job.request.file.file_id)

    def stop(self) -> None:
        """Take no more tasks."""
        self._is_stopping = True

    def close(self) -> None:
        """Let all who wait know that the process stops."""
        self._closing.set()
        for waiting in self._news.values():
            for news in waiting:
                news.set()

    def _on_change(self, job_id: int) -> None:
        self._changed.add(job_id)
        self._wake.set()
        for news in self._news.get(job_id, ()):
            news.set()


async def _disconnected(request: HttpRequest) -> None:
    """Returns once the client has hung up; to be used after the body was read."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
