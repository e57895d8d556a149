"""Takes jobs from the queue to a terminal state: slots, attempts, finish, put back, cancel."""

import asyncio
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path

import structlog

from transcription.active_jobs import ActiveJob, ActiveJobs, TurnedOutLongError, may_be_long
from transcription.attempts import Attempts
from transcription.audio.fetching import SourceKind
from transcription.backend import Backend
from transcription.errors import TemporaryFailure, TranscriberUnavailable, TranscriptionError
from transcription.job_queue import JobQueue
from transcription.jobs import Job, JobState, Request
from transcription.observer import Observer
from transcription.progress import TranscriptionProgress
from transcription.queue_positions import SLICE, QueuePositions
from transcription.scheduler import Ticket
from transcription.speed import SpeedEstimates
from transcription.storage.jobs import JobStore
from transcription.suspects import Suspects
from transcription.voice_looks import VoiceLooks

log = structlog.get_logger()

OnChange = Callable[[int], None]


class Worker:
    """The queue and the jobs in hand. `on_change(job_id)` is called on the event loop whenever there is news of one.

    `sources` has each kind of source whose jobs are worked on. Large files are in `spool_dir` meanwhile; None is the
    system's folder for temporary files.
    """

    def __init__(
        self,
        on_change: OnChange,
        *,
        store: JobStore,
        backend: Backend,
        speeds: SpeedEstimates,
        sources: Mapping[str, SourceKind],
        spool_dir: Path | None = None,
        observer: Observer | None = None,
    ) -> None:
        self._on_change = on_change
        self._store = store
        self._backend = backend
        self._speeds = speeds
        self.sources = sources
        self.voice_looks = VoiceLooks()
        self._observer = observer or Observer()
        self._wake = asyncio.Event()
        self._active = ActiveJobs()
        self._queue = JobQueue(self._wake.set)
        self._positions = QueuePositions(
            self._queue, in_hand_s=self._active.left_s, workers=lambda: backend.workers, on_change=on_change
        )
        backend.watch(self._on_backend)
        self._suspects = Suspects(can_kill=backend.can_kill)
        self._attempts = Attempts(
            store=store,
            backend=backend,
            speeds=speeds,
            sources=sources,
            suspects=self._suspects,
            spool_dir=spool_dir,
            on_start=self._on_start,
            on_first_pass=self._release_slot,
        )
        self._draining = False

    def __contains__(self, job_id: int) -> bool:
        """Whether a job is queued or worked on here."""
        return job_id in self._active or job_id in self._queue

    @property
    def in_hand(self) -> int:
        """How many jobs are being worked on."""
        return len(self._active)

    @property
    def is_idle(self) -> bool:
        """Whether no job is waiting or worked on."""
        return not self._active and not self._queue

    @property
    def is_available(self) -> bool:
        """Whether jobs can be transcribed now, as far as is known."""
        return self._backend.is_available

    def progress(self, job_id: int) -> TranscriptionProgress | None:
        """How far a job in hand is; None where it is not in hand."""
        active = self._active.get(job_id)
        return active.progress if active else None

    def position(self, job_id: int) -> tuple[int, float] | None:
        """A queued job's position (1 is next) and the seconds until its text; None where it is not queued."""
        return self._positions.of(job_id)

    def pending_first_passes(self, user_id: int) -> int:
        """How many of a person's jobs have a text and wait for that of their second pass."""
        return self._active.pending_first_passes(user_id)

    def final_model(self, request: Request) -> str:
        """The model of a request's final transcript."""
        return self._backend.final_model(request.model, request.language)

    def add(self, job: Job) -> None:
        """Queue a job that the store holds as queued."""
        file, source = job.request.file, job.request.source.kind
        cost_s = self._cost_s(job.request, file.duration_s, file.size_bytes)
        is_heavy = job in self._suspects or may_be_long(file)
        self._queue.add(Ticket(job.id, job.request.user_id, cost_s, time.monotonic(), is_heavy, source))
        self._positions.invalidate()
        self.voice_looks.set_idle(False)

    def abort(self, job_id: int) -> None:
        """Stop working on a job that the store holds as ended; its thread is free within one batch."""
        self._queue.remove(job_id)
        self._positions.invalidate()
        if active := self._active.get(job_id):
            active.abort()
        self.voice_looks.set_idle(self.is_idle)

    async def run(self) -> None:
        """Work until cancelled; what is in hand then goes back to the queue, for the next start."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._positions.run())
            while True:
                ticket = await self._next()
                job = await self._store.get(ticket.job_id)
                # It was cancelled, forgotten, or added once more in this moment.
                if job is None or job.state.ended or job.id in self._active:
                    self._queue.remove(ticket.job_id)
                    self.voice_looks.set_idle(self.is_idle)
                    continue
                progress = TranscriptionProgress(ticket.cost_s, partial(self._on_change, job.id))
                active = self._active[job.id] = ActiveJob(job, ticket, progress)
                active.task = group.create_task(self._run_job(active), name=f"job {job.id}")
                # Not in the task itself: one that is cancelled before its first step runs none of its code.
                active.task.add_done_callback(partial(self._on_job_done, active))

    async def drain(self, patience_s: float) -> None:
        """Take no more jobs, wait at most this long for those in hand to end, and tell their threads to stop."""
        self._draining = True
        tasks = [active.task for active in self._active.values() if active.task]
        if tasks:
            await asyncio.wait(tasks, timeout=patience_s)
        for active in self._active.values():
            active.progress.stop.set()

    def _cost_s(self, request: Request, duration_s: float | None, size_bytes: int | None) -> float:
        speeds, speakers = self._speeds.of(self._backend.device_of(request.model)), request.options.speakers
        return speeds.cost_s(request.model, duration_s, size_bytes, with_speakers=speakers is not None)

    async def _next(self) -> Ticket:
        await self._backend.until_available()
        while self._draining or (ticket := self._take()) is None:
            self._wake.clear()
            await self._wake.wait()
            await self._backend.until_available()
        self._positions.invalidate()
        return ticket

    def _take(self) -> Ticket | None:
        if self._active.is_full(self._backend.room):
            return None
        return self._queue.next(self._active.busy_users(self._backend.room), heavy=not self._active.has_heavy)

    def _on_backend(self) -> None:
        """More or fewer are transcribed at a time, or none: tell those who see it first."""
        self._wake.set()
        self._positions.invalidate()
        for _, ticket in islice(self._queue.order(), SLICE):
            self._on_change(ticket.job_id)

    async def _run_job(self, active: ActiveJob) -> None:
        job_id = active.job.id
        async with AsyncExitStack() as in_hand:
            try:
                with self._observer.attempt(job_id, active.progress.timings):
                    await self._attempt(active, in_hand)
            except asyncio.CancelledError:
                active.progress.stop.set()
                await self._store.transition(job_id, JobState.QUEUED)  # no effect where its sender cancelled it
                raise
            except TurnedOutLongError as error:
                cost_s = self._cost_s(active.job.request, error.duration_s, None)
                active.ticket = replace(active.ticket, cost_s=cost_s, is_heavy=True)
                await self._put_back(active, 0.0)
            except TranscriberUnavailable:
                await self._put_back(active, 0.0)  # nothing is taken out before it is back
            except TemporaryFailure as error:
                pause_s = self._queue.pause_s(job_id, error)
                await (self._refuse(job_id, error) if pause_s is None else self._put_back(active, pause_s))
            except TranscriptionError as error:
                await self._refuse(job_id, error)
            except Exception:
                incident = uuid.uuid4().hex[:8]
                log.exception("note failed", job=job_id, incident=incident)
                await self._store.transition(job_id, JobState.FAILED, TranscriptionError(incident=incident))

    async def _attempt(self, active: ActiveJob, in_hand: AsyncExitStack) -> None:
        job_id, timings = active.job.id, active.progress.timings
        transcript = await self._attempts.run(active, in_hand, partial(self._active.check_length, active))
        self._queue.add_usage(active.job.request.user_id, active.progress.work_s - active.charged_s)
        active.log_done(transcript, self._observer)
        if active.look:  # now, for nobody may have delivered its text yet
            self.voice_looks.keep(job_id, active.look)
        with timings.measure("store"):
            await self._store.finish(job_id, transcript, active.progress.work_s)
        log.debug("note timed", job=job_id, **timings.in_ms())

    async def _refuse(self, job_id: int, error: TranscriptionError) -> None:
        log.info("note refused", job=job_id, error=error.code, **error.details)
        await self._store.transition(job_id, JobState.FAILED, error)

    async def _put_back(self, active: ActiveJob, pause_s: float) -> None:
        await self._store.transition(active.job.id, JobState.QUEUED)
        active.retry_in_s = pause_s

    def _on_job_done(self, active: ActiveJob, _task: "asyncio.Task[None]") -> None:
        del self._active[active.job.id]
        if active.retry_in_s is None:
            self._queue.remove(active.job.id)
        else:
            self._queue.put_back(active.ticket, active.charged_s, active.retry_in_s)
            self._positions.invalidate()
        self._release_slot(active)
        self.voice_looks.set_idle(self.is_idle)
        self._on_change(active.job.id)

    def _release_slot(self, active: ActiveJob) -> None:
        if active.holds_slot:
            active.holds_slot = False
            self._wake.set()

    def _on_start(self, active: ActiveJob) -> None:
        self._queue.start(active.job.id)
        self._positions.invalidate()
        self._on_change(active.job.id)
