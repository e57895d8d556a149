"""Where notes meet threads: windows of about the same length, of one note or of several people's, are heard at once."""

import asyncio
import math
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import structlog

from transcription.asr.base import DecodingResult, WindowInput
from transcription.asr.recording import Recording
from transcription.asr.thread_pool import Reservation, ThreadPool
from transcription.asr.whisper import WhisperModel, decode_batch
from transcription.audio.ffmpeg import SAMPLE_RATE
from transcription.host.memory import trim_heap
from transcription.models.gpu_fallback import BatchSize, is_gpu_out_of_memory
from transcription.models.sizing import BATCHES, BatchLimits

log = structlog.get_logger()

MAX_LENGTH_RATIO = 1.3
"""Windows share a call if their contexts differ by no more than this factor, for all are padded to the longest."""

OnStart = Callable[[], Awaitable[None]]


async def _nothing() -> None:
    """For visits that need no preparation."""


@dataclass(eq=False, slots=True)
class QueuedRecording:
    """A note at the desk. `begin` is awaited once, before its first window is heard; what it raises ends the visit."""

    recording: Recording
    model: WhisperModel
    on_start: OnStart
    low_priority: bool
    """Whether it lets all others go first."""
    limits: BatchLimits
    """What a call may hold on the device that has the model."""
    started: bool = False
    finished: "asyncio.Future[None]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def can_share_batch(self, other: "QueuedRecording") -> bool:
        """Whether windows of two notes may share a call."""
        return self is other or (
            self.model is other.model
            and not (self.recording.unbatched or other.recording.unbatched)
            and self.recording.options.initial_prompt == other.recording.options.initial_prompt
            and self.recording.beam_size == other.recording.beam_size
        )


@dataclass(frozen=True, slots=True)
class BatchItem:
    """A window on its way through a thread."""

    queued: QueuedRecording
    number: int
    window: WindowInput


class Batcher:
    """Serves notes in turns: a call takes a window of each that fits, then more of the note whose turn it is.

    So an hour's recording keeps nobody waiting for longer than one call, and a burst of short notes is heard several at
    a time. Patient notes are served while no other waits, by one thread at a time. All of it belongs to one event loop;
    only `hear` runs in the pool's threads.
    """

    def __init__(self, pool: ThreadPool) -> None:
        self._pool = pool
        self._batch_size = BatchSize()
        self._queued: deque[QueuedRecording] = deque()
        self._batches: set[asyncio.Task[None]] = set()
        self._decoding: list[QueuedRecording] = []
        """The first visit of each call that has a thread and windows; other calls wait for a thread."""

    async def transcribe(
        self,
        note: Recording,
        model: WhisperModel,
        begin: OnStart = _nothing,
        *,
        patient: bool = False,
        limits: BatchLimits = BATCHES["cpu"],
    ) -> None:
        """Hear all windows of a note. Cancelling leaves alone only the call that its windows are in."""
        if note.done:
            return
        visit = QueuedRecording(note, model, begin, patient, limits)
        self._queued.append(visit)
        self._dispatch()
        try:
            await visit.finished
        finally:
            self._queued.remove(visit)

    def _dispatch(self) -> None:
        waiting = sum(visit.recording.waiting for visit in self._ready())
        while len(self._batches) < self._pool.size and len(self._batches) - len(self._decoding) < waiting:
            call = asyncio.create_task(self._run_batch())
            self._batches.add(call)
            call.add_done_callback(self._on_batch_done)

    def _on_batch_done(self, call: "asyncio.Task[None]") -> None:
        self._batches.remove(call)
        if not call.cancelled():
            call.result()
        self._dispatch()
        if not self._batches:  # in a burst it would be taken again at once
            asyncio.get_running_loop().run_in_executor(None, trim_heap)

    async def _run_batch(self) -> None:
        async with self._pool.reserve() as turn:
            if pieces := self._next_batch():  # not before there is a thread: more windows have come meanwhile
                self._decoding.append(pieces[0].queued)
                try:
                    await self._decode(pieces, turn)
                finally:
                    self._decoding.remove(pieces[0].queued)

    def _next_batch(self) -> list[BatchItem]:
        """The windows of the next call: as many as are worth it, but leaving work for threads that are free."""
        ready = self._ready()
        if not ready:
            return []
        head = ready[0]
        share = math.ceil(sum(visit.recording.waiting for visit in ready) / (self._pool.size - len(self._decoding)))
        most = min(self._batch_size.of(head.limits), share)
        pieces: list[BatchItem] = []
        for visit in (*(each for each in ready if each.can_share_batch(head)), *[head] * most):
            if (
                len(pieces) < most
                and visit.recording.waiting
                and _fits(visit.recording.next_window, pieces, head.limits.sound_s)
            ):
                pieces.append(BatchItem(visit, *visit.recording.pop_window()))
                self._queued.remove(visit)
                self._queued.append(visit)
        return pieces

    def _ready(self) -> list[QueuedRecording]:
        """The visits to choose from: those that are patient only if no other waits, and if no call is theirs yet."""
        waiting = [visit for visit in self._queued if visit.recording.waiting and not visit.finished.done()]
        patient = all(visit.low_priority for visit in waiting)
        if patient and any(visit.low_priority for visit in self._decoding):
            return []
        return [visit for visit in waiting if visit.low_priority is patient]

    async def _decode(self, pieces: list[BatchItem], turn: Reservation) -> None:
        try:
            for visit in {piece.queued: None for piece in pieces}:
                await self._start(visit)
            if begun := [piece for piece in pieces if not piece.queued.finished.done()]:
                await self._decode_together(begun, turn)
        except Exception as error:  # noqa: BLE001 - each note's own listener is told
            for piece in pieces:
                _fail(piece.queued, error)

    async def _start(self, visit: QueuedRecording) -> None:
        if visit.started:
            return
        visit.started = True
        try:
            await visit.on_start()
        except Exception as error:  # noqa: BLE001 - it is that note's error alone
            _fail(visit, error)

    async def _decode_together(self, pieces: Sequence[BatchItem], turn: Reservation) -> None:
        head = pieces[0].queued
        work = partial(_timed_decode, head.model, [piece.window for piece in pieces], head.recording.beam_size)
        try:
            attempts, took_s = await turn.run(work)
        except Exception as error:
            is_full = len(pieces) > 1 and is_gpu_out_of_memory(error)
            if is_full:
                self._batch_size.halve(len(pieces))
            elif len({piece.queued for piece in pieces}) == 1:
                raise
            log.warning("windows failed together, hearing fewer", error=type(error).__name__, windows=len(pieces))
            for piece in reversed(pieces):
                piece.queued.recording.unbatched |= not is_full
                piece.queued.recording.requeue(piece.number)
            return
        self._batch_size.grow(len(pieces))
        length = sum(len(piece.window.samples) for piece in pieces)
        for piece, attempt in zip(pieces, attempts, strict=True):
            note = piece.queued.recording
            note.work_s += took_s * len(piece.window.samples) / length
            if not piece.queued.finished.done():
                note.add_result(piece.number, attempt)
                if note.done:
                    piece.queued.finished.set_result(None)


def _fits(sound: WindowInput, pieces: Sequence[BatchItem], most_s: float) -> bool:
    frames = [sound.frames, *(piece.window.frames for piece in pieces)]
    length = len(sound.samples) + sum(len(piece.window.samples) for piece in pieces)
    return not pieces or (max(frames) <= MAX_LENGTH_RATIO * min(frames) and length <= most_s * SAMPLE_RATE)


def _fail(visit: QueuedRecording, error: Exception) -> None:
    if not visit.finished.done():
        visit.finished.set_exception(error)


def _timed_decode(
    model: WhisperModel, sounds: Sequence[WindowInput], beam_size: int
) -> tuple[list[DecodingResult], float]:
    """Runs in a thread: what was heard, and the seconds that took."""
    start = time.monotonic()
    return decode_batch(model, sounds, beam_size), time.monotonic() - start
