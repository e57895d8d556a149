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

from transcription.asr.base import DecodingOptions
from transcription.asr.batcher import Batcher
from transcription.asr.recording import Recording
from transcription.asr.second_pass import SecondPass
from transcription.asr.sequential import transcribe_sequential
from transcription.asr.thread_pool import ThreadPool
from transcription.asr.whisper import WhisperModel, detect_speech
from transcription.audio.fetching import Fetch, fetch_file
from transcription.audio.ffmpeg import DecodeLimits, Samples, decode
from transcription.errors import Cancelled, FetchFailed, TooManyCrashes, TranscriptionError
from transcription.job_queue import JobQueue
from transcription.jobs import File, Job, JobState, Request
from transcription.models.gpu_fallback import is_gpu_error
from transcription.models.registry import ModelRegistry, Stage
from transcription.models.sizing import BATCHES
from transcription.progress import ActiveJob
from transcription.queue_positions import QueuePositions
from transcription.read_write_lock import ReadWriteLock
from transcription.scheduler import Ticket
from transcription.speed import SpeedEstimates
from transcription.storage.jobs import JobStore
from transcription.transcript import Segment, Transcript

log = structlog.get_logger()

SUSPECT_ATTEMPTS = 2
"""A note that was in hand when the process died so often is heard alone, to find out which of several it was."""
MAX_ATTEMPTS = 5
"""A note during which, alone, the process died so often is not tried again, lest it take the bot down for ever."""
PREFETCH = 2
"""Notes of one person that are fetched and decoded while all threads are busy, so that no thread waits for the
network, or hears one window where it could hear several. As many places again are kept for others, should all of one
person's files hang."""
LONG_S = 600.0
"""Longer notes are in hand one at a time, so that no others fill all places, or the disk: an hour is 115 MB there."""
LARGE_BYTES = 20 << 20
"""Larger files, too."""


@dataclass(frozen=True, slots=True)
class TranscriberOptions:
    """What one note may be, and how it is listened to."""

    decode: DecodeLimits
    max_file_bytes: int
    beam_size: int | None = None
    initial_prompt: str = ""
    """Names and words that may occur in any note."""
    adaptive_context: bool = True
    """Whether windows are heard at their own length; if not, faster-whisper's own loop does it."""
    refine_model: str | None = None
    """The model that goes over what smaller ones heard."""


class TurnedOutLongError(Exception):
    """A note is longer than was said, and another long one is in hand."""


class Worker:
    """The queue and the work in hand. `changed(job_id)` is called on the event loop whenever there is news of a job."""

    def __init__(
        self,
        *,
        store: JobStore,
        models: ModelRegistry[WhisperModel],
        pool: ThreadPool,
        speeds: SpeedEstimates,
        fetch: Fetch,
        options: TranscriberOptions,
    ) -> None:
        self.changed: Callable[[int], None] = lambda _job_id: None
        self._wake = asyncio.Event()
        self.queue = JobQueue(self._wake.set)
        self.positions = QueuePositions(
            self.queue, in_hand_s=self._in_hand_s, workers=pool.size, tell=self._on_position
        )
        self.active: dict[int, ActiveJob] = {}
        self._store = store
        self._models = models
        self._pool = pool
        self._batcher = Batcher(pool)
        self._second_pass = SecondPass(options.refine_model, models, self._batcher) if options.refine_model else None
        self._speeds = speeds
        self._fetch = fetch
        self._options = options
        self._slots = asyncio.Semaphore(2 * (pool.size + PREFETCH))
        self._exclusive = ReadWriteLock()
        self._decoders = asyncio.Semaphore(pool.size + 1)  # one more, should that of a long note take all its time
        self._draining = False

    def final_model(self, request: Request) -> str:
        """The model whose text is the last word on a note."""
        return self._second_pass.final_model(request) if self._second_pass else request.model

    def add(self, job: Job) -> None:
        """Queue a job that the store holds as queued."""
        file = job.request.file
        cost_s = self._cost_s(job.request.model, file.duration_s, file.size_bytes)
        is_heavy = job.attempts >= SUSPECT_ATTEMPTS or _may_be_long(file)
        self.queue.add(Ticket(job.id, job.request.user_id, cost_s, time.monotonic(), is_heavy))
        self.positions.invalidate()

    def _cost_s(self, model: str, duration_s: float | None, size_bytes: int | None) -> float:
        return self._speeds.of(self._models.device_of(model)).cost_s(model, duration_s, size_bytes)

    def _in_hand_s(self) -> tuple[float, float]:
        """Seconds of work that are left of the notes that were begun, and of the heavy one among them."""
        begun = [work for work in self._in_hand_now() if work.begun]
        return sum(work.left_s for work in begun), sum(work.left_s for work in begun if work.is_heavy)

    def _in_hand_now(self) -> list[ActiveJob]:
        return [work for work in self.active.values() if not work.first_pass]

    def abort(self, job_id: int) -> None:
        """Stop working on a job that the store holds as ended; its thread is free within one chunk."""
        self.queue.remove(job_id)
        self.positions.invalidate()
        if work := self.active.get(job_id):
            work.stop.set()
            assert work.task
            work.task.cancel()

    async def run(self) -> None:
        """Work until cancelled; what is in hand then goes back to the queue, for the next start."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.positions.run())
            while True:
                await self._slots.acquire()
                ticket = await self._next()
                job = await self._store.get(ticket.job_id)
                # It was cancelled, forgotten, or added once more in this moment.
                if job is None or job.state.ended or job.id in self.active:
                    self.queue.remove(ticket.job_id)
                    self._slots.release()
                    continue
                work = self.active[job.id] = ActiveJob(job, ticket)
                work.task = group.create_task(self._run_job(work), name=f"job {job.id}")
                # Not in the task itself: one that is cancelled before its first step runs none of its code.
                work.task.add_done_callback(partial(self._on_job_done, work))

    def __contains__(self, job_id: int) -> bool:
        """Whether a job is queued or worked on here."""
        return job_id in self.active or job_id in self.queue

    async def drain(self, patience_s: float) -> None:
        """Take no more jobs, wait at most this long for those in hand to end, and tell their threads to stop."""
        self._draining = True
        tasks = [work.task for work in self.active.values() if work.task]
        if tasks:
            await asyncio.wait(tasks, timeout=patience_s)
        for work in self.active.values():
            work.stop.set()

    async def _next(self) -> Ticket:
        while self._draining or (ticket := self._take()) is None:
            self._wake.clear()
            await self._wake.wait()
        self.positions.invalidate()
        return ticket

    def _take(self) -> Ticket | None:
        counts = Counter(work.job.request.user_id for work in self._in_hand_now())
        busy = {user_id for user_id, count in counts.items() if count >= self._pool.size + PREFETCH}
        return self.queue.next(busy, heavy=not self._has_heavy())

    def _has_heavy(self) -> bool:
        return any(work.is_heavy for work in self._in_hand_now())

    async def _run_job(self, work: ActiveJob) -> None:
        async with AsyncExitStack() as in_hand:
            try:
                await self._store.finish(work.job.id, await self._transcribe(work, in_hand))
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

    async def _refuse(self, work: ActiveJob, error: TranscriptionError) -> None:
        log.info("note refused", job=work.job.id, error=error.code, **error.details)
        await self._store.transition(work.job.id, JobState.FAILED, error)

    async def _put_back(self, work: ActiveJob, pause_s: float) -> None:
        await self._store.transition(work.job.id, JobState.QUEUED)
        work.again_in_s = pause_s

    def _on_job_done(self, work: ActiveJob, _task: "asyncio.Task[None]") -> None:
        del self.active[work.job.id]
        if work.again_in_s is None:
            self.queue.remove(work.job.id)
        else:
            self.queue.put_back(work.ticket, work.charged_s, work.again_in_s)
            self.positions.invalidate()
        if not work.first_pass:
            self._release_slot()
        self.changed(work.job.id)

    def _release_slot(self) -> None:
        self._slots.release()
        self._wake.set()

    async def _transcribe(self, work: ActiveJob, in_hand: AsyncExitStack) -> Transcript:
        await self._on_start(work, in_hand)
        transcript = await self._on_some_device(work, await self._decode(work))
        if transcript.segments:  # silence is skipped, and says nothing of the model
            await self._speeds.of(work.device).record(transcript.model, transcript.duration_ms / 1000, work.work_s)
        if self._second_pass and work.recording and self._second_pass.accepts(work.job, transcript):
            await in_hand.aclose()
            transcript = await self._run_second_pass(work, self._second_pass, work.recording.fresh_copy(), transcript)
        self._record_done(work, transcript)
        return transcript

    async def _on_start(self, work: ActiveJob, in_hand: AsyncExitStack) -> None:
        """Fetch the file, and count the try before anything is done with it, for it may kill the process."""
        job, options = work.job, self._options
        if job.attempts >= SUSPECT_ATTEMPTS + MAX_ATTEMPTS:
            raise TooManyCrashes(tries=MAX_ATTEMPTS)
        fetching = fetch_file(job.request.file, self._fetch, options.max_file_bytes, options.decode.folder)
        work.fetched = await in_hand.enter_async_context(fetching)
        await in_hand.enter_async_context(self._exclusive.acquire(alone=job.attempts >= SUSPECT_ATTEMPTS))
        if not await self._store.transition(job.id, JobState.RUNNING):
            raise Cancelled
        work.begun = True
        self.queue.begin(job.id)
        self.positions.invalidate()
        self.changed(job.id)

    async def _decode(self, work: ActiveJob) -> Samples:
        assert work.fetched
        async with self._decoders:
            return await decode(work.fetched.chunks(), self._options.decode, partial(self._on_length, work))

    def _on_length(self, work: ActiveJob, seconds: float) -> None:
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

    async def _run_second_pass(
        self, work: ActiveJob, refiner: SecondPass, note: Recording, draft: Transcript
    ) -> Transcript:
        work.first_pass = draft
        self._release_slot()
        self.changed(work.job.id)
        transcript = await refiner.run(work.job, note, draft)
        work.work_s += note.work_s
        if transcript is not draft:
            speeds = self._speeds.of(self._models.device_of(transcript.model))
            await speeds.record(transcript.model, transcript.duration_ms / 1000, note.work_s)
        return transcript

    async def _on_some_device(self, work: ActiveJob, samples: Samples) -> Transcript:
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

    async def _with_model(self, work: ActiveJob, samples: Samples) -> Transcript:
        request = work.job.request
        async with self._models.lease(request.model, partial(self._on_loading, work)) as model:
            work.stage = None
            work.device = self._models.device_of(request.model)
            listening = DecodingOptions(
                language=request.language,
                likely_language=await self._store.dominant_language(request.source),
                initial_prompt=" ".join(filter(None, (self._options.initial_prompt, request.prompt))),
                beam_size=self._options.beam_size,
                on_segment=partial(self._on_segment, work),
            )
            hear = self._transcribe_batched if self._options.adaptive_context else self._transcribe_sequential
            return await hear(work, model, samples, listening)

    async def _transcribe_batched(
        self, work: ActiveJob, model: WhisperModel, samples: Samples, listening: DecodingOptions
    ) -> Transcript:
        def prepare() -> Recording:  # where nobody pauses, to find out where to cut takes seconds, too
            return Recording(samples, detect_speech(samples, work.stop.is_set), listening)

        note = work.recording = await self._pool.run(prepare)
        note.unbatched = work.job.attempts > 0
        await self._batcher.transcribe(note, model, partial(_on_listening, work), limits=BATCHES[work.device])
        work.work_s += note.work_s
        return note.transcript(work.job.request.model)

    async def _transcribe_sequential(
        self, work: ActiveJob, model: WhisperModel, samples: Samples, listening: DecodingOptions
    ) -> Transcript:
        loop = asyncio.get_running_loop()

        def heard(segment: Segment, fraction: float) -> None:
            loop.call_soon_threadsafe(self._on_segment, work, segment, fraction)

        def listen() -> Transcript:
            work.decoding_since = time.monotonic()
            here = replace(listening, on_segment=heard)
            return transcribe_sequential(model, work.job.request.model, samples, here, work.stop.is_set)

        transcript = await self._pool.run(listen)
        assert work.decoding_since
        work.work_s += time.monotonic() - work.decoding_since
        return transcript

    def _record_done(self, work: ActiveJob, transcript: Transcript) -> None:
        audio_s, now = transcript.duration_ms / 1000, time.monotonic()
        self.queue.add_usage(work.job.request.user_id, work.work_s - work.charged_s)
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

    def _on_position(self, job_id: int) -> None:
        self.changed(job_id)

    def _on_loading(self, work: ActiveJob, stage: Stage, fraction: float) -> None:
        work.stage, work.fraction = stage, fraction
        self.changed(work.job.id)

    def _on_segment(self, work: ActiveJob, segment: Segment, fraction: float) -> None:
        work.segments.append(segment)
        work.fraction = fraction
        self.changed(work.job.id)


async def _on_listening(work: ActiveJob) -> None:
    work.decoding_since = time.monotonic()


def _may_be_long(file: File) -> bool:
    return (file.duration_s or 0) > LONG_S or (file.size_bytes or 0) > LARGE_BYTES
