"""Takes jobs from the queue and carries each to its end: fetch, decode, lease a model, listen, finish."""

import asyncio
import time
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from functools import partial

import structlog

from transcription.audio import DecodeLimits, Samples, decode
from transcription.desk import Batcher
from transcription.devices import is_gpu_error
from transcription.engine import WhisperModel, detect_speech
from transcription.errors import Cancelled, FetchFailed, TooManyCrashes, TranscriptionError
from transcription.gate import ReadWriteLock
from transcription.hearing import DecodingOptions
from transcription.intake import Fetch, taken_in
from transcription.job_queue import JobQueue
from transcription.jobs import File, Job, JobState, Request
from transcription.models import ModelRegistry, Stage
from transcription.note import Recording
from transcription.places import QueuePositions
from transcription.pool import ThreadPool
from transcription.refining import Refiner
from transcription.results import Segment, Transcript
from transcription.scheduler import Ticket
from transcription.sizing import BATCHES
from transcription.speeds import SpeedEstimates
from transcription.stock import transcribe_sequential
from transcription.store import Store
from transcription.work import Work

log = structlog.get_logger()

SUSPECT_TRIES = 2
"""A note that was in hand when the process died so often is heard alone, to find out which of several it was."""
MOST_TRIES = 5
"""A note during which, alone, the process died so often is not tried again, lest it take the bot down for ever."""
RUN_AHEAD = 2
"""Notes of one person that are fetched and decoded while all threads are busy, so that no thread waits for the
network, or hears one window where it could hear several. As many places again are kept for others, should all of one
person's files hang."""
LONG_S = 600.0
"""Longer notes are in hand one at a time, so that no others fill all places, or the disk: an hour is 115 MB there."""
LARGE_BYTES = 20 << 20
"""Larger files, too."""


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


class TurnedOutLongError(Exception):
    """A note is longer than was said, and another long one is in hand."""


class Runner:
    """The queue and the work in hand. `changed(job_id)` is called on the event loop whenever there is news of a job."""

    def __init__(
        self,
        *,
        store: Store,
        models: ModelRegistry[WhisperModel],
        pool: ThreadPool,
        speeds: SpeedEstimates,
        fetch: Fetch,
        options: RunnerOptions,
    ) -> None:
        self.changed: Callable[[int], None] = lambda _job_id: None
        self._wake = asyncio.Event()
        self.queue = JobQueue(self._wake.set)
        self.places = QueuePositions(self.queue, in_hand_s=self._in_hand_s, workers=pool.size, tell=self._on_place)
        self.working: dict[int, Work] = {}
        self._store = store
        self._models = models
        self._pool = pool
        self._desk = Batcher(pool)
        self._refiner = Refiner(options.refine_model, models, self._desk) if options.refine_model else None
        self._speeds = speeds
        self._fetch = fetch
        self._options = options
        self._hands = asyncio.Semaphore(2 * (pool.size + RUN_AHEAD))
        self._in_hand = ReadWriteLock()
        self._decoders = asyncio.Semaphore(pool.size + 1)  # one more, should that of a long note take all its time
        self._draining = False

    def final_model(self, request: Request) -> str:
        """The model whose text is the last word on a note."""
        return self._refiner.final_model(request) if self._refiner else request.model

    def add(self, job: Job) -> None:
        """Queue a job that the store holds as queued."""
        file = job.request.file
        cost_s = self._cost_s(job.request.model, file.duration_s, file.size_bytes)
        is_heavy = job.attempts >= SUSPECT_TRIES or _may_be_long(file)
        self.queue.add(Ticket(job.id, job.request.user_id, cost_s, time.monotonic(), is_heavy))
        self.places.invalidate()

    def _cost_s(self, model: str, duration_s: float | None, size_bytes: int | None) -> float:
        return self._speeds.of(self._models.device_of(model)).cost_s(model, duration_s, size_bytes)

    def _in_hand_s(self) -> tuple[float, float]:
        """Seconds of work that are left of the notes that were begun, and of the heavy one among them."""
        begun = [work for work in self._in_hand_now() if work.begun]
        return sum(work.left_s for work in begun), sum(work.left_s for work in begun if work.is_heavy)

    def _in_hand_now(self) -> list[Work]:
        return [work for work in self.working.values() if not work.draft]

    def drop(self, job_id: int) -> None:
        """Stop working on a job that the store holds as ended; its thread is free within one chunk."""
        self.queue.remove(job_id)
        self.places.invalidate()
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
                job = await self._store.get(ticket.job_id)
                # It was cancelled, forgotten, or added once more in this moment.
                if job is None or job.state.ended or job.id in self.working:
                    self.queue.remove(ticket.job_id)
                    self._hands.release()
                    continue
                work = self.working[job.id] = Work(job, ticket)
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
        while self._draining or (ticket := self._take()) is None:
            self._wake.clear()
            await self._wake.wait()
        self.places.invalidate()
        return ticket

    def _take(self) -> Ticket | None:
        counts = Counter(work.job.request.user_id for work in self._in_hand_now())
        busy = {user_id for user_id, count in counts.items() if count >= self._pool.size + RUN_AHEAD}
        return self.queue.next(busy, heavy=not self._has_heavy())

    def _has_heavy(self) -> bool:
        return any(work.is_heavy for work in self._in_hand_now())

    async def _carry(self, work: Work) -> None:
        async with AsyncExitStack() as in_hand:
            try:
                await self._store.finish(work.job.id, await self._hear(work, in_hand))
            except asyncio.CancelledError:
                work.stop.set()
                await self._store.transition(
                    work.job.id, JobState.QUEUED
                )  # no effect on a job that its sender cancelled
                raise
            except TurnedOutLongError:
                await self._put_back(work, 0.0)
            except FetchFailed as error:
                pause_s = self.queue.pause_s(work.job.id, error)
                await (self._refuse(work, error) if pause_s is None else self._put_back(work, pause_s))
            except TranscriptionError as error:
                await self._refuse(work, error)
            except Exception:
                incident = uuid.uuid4().hex[:8]
                log.exception("note failed", job=work.job.id, incident=incident)
                await self._store.transition(work.job.id, JobState.FAILED, TranscriptionError(incident=incident))

    async def _refuse(self, work: Work, error: TranscriptionError) -> None:
        log.info("note refused", job=work.job.id, error=error.code, **error.details)
        await self._store.transition(work.job.id, JobState.FAILED, error)

    async def _put_back(self, work: Work, pause_s: float) -> None:
        await self._store.transition(work.job.id, JobState.QUEUED)
        work.again_in_s = pause_s

    def _on_carried(self, work: Work, _task: "asyncio.Task[None]") -> None:
        del self.working[work.job.id]
        if work.again_in_s is None:
            self.queue.remove(work.job.id)
        else:
            self.queue.put_back(work.ticket, work.charged_s, work.again_in_s)
            self.places.invalidate()
        if not work.draft:
            self._leave_place()
        self.changed(work.job.id)

    def _leave_place(self) -> None:
        self._hands.release()
        self._wake.set()

    async def _hear(self, work: Work, in_hand: AsyncExitStack) -> Transcript:
        await self._begin(work, in_hand)
        transcript = await self._on_some_device(work, await self._decode(work))
        if transcript.segments:  # silence is skipped, and says nothing of the model
            await self._speeds.of(work.device).record(transcript.model, transcript.duration_ms / 1000, work.work_s)
        if self._refiner and work.note and self._refiner.takes(work.job, transcript):
            await in_hand.aclose()
            transcript = await self._refine(work, self._refiner, work.note.fresh_copy(), transcript)
        self._close(work, transcript)
        return transcript

    async def _begin(self, work: Work, in_hand: AsyncExitStack) -> None:
        """Fetch the file, and count the try before anything is done with it, for it may kill the process."""
        job, options = work.job, self._options
        if job.attempts >= SUSPECT_TRIES + MOST_TRIES:
            raise TooManyCrashes(tries=MOST_TRIES)
        fetching = taken_in(job.request.file, self._fetch, options.max_file_bytes, options.decode.folder)
        work.fetched = await in_hand.enter_async_context(fetching)
        await in_hand.enter_async_context(self._in_hand.acquire(alone=job.attempts >= SUSPECT_TRIES))
        if not await self._store.transition(job.id, JobState.RUNNING):
            raise Cancelled
        work.begun = True
        self.queue.begin(job.id)
        self.places.invalidate()
        self.changed(job.id)

    async def _decode(self, work: Work) -> Samples:
        assert work.fetched
        async with self._decoders:
            return await decode(work.fetched.chunks(), self._options.decode, partial(self._on_length, work))

    def _on_length(self, work: Work, seconds: float) -> None:
        """What it is counts, not what was said of it."""
        if seconds <= LONG_S or work.is_heavy:
            return
        if self._has_heavy():
            assert work.fetched
            whole_s = seconds * work.fetched.size / work.fetched.read_bytes
            cost_s = self._cost_s(work.job.request.model, whole_s, None)
            work.ticket = replace(work.ticket, cost_s=cost_s, is_heavy=True)
            raise TurnedOutLongError
        work.is_heavy = True

    async def _refine(self, work: Work, refiner: Refiner, note: Recording, draft: Transcript) -> Transcript:
        work.draft = draft
        self._leave_place()
        self.changed(work.job.id)
        transcript = await refiner.refine(work.job, note, draft)
        work.work_s += note.work_s
        if transcript is not draft:
            speeds = self._speeds.of(self._models.device_of(transcript.model))
            await speeds.record(transcript.model, transcript.duration_ms / 1000, note.work_s)
        return transcript

    async def _on_some_device(self, work: Work, samples: Samples) -> Transcript:
        try:
            return await self._with_model(work, samples)
        except Exception as error:
            if not is_gpu_error(error):
                raise
            reason = str(error)
        # No longer in the handler: the error would keep the model on the GPU.
        self._models.disable_gpu(work.job.request.model, reason)
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
            listening = DecodingOptions(
                language=request.language,
                likely_language=await self._store.dominant_language(origin.business_connection_id, origin.chat_id),
                initial_prompt=" ".join(filter(None, (self._options.prompt, request.prompt))),
                beam_size=self._options.beam_size,
                on_segment=partial(self._on_heard, work),
            )
            hear = self._hear_adaptively if self._options.adaptive_context else self._hear_as_stock
            return await hear(work, model, samples, listening)

    async def _hear_adaptively(
        self, work: Work, model: WhisperModel, samples: Samples, listening: DecodingOptions
    ) -> Transcript:
        def prepare() -> Recording:  # where nobody pauses, to find out where to cut takes seconds, too
            return Recording(samples, detect_speech(samples, work.stop.is_set), listening)

        note = work.note = await self._pool.run(prepare)
        note.unbatched = work.job.attempts > 0
        await self._desk.transcribe(note, model, partial(_on_listening, work), limits=BATCHES[work.device])
        work.work_s += note.work_s
        return note.transcript(work.job.request.model)

    async def _hear_as_stock(
        self, work: Work, model: WhisperModel, samples: Samples, listening: DecodingOptions
    ) -> Transcript:
        loop = asyncio.get_running_loop()

        def heard(segment: Segment, fraction: float) -> None:
            loop.call_soon_threadsafe(self._on_heard, work, segment, fraction)

        def listen() -> Transcript:
            work.listening_at = time.monotonic()
            here = replace(listening, on_segment=heard)
            return transcribe_sequential(model, work.job.request.model, samples, here, work.stop.is_set)

        transcript = await self._pool.run(listen)
        assert work.listening_at
        work.work_s += time.monotonic() - work.listening_at
        return transcript

    def _close(self, work: Work, transcript: Transcript) -> None:
        audio_s, now = transcript.duration_ms / 1000, time.monotonic()
        self.queue.charge(work.job.request.user_id, work.work_s - work.charged_s)
        log.info(
            "note done",
            job=work.job.id,
            audio_s=round(audio_s, 2),
            wall_s=round(now - work.taken_at, 3),
            rtf=round(work.work_s / audio_s, 3),
            waited_s=round(work.taken_at - work.ticket.arrived_s, 3),
            model=transcript.model,
            language=transcript.language,
            probability=round(transcript.language_probability, 3),
            bytes=work.fetched.size if work.fetched else 0,
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


async def _on_listening(work: Work) -> None:
    work.listening_at = time.monotonic()


def _may_be_long(file: File) -> bool:
    return (file.duration_s or 0) > LONG_S or (file.size_bytes or 0) > LARGE_BYTES
