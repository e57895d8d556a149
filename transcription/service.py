"""The façade: notes go in, and what has become of them can be asked at any time."""

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from transcription.errors import QueueFull, TooBig, TooLong, TranscriptionError
from transcription.host.clock import STEADY_S, Clock
from transcription.jobs import Job, JobState, Preferences, Request, Source
from transcription.models.registry import Stage
from transcription.speed import SpeedEstimates
from transcription.storage.jobs import JobStore
from transcription.storage.settings import SettingsStore
from transcription.transcript import Transcript, join_text
from transcription.worker import Worker

log = structlog.get_logger()

DAY_S = 86400.0
EXPIRY_EVERY_S = 60.0
UNDELIVERED_S = DAY_S
"""A text that nobody could be told is kept for so long at least; `keep_days` may be less."""


@dataclass(frozen=True, slots=True)
class ServiceOptions:
    """The owner's defaults and limits; `defaults.model` is never None. `keep_days` 0 keeps texts until delivered.

    What can't be delivered is deleted after `keep_days`, too, and after a day at the earliest.
    """

    defaults: Preferences
    max_file_bytes: int
    max_duration_s: float
    max_queued_per_user: int
    keep_days: float


@dataclass(frozen=True, slots=True)
class View:
    """What there is to say of a job now.

    Queued: `position` (1 is next) and `eta_s` until its text. Running: `fraction` of the audio heard (0..1), the
    `text` so far and `eta_s`, or the `stage` of its model's loading, of which `fraction` is then done; or, if it
    `is_draft`, the whole `text`, which a larger model goes over. Done: `transcript`.
    """

    job: Job
    position: int | None = None
    eta_s: float | None = None
    fraction: float = 0.0
    text: str = ""
    is_preliminary: bool = False
    stage: Stage | None = None
    transcript: Transcript | None = None


class Service:
    """The one door to transcription for handlers and delivery."""

    def __init__(
        self,
        *,
        store: JobStore,
        settings: SettingsStore,
        runner: Worker,
        speeds: SpeedEstimates,
        options: ServiceOptions,
        clock: Clock | None = None,
    ) -> None:
        self.options = options
        self._clock = clock or Clock()
        self._store = store
        self._settings = settings
        self._runner = runner
        self._speeds = speeds
        self._listeners: list[tuple[str, Callable[[int], None]]] = []
        self._sources: dict[int, str] = {}
        runner.changed = self._changed

    async def run(self) -> None:
        """Take up what a former process left, then work until cancelled."""
        for job in await self._store.requeue():
            if job.id not in self._runner:  # its update may come again meanwhile
                self._sources[job.id] = job.request.source.kind
                self._runner.add(job)
            await asyncio.sleep(0)  # there may be thousands
        async with asyncio.TaskGroup() as group:
            group.create_task(self._runner.run())
            group.create_task(self._expire())

    @property
    def in_hand(self) -> int:
        """How many jobs are being worked on."""
        return len(self._runner.active)

    @property
    def is_idle(self) -> bool:
        """Whether no note is waiting or worked on."""
        return not self._runner.active and not self._runner.queue

    async def drain(self, patience_s: float) -> None:
        """Take no more jobs, and wait at most this long for those in hand to end."""
        await self._runner.drain(patience_s)

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

        A file that was heard before, or can't be taken, has ended when this returns. Raises `QueueFull` while too
        many of a person's jobs are unsaid. Ended ones count: refusals, too, are tasks, and take turns in their chat.
        """
        job = await self._store.find(request.source)
        if job is None:
            unsaid = await self._store.count_undelivered(request.user_id) - self._drafts_of(request.user_id)
            if unsaid >= self.options.max_queued_per_user:
                raise QueueFull(limit=self.options.max_queued_per_user)
            job, _ = await self._store.add(request)
        if job.state is JobState.QUEUED and job.id not in self._runner:
            job = await self._start(job)
        return job

    async def _start(self, job: Job) -> Job:
        """Answer a job that is on disk at once, or queue it."""
        if refusal := self._refusal(job.request):
            job = await self._store.transition(job.id, JobState.FAILED, refusal) or job
        elif heard := await self._store.find_cached(self._final(job.request)):
            job = await self._store.finish(job.id, heard) or job
            log.info("note known", job=job.id)
        else:
            self._runner.add(job)
        self._announce(job)
        return job

    def _final(self, request: Request) -> Request:
        return replace(request, model=self._runner.final_model(request))

    def _first_pass(self, job_id: int) -> Transcript | None:
        work = self._runner.active.get(job_id)
        return work.first_pass if work else None

    def _drafts_of(self, user_id: int) -> int:
        return sum(
            work.first_pass is not None and work.job.request.user_id == user_id for work in self._runner.active.values()
        )

    def _refusal(self, request: Request) -> TranscriptionError | None:
        file, options = request.file, self.options
        if (file.size_bytes or 0) > options.max_file_bytes:
            return TooBig(limit_mb=options.max_file_bytes >> 20)
        if (file.duration_s or 0) > options.max_duration_s:
            return TooLong(limit_s=options.max_duration_s)
        return None

    async def find(self, source: Source) -> Job | None:
        """The job of a source, if there is one."""
        return await self._store.find(source)

    async def get(self, job_id: int) -> Job | None:
        """A job; None once it was forgotten."""
        return await self._store.get(job_id)

    async def cancel(self, job_id: int) -> Job | None:
        """End a job that has not ended yet, with its draft if it has one; None where there was nothing to cancel."""
        if draft := self._first_pass(job_id):
            job = await self._store.finish(job_id, draft)
        else:
            job = await self._store.transition(job_id, JobState.CANCELLED)
        if job:
            self._runner.abort(job_id)
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
            self._runner.abort(job.id)
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
        if (work := self._runner.active.get(job_id)) and job.state is JobState.RUNNING:
            if work.first_pass:
                return View(job, text=work.first_pass.text, is_preliminary=True)
            return View(job, eta_s=work.left_s, fraction=work.fraction, text=join_text(work.segments), stage=work.stage)
        position, eta_s = self._runner.positions.of(job_id) or (None, None)
        return View(job, position=position, eta_s=eta_s)

    @property
    def defaults(self) -> Preferences:
        """The owner's model (never None) and language, for chats that chose none."""
        return self.options.defaults

    def set_default_model(self, model: str) -> None:
        """Hear the notes of chats that chose none with this model from now on."""
        self.options = replace(self.options, defaults=replace(self.options.defaults, model=model))

    async def preferences(self, chat_id: int) -> Preferences:
        """What a chat chose."""
        return await self._settings.preferences(chat_id)

    async def set_preferences(self, chat_id: int, preferences: Preferences) -> None:
        """Keep what a chat chose."""
        await self._settings.set_preferences(chat_id, preferences)

    def seconds_per_minute(self, model: str) -> tuple[float, bool]:
        """Seconds of work that a one-minute note takes with a model, and whether that was measured here."""
        rtf, measured = self._speeds.rtf(model)
        return 60 * rtf, measured

    def _announce(self, job: Job) -> None:
        self._sources[job.id] = job.request.source.kind
        self._changed(job.id)

    def _changed(self, job_id: int) -> None:
        for source, listener in self._listeners:
            if source == self._sources.get(job_id):
                listener(job_id)
        if not self._runner.__contains__(job_id):
            self._sources.pop(job_id, None)

    async def _expire(self) -> None:
        keep_s = self.options.keep_days * DAY_S
        while True:
            count, limits = 0, self._expiry_limits(keep_s)
            while gone := await self._store.expire(*limits):
                count += gone
            if count:
                log.info("old notes deleted", count=count)
            await asyncio.sleep(EXPIRY_EVERY_S)

    def _expiry_limits(self, keep_s: float) -> tuple[float, float]:
        """Before when (Unix seconds) jobs must have ended to be deleted: delivered ones, and all others."""
        now = self._clock.believed(min(STEADY_S, keep_s or STEADY_S))
        if now is None:
            return -math.inf if keep_s else math.inf, -math.inf
        return now - keep_s if keep_s else math.inf, now - max(keep_s, UNDELIVERED_S)
