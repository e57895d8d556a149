"""Dynamic batching of similar-length windows across jobs."""

import asyncio
import math
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import structlog

from transcription.asr.base import DecodingResult, Engine, WindowInput
from transcription.asr.recording import Recording
from transcription.asr.thread_pool import Reservation, ThreadPool
from transcription.audio.ffmpeg import SAMPLE_RATE
from transcription.host.memory import trim_heap
from transcription.models.gpu_fallback import BatchSize, is_gpu_out_of_memory
from transcription.models.sizing import BATCHES, BatchLimits
from transcription.observer import Observer

log = structlog.get_logger()

MAX_LENGTH_RATIO = 1.3
"""Windows share a batch if their contexts differ by no more than this factor, for all are padded to the longest."""

OnStart = Callable[[], Awaitable[None]]


async def _nothing() -> None:
    """For recordings that need no preparation."""


@dataclass(eq=False, slots=True)
class QueuedRecording:
    """A recording in the batcher. `on_start` is awaited once, before its first window; what it raises ends it."""

    recording: Recording
    engine: Engine
    on_start: OnStart
    low_priority: bool
    """Whether it lets all others go first."""
    is_live: bool
    """Whether it takes turns with all others, and shares no batch with them, for somebody watches."""
    started: bool = False
    finished: "asyncio.Future[None]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    @property
    def limits(self) -> BatchLimits:
        """What a batch may hold on the device that has the model."""
        return BATCHES[self.engine.device]

    def can_share_batch(self, other: "QueuedRecording") -> bool:
        """Whether windows of two recordings may share a batch."""
        return self is other or (
            self.engine is other.engine
            and self.is_live is other.is_live
            and not (self.recording.unbatched or other.recording.unbatched)
            and self.recording.options.initial_prompt == other.recording.options.initial_prompt
            and self.recording.options.translate == other.recording.options.translate
            and self.recording.beam_size == other.recording.beam_size
        )


@dataclass(frozen=True, slots=True)
class BatchItem:
    """A window of a recording that is about to be decoded."""

    queued: QueuedRecording
    number: int
    window: WindowInput


class Batcher:
    """Takes recordings in turns: a batch has a window of each that fits, then more of the one whose turn it is.

    Every other batch is for live ones, if there are any.
    So an hour's recording keeps nobody waiting for longer than one batch, and a burst of short ones is decoded several
    at a time. Those of low priority are decoded while no other waits, by one thread at a time. All of it belongs to one
    event loop; only the engine's `decode_batch` runs in the pool's threads.
    """

    def __init__(self, pool: ThreadPool, observer: Observer | None = None) -> None:
        self._pool = pool
        self._observer = observer or Observer()
        self._batch_size = BatchSize()
        self._queued: deque[QueuedRecording] = deque()
        self._batches: set[asyncio.Task[None]] = set()
        self._decoding: list[QueuedRecording] = []
        """The first recording of each batch that has a thread and windows; other batches wait for a thread."""
        self._was_live = False
        """Whether the latest batch was of live recordings."""

    async def transcribe(
        self,
        recording: Recording,
        engine: Engine,
        on_start: OnStart = _nothing,
        *,
        low_priority: bool = False,
        live: bool = False,
    ) -> None:
        """Decode all windows of a recording. Cancelling leaves alone only the batch that its windows are in."""
        if recording.done:
            return
        queued = QueuedRecording(recording, engine, on_start, low_priority, live)
        self._queued.append(queued)
        self._dispatch()
        try:
            await queued.finished
        finally:
            self._queued.remove(queued)

    def _dispatch(self) -> None:
        waiting = sum(queued.recording.waiting for queued in self._ready())
        while len(self._batches) < self._pool.size and len(self._batches) - len(self._decoding) < waiting:
            batch = asyncio.create_task(self._run_batch())
            self._batches.add(batch)
            batch.add_done_callback(self._on_batch_done)

    def _on_batch_done(self, batch: "asyncio.Task[None]") -> None:
        self._batches.remove(batch)
        if not batch.cancelled():
            batch.result()
        self._dispatch()
        if not self._batches:  # in a burst it would be taken again at once
            asyncio.get_running_loop().run_in_executor(None, trim_heap)

    async def _run_batch(self) -> None:
        async with self._pool.reserve() as reservation:
            if items := self._next_batch():  # not before there is a thread: more windows have come meanwhile
                self._decoding.append(items[0].queued)
                try:
                    await self._decode(items, reservation)
                finally:
                    self._decoding.remove(items[0].queued)

    def _next_batch(self) -> list[BatchItem]:
        """The windows of the next batch: as many as are worth it, but leaving work for threads that are free."""
        ready = self._ready()
        if not ready:
            return []
        head = ready[0]
        self._was_live = head.is_live
        share = math.ceil(sum(queued.recording.waiting for queued in ready) / (self._pool.size - len(self._decoding)))
        most = min(self._batch_size.of(head.limits), share) if head.engine.capabilities.native_batch else 1
        items: list[BatchItem] = []
        for queued in (*(each for each in ready if each.can_share_batch(head)), *[head] * most):
            if (
                len(items) < most
                and queued.recording.waiting
                and _fits(queued.recording.next_window, items, head.limits.audio_s)
            ):
                items.append(BatchItem(queued, *queued.recording.pop_window()))
                self._queued.remove(queued)
                self._queued.append(queued)
        return items

    def _ready(self) -> list[QueuedRecording]:
        """The recordings to choose from: those of low priority only if no other waits and no batch is theirs yet."""
        waiting = [queued for queued in self._queued if queued.recording.waiting and not queued.finished.done()]
        only_low = all(queued.low_priority for queued in waiting)
        if only_low and any(queued.low_priority for queued in self._decoding):
            return []
        ready = [queued for queued in waiting if queued.low_priority is only_low]
        return sorted(ready, key=lambda queued: queued.is_live is self._was_live)  # live ones and others in turns

    async def _decode(self, items: list[BatchItem], reservation: Reservation) -> None:
        try:
            for queued in {item.queued: None for item in items}:
                await self._start(queued)
            if begun := [item for item in items if not item.queued.finished.done()]:
                await self._decode_together(begun, reservation)
        except Exception as error:  # noqa: BLE001 - each recording's own caller is told
            for item in items:
                _fail(item.queued, error)

    async def _start(self, queued: QueuedRecording) -> None:
        if queued.started:
            return
        queued.started = True
        try:
            await queued.on_start()
        except Exception as error:  # noqa: BLE001 - it is that recording's error alone
            _fail(queued, error)

    async def _decode_together(self, items: Sequence[BatchItem], reservation: Reservation) -> None:
        head = items[0].queued
        work = partial(_timed_decode, head.engine, [item.window for item in items], head.recording.beam_size)
        try:
            results, took_s = await reservation.run(work)
        except Exception as error:
            is_full = len(items) > 1 and is_gpu_out_of_memory(error)
            if is_full:
                self._batch_size.halve(len(items))
            elif len({item.queued for item in items}) == 1:
                raise
            log.warning("windows failed together, decoding fewer", error=type(error).__name__, windows=len(items))
            for item in reversed(items):
                item.queued.recording.unbatched |= not is_full
                item.queued.recording.requeue(item.number)
            return
        self._batch_size.grow(len(items))
        self._observer.batch_decoded(head.engine.device, len(items), sum(result.is_fallback for result in results))
        length = sum(len(item.window.samples) for item in items)
        for each in {item.queued.recording: None for item in items}:
            each.timings.add(results[0].stages_s)
        for item, result in zip(items, results, strict=True):
            recording = item.queued.recording
            recording.work_s += took_s * len(item.window.samples) / length
            if not item.queued.finished.done():
                recording.add_result(item.number, result)
                if recording.done:
                    item.queued.finished.set_result(None)


def _fits(window: WindowInput, items: Sequence[BatchItem], max_batch_s: float) -> bool:
    contexts_s = [window.context_s, *(item.window.context_s for item in items)]
    length = len(window.samples) + sum(len(item.window.samples) for item in items)
    is_alike = max(contexts_s) <= MAX_LENGTH_RATIO * min(contexts_s)
    return not items or (is_alike and length <= max_batch_s * SAMPLE_RATE)


def _fail(queued: QueuedRecording, error: Exception) -> None:
    if not queued.finished.done():
        queued.finished.set_exception(error)


def _timed_decode(
    engine: Engine, windows: Sequence[WindowInput], beam_size: int
) -> tuple[Sequence[DecodingResult], float]:
    """Runs in a thread: the results, and the seconds that took."""
    start = time.monotonic()
    return engine.decode_batch(windows, beam_size), time.monotonic() - start
