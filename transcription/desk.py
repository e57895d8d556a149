"""Where notes meet threads: windows of about the same length, of one note or of several people's, are heard at once."""

import asyncio
import math
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import structlog

from transcription.audio import SAMPLE_RATE
from transcription.devices import BatchSize, is_gpu_full
from transcription.engine import WhisperModel, decode_batch
from transcription.hearing import DecodingResult, WindowInput
from transcription.memory import give_back
from transcription.note import Note
from transcription.pool import Pool, Turn
from transcription.sizing import BATCHES, BatchLimits

log = structlog.get_logger()

ALIKE = 1.3
"""Windows share a call if their contexts differ by no more than this factor, for all are padded to the longest."""

Begin = Callable[[], Awaitable[None]]


async def _nothing() -> None:
    """For visits that need no preparation."""


@dataclass(eq=False, slots=True)
class Visit:
    """A note at the desk. `begin` is awaited once, before its first window is heard; what it raises ends the visit."""

    note: Note
    model: WhisperModel
    begin: Begin
    patient: bool
    """Whether it lets all others go first."""
    limits: BatchLimits
    """What a call may hold on the device that has the model."""
    begun: bool = False
    over: "asyncio.Future[None]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def goes_with(self, other: "Visit") -> bool:
        """Whether windows of two notes may share a call."""
        return self is other or (
            self.model is other.model
            and not (self.note.alone or other.note.alone)
            and self.note.listening.initial_prompt == other.note.listening.initial_prompt
            and self.note.beam_size == other.note.beam_size
        )


@dataclass(frozen=True, slots=True)
class Piece:
    """A window on its way through a thread."""

    visit: Visit
    number: int
    sound: WindowInput


class Desk:
    """Serves notes in turns: a call takes a window of each that fits, then more of the note whose turn it is.

    So an hour's recording keeps nobody waiting for longer than one call, and a burst of short notes is heard several at
    a time. Patient notes are served while no other waits, by one thread at a time. All of it belongs to one event loop;
    only `hear` runs in the pool's threads.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._batch_size = BatchSize()
        self._visits: deque[Visit] = deque()
        self._calls: set[asyncio.Task[None]] = set()
        self._hearing: list[Visit] = []
        """The first visit of each call that has a thread and windows; other calls wait for a thread."""

    async def listen(
        self,
        note: Note,
        model: WhisperModel,
        begin: Begin = _nothing,
        *,
        patient: bool = False,
        limits: BatchLimits = BATCHES["cpu"],
    ) -> None:
        """Hear all windows of a note. Cancelling leaves alone only the call that its windows are in."""
        if note.done:
            return
        visit = Visit(note, model, begin, patient, limits)
        self._visits.append(visit)
        self._serve()
        try:
            await visit.over
        finally:
            self._visits.remove(visit)

    def _serve(self) -> None:
        waiting = sum(visit.note.waiting for visit in self._ready())
        while len(self._calls) < self._pool.size and len(self._calls) - len(self._hearing) < waiting:
            call = asyncio.create_task(self._call())
            self._calls.add(call)
            call.add_done_callback(self._on_called)

    def _on_called(self, call: "asyncio.Task[None]") -> None:
        self._calls.remove(call)
        if not call.cancelled():
            call.result()
        self._serve()
        if not self._calls:  # in a burst it would be taken again at once
            asyncio.get_running_loop().run_in_executor(None, give_back)

    async def _call(self) -> None:
        async with self._pool.turn() as turn:
            if pieces := self._gather():  # not before there is a thread: more windows have come meanwhile
                self._hearing.append(pieces[0].visit)
                try:
                    await self._hear(pieces, turn)
                finally:
                    self._hearing.remove(pieces[0].visit)

    def _gather(self) -> list[Piece]:
        """The windows of the next call: as many as are worth it, but leaving work for threads that are free."""
        ready = self._ready()
        if not ready:
            return []
        head = ready[0]
        share = math.ceil(sum(visit.note.waiting for visit in ready) / (self._pool.size - len(self._hearing)))
        most = min(self._batch_size.of(head.limits), share)
        pieces: list[Piece] = []
        for visit in (*(each for each in ready if each.goes_with(head)), *[head] * most):
            if len(pieces) < most and visit.note.waiting and _fits(visit.note.next_sound, pieces, head.limits.sound_s):
                pieces.append(Piece(visit, *visit.note.take()))
                self._visits.remove(visit)
                self._visits.append(visit)
        return pieces

    def _ready(self) -> list[Visit]:
        """The visits to choose from: those that are patient only if no other waits, and if no call is theirs yet."""
        waiting = [visit for visit in self._visits if visit.note.waiting and not visit.over.done()]
        patient = all(visit.patient for visit in waiting)
        if patient and any(visit.patient for visit in self._hearing):
            return []
        return [visit for visit in waiting if visit.patient is patient]

    async def _hear(self, pieces: list[Piece], turn: Turn) -> None:
        try:
            for visit in {piece.visit: None for piece in pieces}:
                await self._begin(visit)
            if begun := [piece for piece in pieces if not piece.visit.over.done()]:
                await self._hear_together(begun, turn)
        except Exception as error:  # noqa: BLE001 - each note's own listener is told
            for piece in pieces:
                _fail(piece.visit, error)

    async def _begin(self, visit: Visit) -> None:
        if visit.begun:
            return
        visit.begun = True
        try:
            await visit.begin()
        except Exception as error:  # noqa: BLE001 - it is that note's error alone
            _fail(visit, error)

    async def _hear_together(self, pieces: Sequence[Piece], turn: Turn) -> None:
        head = pieces[0].visit
        work = partial(_hear, head.model, [piece.sound for piece in pieces], head.note.beam_size)
        try:
            attempts, took_s = await turn.run(work)
        except Exception as error:
            is_full = len(pieces) > 1 and is_gpu_full(error)
            if is_full:
                self._batch_size.halve(len(pieces))
            elif len({piece.visit for piece in pieces}) == 1:
                raise
            log.warning("windows failed together, hearing fewer", error=type(error).__name__, windows=len(pieces))
            for piece in reversed(pieces):
                piece.visit.note.alone |= not is_full
                piece.visit.note.put_back(piece.number)
            return
        self._batch_size.grow(len(pieces))
        length = sum(len(piece.sound.samples) for piece in pieces)
        for piece, attempt in zip(pieces, attempts, strict=True):
            note = piece.visit.note
            note.work_s += took_s * len(piece.sound.samples) / length
            if not piece.visit.over.done():
                note.put(piece.number, attempt)
                if note.done:
                    piece.visit.over.set_result(None)


def _fits(sound: WindowInput, pieces: Sequence[Piece], most_s: float) -> bool:
    frames = [sound.frames, *(piece.sound.frames for piece in pieces)]
    length = len(sound.samples) + sum(len(piece.sound.samples) for piece in pieces)
    return not pieces or (max(frames) <= ALIKE * min(frames) and length <= most_s * SAMPLE_RATE)


def _fail(visit: Visit, error: Exception) -> None:
    if not visit.over.done():
        visit.over.set_exception(error)


def _hear(model: WhisperModel, sounds: Sequence[WindowInput], beam_size: int) -> tuple[list[DecodingResult], float]:
    """Runs in a thread: what was heard, and the seconds that took."""
    start = time.monotonic()
    return decode_batch(model, sounds, beam_size), time.monotonic() - start
