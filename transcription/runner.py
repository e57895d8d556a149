"""Takes jobs from the queue and carries each to its end: fetch, decode, lease a model, listen, finish."""

import asyncio
import contextlib
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import structlog

from transcription.audio import DecodeLimits, Samples
from transcription.desk import Desk
from transcription.devices import is_gpu_trouble
from transcription.engine import WhisperModel, find_speech, transcribe_stock
from transcription.errors import GivenUp, TranscriptionError
from transcription.hearing import Listening
from transcription.intake import Fetch, take_in
from transcription.jobs import File, Job, Request, State
from transcription.models import Models, Stage
from transcription.note import Note
from transcription.places import Places
from transcription.pool import Pool
from transcription.refining import Refiner
from transcription.results import Segment, Transcript
from transcription.scheduler import Scheduler, Ticket
from transcription.sizing import BATCHES
from transcription.speeds import Speeds
from transcription.store import Store
from transcription.work import Work

log = structlog.get_logger()

MOST_TRIES = 5
"""A note during which the process died so often is not tried again, lest it take the bot down for ever."""
RUN_AHEAD = 2
"""Notes of one person that are fetched and decoded while all threads are busy, so that no thread waits for the
network. As many places again are kept for others, should all of one person's files hang."""
LONG_S = 600.0
"""Notes that may be longer are taken one at a time, for the memory's sake: an hour is 115 MB of samples."""
LEAST_BYTES_PER_S = 2_500
"""Below Telegram's own voice notes; tells how long a file may be of which only the size is known."""


@dataclass(frozen=True, slots=True)
class RunnerOptions:
    """What one note may be, and how it is listened to."""

    decode: DecodeLimits
    max_file_bytes: int
    beam_size: int | None = None
    prompt: str = ""
    """Names and words that may occur in any note."""
    adaptive_context: bool = True
    """Whether windows are heard at their own length; if not, faster-whisper's own loop does it."""
    refine_model: str | None = None
    """The model that goes over what smaller ones heard."""


class Runner:
    """The queue and the work in hand. `changed(job_id)` is called on the event loop whenever there is news of a job."""

    def __init__(
        self,
        *,
        store: Store,
        models: Models[WhisperModel],
        pool: Pool,
        speeds: Speeds,
        fetch: Fetch,
        options: RunnerOptions,
    ) -> None:
        self.changed: Callable[[int], None] = lambda _job_id: None
        self.queue = Scheduler()
        self.places = Places(self.queue, ahead_s=self._ahead_s, workers=pool.size, tell=self._on_place)
        self.working: dict[int, Work] = {}
        self._store = store
        self._models = models
        self._pool = pool
        self._desk = Desk(pool)
        self._refiner = Refiner(options.refine_model, models, self._desk) if options.refine_model else None
        self._speeds = speeds
        self._fetch = fetch
        self._options = options
        self._hands = asyncio.Semaphore(2 * (pool.size + RUN_AHEAD))
        self._long = asyncio.Lock()
        self._wake = asyncio.Event()
        self._draining = False

    def final_model(self, request: Request) -> str:
        """The model whose text is the last word on a note."""
        return self._refiner.final_model(request) if self._refiner else request.model

    def add(self, job: Job) -> None:
        """Queue a job that the store holds as queued."""
        file = job.request.file
        speeds = self._speeds.of(self._models.device_of(job.request.model))
        cost_s = speeds.cost_s(job.request.model, file.duration_s, file.size_bytes)
        self.queue.add(Ticket(job.id, job.request.user_id, cost_s, time.monotonic()))
        self.places.stale()
        self._wake.set()

    def _ahead_s(self) -> float:
        """Seconds of work that are left of the notes in hand."""
        return sum(work.left_s for work in self.working.values() if not work.draft)

    def drop(self, job_id: int) -> None:
        """Stop working on a job that the store holds as ended; its thread is free within one chunk."""
        if self.queue.remove(job_id):
            self.places.stale()
        if work := self.working.get(job_id):
            work.stop.set()
            assert work.task
            work.task.cancel()

    async def run(self) -> None:
        """Work until cancelled; what is in hand then goes back to the queue, for the next start."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.places.run())
            while True:
                await self._hands.acquire()
                ticket = await self._next()
                job = await self._store.move(ticket.job_id, State.RUNNING)
                if job is None:  # it was cancelled or forgotten in this moment
                    self._hands.release()
                    continue
                work = self.working[job.id] = Work(job, ticket.cost_s, ticket.arrived_s)
                work.task = group.create_task(self._carry(work), name=f"job {job.id}")
                # Not in the task itself: one that is cancelled before its first step runs none of its code.
                work.task.add_done_callback(partial(self._on_carried, work))

    def knows(self, job_id: int) -> bool:
        """Whether a job is queued or worked on here."""
        return job_id in self.working or job_id in self.queue

    async def drain(self, patience_s: float) -> None:
        """Take no more jobs, wait at most this long for those in hand to end, and tell their threads to stop."""
        self._draining = True
        tasks = [work.task for work in self.working.values() if work.task]
        if tasks:
            await asyncio.wait(tasks, timeout=patience_s)
        for work in self.working.values():
            work.stop.set()

    async def _next(self) -> Ticket:
        while self._draining or (ticket := self.queue.next(excluding=self._busy_people())) is None:
            self._wake.clear()
            await self._wake.wait()
        self.places.stale()
        return ticket

    def _busy_people(self) -> set[int]:
        counts = Counter(work.job.request.user_id for work in self.working.values() if not work.draft)
        return {user_id for user_id, count in counts.items() if count >= self._pool.size + RUN_AHEAD}

    async def _carry(self, work: Work) -> None:
        job_id = work.job.id
        try:
            await self._store.finish(job_id, await self._hear(work))
        except asyncio.CancelledError:
            work.stop.set()
            await self._store.move(job_id, State.QUEUED)  # no effect on a job that its sender cancelled
            raise
        except TranscriptionError as error:
            log.info("note refused", job=job_id, error=error.code, **error.details)
            await self._store.move(job_id, State.FAILED, error)
        except Exception:
            incident = uuid.uuid4().hex[:8]
            log.exception("note failed", job=job_id, incident=incident)
            await self._store.move(job_id, State.FAILED, TranscriptionError(incident=incident))

    def _on_carried(self, work: Work, _task: "asyncio.Task[None]") -> None:
        del self.working[work.job.id]
        if not work.draft:
            self._leave_place()
        self.changed(work.job.id)

    def _leave_place(self) -> None:
        self._hands.release()
        self._wake.set()

    async def _hear(self, work: Work) -> Transcript:
        self.changed(work.job.id)
        async with self._long if _may_be_long(work.job.request.file) else contextlib.nullcontext():
            options = self._options
            samples, work.fetched_bytes = await take_in(
                work.job.request.file, self._fetch, options.decode, options.max_file_bytes
            )
            transcript = await self._on_some_device(work, samples)
        if transcript.segments:  # silence is skipped, and says nothing of the model
            await self._speeds.of(work.device).note(transcript.model, transcript.duration_ms / 1000, work.work_s)
        if self._refiner and work.note and self._refiner.takes(work.job, transcript):
            transcript = await self._refine(work, self._refiner, work.note.afresh(), transcript)
        self._close(work, transcript)
        return transcript

    async def _refine(self, work: Work, refiner: Refiner, note: Note, draft: Transcript) -> Transcript:
        work.draft = draft
        self._leave_place()
        self.changed(work.job.id)
        transcript = await refiner.refine(work.job, note, draft)
        work.work_s += note.work_s
        if transcript is not draft:
            speeds = self._speeds.of(self._models.device_of(transcript.model))
            await speeds.note(transcript.model, transcript.duration_ms / 1000, note.work_s)
        return transcript

    async def _on_some_device(self, work: Work, samples: Samples) -> Transcript:
        try:
            return await self._with_model(work, samples)
        except Exception as error:
            if not is_gpu_trouble(error):
                raise
            reason = str(error)
        # No longer in the handler: the error would keep the model on the GPU.
        self._models.keep_off_gpu(work.job.request.model, reason)
        log.warning("note begun again on the CPU", job=work.job.id)
        work.segments.clear()
        work.fraction = work.work_s = 0.0
        return await self._with_model(work, samples)

    async def _with_model(self, work: Work, samples: Samples) -> Transcript:
        request = work.job.request
        async with self._models.lease(request.model, partial(self._on_loading, work)) as model:
            work.stage = None
            work.device = self._models.device_of(request.model)
            origin = request.origin
            listening = Listening(
                language=request.language,
                usual=await self._store.usual_language(origin.business_connection_id, origin.chat_id),
                prompt=" ".join(filter(None, (self._options.prompt, request.prompt))),
                beam_size=self._options.beam_size,
                heard=partial(self._on_heard, work),
            )
            hear = self._hear_adaptively if self._options.adaptive_context else self._hear_as_stock
            return await hear(work, model, samples, listening)

    async def _hear_adaptively(
        self, work: Work, model: WhisperModel, samples: Samples, listening: Listening
    ) -> Transcript:
        spans = await self._pool.run(partial(find_speech, samples, work.stop.is_set))
        note = work.note = Note(samples, spans, listening)
        note.alone = work.job.tries > 0
        await self._desk.listen(note, model, partial(self._begin, work), limits=BATCHES[work.device])
        work.work_s += note.work_s
        return note.transcript(work.job.request.model)

    async def _hear_as_stock(
        self, work: Work, model: WhisperModel, samples: Samples, listening: Listening
    ) -> Transcript:
        loop = asyncio.get_running_loop()

        def heard(segment: Segment, fraction: float) -> None:
            loop.call_soon_threadsafe(self._on_heard, work, segment, fraction)

        def listen() -> Transcript:
            asyncio.run_coroutine_threadsafe(self._begin(work), loop).result()
            here = replace(listening, heard=heard)
            return transcribe_stock(model, work.job.request.model, samples, here, work.stop.is_set)

        transcript = await self._pool.run(listen)
        assert work.listening_at
        work.work_s += time.monotonic() - work.listening_at
        return transcript

    async def _begin(self, work: Work) -> None:
        """Count the try just before the listening begins: a note that kills the process again and again is given up."""
        work.listening_at = time.monotonic()
        tries = await self._store.note_try(work.job.id)
        if tries > MOST_TRIES:
            raise GivenUp(tries=MOST_TRIES)

    def _close(self, work: Work, transcript: Transcript) -> None:
        audio_s, now = transcript.duration_ms / 1000, time.monotonic()
        self.queue.charge(work.job.request.user_id, work.work_s - work.cost_s)
        log.info(
            "note done",
            job=work.job.id,
            audio_s=round(audio_s, 2),
            wall_s=round(now - work.taken_at, 3),
            rtf=round(work.work_s / audio_s, 3),
            waited_s=round(work.taken_at - work.queued_at, 3),
            model=transcript.model,
            language=transcript.language,
            probability=round(transcript.language_probability, 3),
            bytes=work.fetched_bytes,
        )

    def _on_place(self, job_id: int) -> None:
        self.changed(job_id)

    def _on_loading(self, work: Work, stage: Stage, fraction: float) -> None:
        work.stage, work.fraction = stage, fraction
        self.changed(work.job.id)

    def _on_heard(self, work: Work, segment: Segment, fraction: float) -> None:
        work.segments.append(segment)
        work.fraction = fraction
        self.changed(work.job.id)


def _may_be_long(file: File) -> bool:
    if file.duration_s is not None:
        return file.duration_s > LONG_S
    return file.size_bytes is None or file.size_bytes / LEAST_BYTES_PER_S > LONG_S
