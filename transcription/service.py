"""The façade of transcription: submit, view, cancel and forget jobs, and subscribe to their changes."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from transcription.errors import QueueFull, TooBig, TooLong, TranscriptionError
from transcription.expiry import Expiry
from transcription.host.clock import Clock
from transcription.jobs import Job, JobState, Preferences, Request, Source
from transcription.speed import Estimate, SpeedEstimates
from transcription.storage.jobs import JobStore
from transcription.storage.settings import SettingsStore
from transcription.texts import Texts
from transcription.transcript import join_text
from transcription.view import View
from transcription.worker import OnChange, Worker

log = structlog.get_logger()

CreateWorker = Callable[[OnChange], Worker]


@dataclass(frozen=True, slots=True)
class ServiceOptions:
    """The owner's defaults and limits; `defaults.model` is never None. `keep_days` 0 keeps texts until delivered.

    What can't be delivered is deleted after `keep_days`, too, and after a day at the earliest. `is_remote` says that
    recordings are sent to another server.
    """

    defaults: Preferences
    max_duration_s: float
    max_queued_per_user: int
    keep_days: float
    is_remote: bool = False
    has_workers: bool = False
    """Whether it is workers that transcribe, rather than a server."""


class Service:
    """What handlers and delivery use of transcription. `create_worker` makes a worker that calls what it is given."""

    def __init__(
        self,
        *,
        store: JobStore,
        settings: SettingsStore,
        create_worker: CreateWorker,
        speeds: SpeedEstimates,
        options: ServiceOptions,
        clock: Clock | None = None,
    ) -> None:
        self.options = options
        self.texts = Texts(store)
        self._expiry = Expiry(store, options.keep_days, clock or Clock())
        self._store = store
        self._settings = settings
        self._worker = create_worker(self._changed)
        self._speeds = speeds
        self._listeners: list[tuple[str, Callable[[int], None]]] = []
        self._sources: dict[int, str] = {}

    async def take_up(self, source: str) -> None:
        """Queue the jobs of this kind of source that a former process left, once their files can be had."""
        for job in await self._store.requeue(source):
            if job.id not in self._worker:
                self._sources[job.id] = source
                self._worker.add(job)
            await asyncio.sleep(0)  # there may be thousands

    async def run(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._worker.run())
            group.create_task(self._expiry.run())
            group.create_task(self.texts.index_former())

    @property
    def in_hand(self) -> int:
        """How many jobs are being worked on."""
        return self._worker.in_hand

    @property
    def is_idle(self) -> bool:
        """Whether no job is waiting or worked on."""
        return self._worker.is_idle

    async def drain(self, patience_s: float) -> None:
        """Take no more jobs, and wait at most this long for those in hand to end."""
        await self._worker.drain(patience_s)

    def subscribe(self, listener: Callable[[int], None], *, source: str) -> None:
        """Call `listener(job_id)` on the event loop whenever the view of a job of this kind of source changed."""
        self._listeners.append((source, listener))

    async def undelivered(self, source: str) -> list[int]:
        """Ids of this kind of source's jobs whose result was not delivered, oldest first."""
        return await self._store.undelivered(source)

    async def mark_delivered(self, job_id: int) -> None:
        """A job's result has reached whoever asked for it, or never can."""
        await self._store.mark_delivered(job_id)

    async def submit(self, request: Request) -> Job:
        """Write the job durably and return it; the same source a second time gives the first job again.

        A file that was transcribed before, or is refused, has ended when this returns. Raises `QueueFull` while too
        many of a person's jobs are undelivered, also ended ones where they are not polled: they take turns in a chat.
        """
        job = await self._store.find(request.source)
        if job is None:
            if await self._waiting(request) >= self.options.max_queued_per_user:
                raise QueueFull(limit=self.options.max_queued_per_user)
            job, _ = await self._store.add(request)
        if job.state is JobState.QUEUED and job.id not in self._worker:
            job = await self._start(job)
        return job

    async def _waiting(self, request: Request) -> int:
        """How many jobs of a request's sender count for the limit."""
        if self._worker.sources[request.source.kind].is_polled:
            count = len(await self._store.unfinished(request.user_id))
        else:
            count = await self._store.count_undelivered(request.user_id)
        return count - self._worker.pending_first_passes(request.user_id)

    async def _start(self, job: Job) -> Job:
        """Answer a job that is on disk at once, or queue it."""
        if refusal := self._refusal(job.request):
            job = await self._store.transition(job.id, JobState.FAILED, refusal) or job
        elif cached := await self._store.find_cached(job.request.as_final(self._worker.final_model(job.request))):
            job = await self._store.finish(job.id, cached) or job
            log.info("note known", job=job.id)
        else:
            self._worker.add(job)
        self._announce(job)
        return job

    def _refusal(self, request: Request) -> TranscriptionError | None:
        file, max_bytes = request.file, self._worker.sources[request.source.kind].max_file_bytes
        if (file.size_bytes or 0) > max_bytes:
            return TooBig(limit_mb=max_bytes >> 20)
        if (file.duration_s or 0) > self.options.max_duration_s:
            return TooLong(limit_s=self.options.max_duration_s)
        return None

    async def find(self, source: Source) -> Job | None:
        """The job of a source, if there is one."""
        return await self._store.find(source)

    async def get(self, job_id: int) -> Job | None:
        """A job; None once it was forgotten."""
        return await self._store.get(job_id)

    async def erase(self, job_id: int) -> bool:
        """Delete a job that has ended, with its text, now; False where it has not ended, or is not there."""
        return await self._store.erase(job_id)

    async def cancel(self, job_id: int, *, keep_text: bool = False) -> Job | None:
        """End a job that has not ended yet, with the text of its first pass if it has one; None where it has ended.

        With `keep_text` what was recognised so far is a text, too.
        """
        progress, job = self._worker.progress(job_id), await self._store.get(job_id)
        text = progress and progress.first_pass
        if text is None and keep_text and progress and job:
            text = progress.so_far(job.request.model)
        if text:
            job = await self._store.finish(job_id, text)
        else:
            job = await self._store.transition(job_id, JobState.CANCELLED)
        if job:
            self._worker.abort(job_id)
            self._announce(job)
        return job

    async def cancel_conversation(self, source: Source, user_id: int) -> int:
        """End all of one person's unfinished jobs in a source's conversation; returns how many."""
        jobs = await self._store.unfinished(user_id, source)
        return sum([await self.cancel(job.id) is not None for job in jobs])

    async def forget(self, user_id: int) -> int:
        """Delete all jobs, transcripts and preferences of a person now, running ones included; returns how many."""
        jobs = await self._store.unfinished(user_id)
        for job in jobs:
            self._worker.abort(job.id)
        self._worker.voice_looks.clear()
        await self._settings.forget(user_id)
        count = await self._store.forget(user_id)
        for job in jobs:
            self._announce(job)
        return count

    async def view(self, job_id: int) -> View | None:
        """What there is to say of a job now; None once it was forgotten."""
        job = await self._store.get(job_id)
        if job is None:
            return None
        if job.state is JobState.DONE:
            return View(job, transcript=await self._store.transcript(job_id))
        progress = self._worker.progress(job_id)
        if progress and job.state is JobState.RUNNING:
            if progress.first_pass:
                return View(job, text=progress.first_pass.text, is_preliminary=True)
            text = join_text(progress.segments)
            return View(job, eta_s=progress.left_s, fraction=progress.fraction, text=text, stage=progress.stage)
        if progress and progress.fetched_mb is not None:
            return View(job, fetched_mb=progress.fetched_mb)
        position, eta_s = self._worker.position(job_id) or (None, None)
        is_held_up = not self._worker.is_available
        lacks_worker = is_held_up and self.options.has_workers
        return View(job, position=position, eta_s=eta_s, is_held_up=is_held_up, lacks_worker=lacks_worker)

    async def voices(self, job_id: int) -> int | None:
        """How many voices are clearly there in the recording of a job that has just been done, within a minute or so.

        None where idle time for it does not come, where speakers were asked for, and for short or long recordings.
        """
        return await self._worker.voice_looks.voices(job_id)

    @property
    def defaults(self) -> Preferences:
        """The owner's model (never None) and language, for chats that chose none."""
        return self.options.defaults

    def set_default_model(self, model: str) -> None:
        """Transcribe with this model from now on where a chat chose none."""
        self.options = replace(self.options, defaults=replace(self.options.defaults, model=model))

    async def preferences(self, chat_id: int) -> Preferences:
        """What a chat chose."""
        return await self._settings.preferences(chat_id)

    async def change_preferences(self, chat_id: int, **changes: str | int | None) -> None:
        """Keep some of a chat's `Preferences`; the others stay."""
        await self._settings.change_preferences(chat_id, changes)

    def speed(self, model: str) -> Estimate:
        """How fast a model is here, measured or estimated."""
        return self._speeds.estimate(model)

    def _announce(self, job: Job) -> None:
        self._sources[job.id] = job.request.source.kind
        self._changed(job.id)

    def _changed(self, job_id: int) -> None:
        for source, listener in self._listeners:
            if source == self._sources.get(job_id):
                listener(job_id)
        if job_id not in self._worker:
            self._sources.pop(job_id, None)
