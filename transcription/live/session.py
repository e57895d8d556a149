"""A live session: text of speech while it is spoken, by local agreement over a growing stretch of sound."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from transcription.asr.base import DecodingOptions
from transcription.asr.local_agreement import LocalAgreement, continuation
from transcription.asr.vad import detect_speech
from transcription.audio.ffmpeg import SAMPLE_RATE
from transcription.audio.windows import Span, split
from transcription.live.events import (
    Committed,
    ItemCompleted,
    LiveEvent,
    LiveOptions,
    SpeechStarted,
    SpeechStopped,
    TextChanged,
)
from transcription.transcript import Transcript

MS = SAMPLE_RATE // 1000
VAD_STEP = 200 * MS
"""New samples before speech is looked for again: 5 to 20 ms of work each time."""
DECODE_STEP = 400 * MS
"""New samples before speech is decoded again."""
LEAD_IN = 500 * MS
"""Of silence so much is kept before speech begins: VAD sees a first sound late, and Whisper errs without."""
TAIL = 100 * MS
"""Silence that sound which was decoded ends with, for its last word to be whole."""
MAX_STRETCH = 12 * SAMPLE_RATE
"""Samples that are decoded again and again; of more the beginning is finished, in a pause where there is one."""
CUT_STRETCH = 9 * SAMPLE_RATE
MAX_BUFFER = 30 * SAMPLE_RATE
"""Samples that wait: whoever sends faster than this machine transcribes is made to wait."""
MIN_SPEECH = 100 * MS
"""Shorter sounds are no speech."""
STRETCH_PAUSE_MS = 700
"""A pause that finishes a stretch where only the client ends items."""

Pcm = NDArray[np.int16]


DecodeSpeech = Callable[[Pcm, Sequence[Span], str, DecodingOptions], Awaitable[Transcript]]
"""Transcribes 16 kHz samples in which spans are speech, by the model of a name."""


@dataclass(eq=False, slots=True)
class _Item:
    """What somebody says between two long pauses, or two commits."""

    number: int
    text: str = ""
    is_speech: bool = False
    samples: int = 0
    """Of its stretches that are finished."""
    agreement: LocalAgreement = field(default_factory=LocalAgreement)
    decoded_to: int = 0
    """End of the sound that was decoded last."""
    last: Transcript | None = None

    def changed(self, words: Sequence[str]) -> TextChanged:
        """Append final words."""
        delta = continuation(self.text, words)
        self.text += delta
        return TextChanged(self.number, delta, continuation(self.text, [self.agreement.tentative]))


class LiveSession:
    """Takes sound with `feed` and gives text with `events`; all of it belongs to one event loop.

    `options` may be replaced at any time. Samples are counted from the session's start.
    """

    def __init__(self, decode: DecodeSpeech, options: LiveOptions) -> None:
        self.options = options
        self._decode = decode
        self._audio: Pcm = np.zeros(0, np.int16)
        self._start = 0
        """Position of the first sample that is kept."""
        self._seen = 0
        """Up to where speech was looked for."""
        self._incoming: list[Pcm] = []
        self._end = 0
        self._commits: deque[int] = deque()
        self._is_closed = False
        self._changed = asyncio.Event()
        self._room = asyncio.Event()
        self._item = _Item(0)
        self._language: str | None = None

    async def feed(self, samples: Pcm) -> None:
        """Add 16 kHz mono samples; waits while too many are kept."""
        while self._end - self._start > MAX_BUFFER:
            self._room.clear()
            await self._room.wait()
        self._incoming.append(samples)
        self._end += len(samples)
        self._changed.set()

    def commit(self) -> bool:
        """End the item with the sound that came so far; False where none came since the last one."""
        if self._end - (self._commits[-1] if self._commits else self._start) < MIN_SPEECH:
            return False
        self._commits.append(self._end)
        self._changed.set()
        return True

    def clear(self) -> None:
        """Forget all sound that is not part of an item yet, and the item that is being spoken."""
        self._take_in()
        self._forget_to(self._end)
        self._commits.clear()
        self._item = _Item(self._item.number + 1)

    def close(self) -> None:
        """No more sound comes: `events` ends with the text of what there is."""
        self._is_closed = True
        if self._item.is_speech or self._end > self._seen:
            self._commits.append(self._end)
        self._changed.set()

    async def events(self) -> AsyncIterator[LiveEvent]:
        """What is new, until the session was closed. Work stands still while the caller has none of it read.

        Raises like `ModelRegistry.lease`, and what the engine raises.
        """
        while True:
            while not self._is_due():
                if self._is_closed:
                    return
                self._changed.clear()
                await self._changed.wait()
            self._take_in()
            for event in await self._step():
                yield event

    def _is_due(self) -> bool:
        return bool(self._commits) or self._end - self._seen >= VAD_STEP

    def _take_in(self) -> None:
        self._audio = np.concatenate([self._audio, *self._incoming])
        self._incoming.clear()

    async def _step(self) -> list[LiveEvent]:
        """Look at the sound there is, and decode it if it says more than before."""
        item = self._item
        limit = min(self._end, self._start + MAX_STRETCH, *self._commits)
        audio = self._audio[: limit - self._start]
        # Not in the pool, for that would be a second wait behind jobs' batches for a few milliseconds of work.
        spans = await asyncio.to_thread(detect_speech, audio)
        if self._item is not item:  # cleared meanwhile
            return []
        self._seen = limit
        events: list[LiveEvent] = []
        if not item.is_speech and sum(end - start for start, end in spans) >= MIN_SPEECH:
            item.is_speech = True
            events.append(SpeechStarted(item.number, max(0, self._ms(spans[0][0]) - self.options.padding_ms)))
        is_commit = bool(self._commits) and limit == self._commits[0]
        if is_commit:
            self._commits.popleft()
            if self._is_closed and not item.is_speech and not self._commits:
                return []
            return events + await self._end_item(item, audio, spans)
        if not item.is_speech:
            self._forget_to(max(self._start, limit - LEAD_IN))
            return events
        return events + await self._continue(item, audio, spans)

    async def _continue(self, item: _Item, audio: Pcm, spans: Sequence[Span]) -> list[LiveEvent]:
        """Finish what a pause or its length ends, or else decode what is new."""
        silence_ms = self.options.silence_ms
        pause = _pause(spans, len(audio), (silence_ms or STRETCH_PAUSE_MS) * MS)
        if pause and silence_ms is not None:
            stopped = SpeechStopped(item.number, self._ms(pause))
            return [stopped, *await self._end_item(item, audio[:pause], _before(spans, pause))]
        if pause or len(audio) >= MAX_STRETCH:
            cut = pause or (await asyncio.to_thread(split, audio, spans, CUT_STRETCH))[0].end
            if self._item is not item:
                return []
            return await self._finish_stretch(item, audio[:cut], _before(spans, cut))
        spoken_to = self._start + (spans[-1][1] if spans else 0)
        if self._seen - item.decoded_to < DECODE_STEP or spoken_to <= item.decoded_to:
            return []
        transcript = await self._transcribe(item, audio, spans)
        if self._item is not item:
            return []
        former = item.agreement.tentative
        changed = item.changed(item.agreement.push(transcript.text))
        return [changed] if changed.delta or item.agreement.tentative != former else []

    async def _end_item(self, item: _Item, audio: Pcm, spans: Sequence[Span]) -> list[LiveEvent]:
        committed = Committed(item.number)
        events = await self._finish_stretch(item, audio, spans)
        if self._item is not item:
            return []
        language = item.last.language if item.last and item.text else ""
        self._language = language or self._language
        self._item = _Item(item.number + 1)
        return [committed, *events, ItemCompleted(item.number, item.text, language, item.samples / SAMPLE_RATE)]

    async def _finish_stretch(self, item: _Item, audio: Pcm, spans: Sequence[Span]) -> list[LiveEvent]:
        """All words of the sound that is kept, up to the end of `audio`, are final; it is forgotten then."""
        end = self._start + len(audio)
        changed = []
        if spans:
            is_known = self._start + spans[-1][1] + TAIL <= item.decoded_to <= end
            transcript = (item.last if is_known else None) or await self._transcribe(item, audio, spans)
            if self._item is not item:
                return []
            words, item.agreement = item.agreement.cut(transcript.text)
            changed = [item.changed(words)]
        item.samples += len(audio)
        item.last = item.last if item.text else None
        item.decoded_to = end
        self._forget_to(end)
        self._seen = end  # what lies behind it belongs to something else now
        return [*changed]

    async def _transcribe(self, item: _Item, audio: Pcm, spans: Sequence[Span]) -> Transcript:
        item.decoded_to = self._start + len(audio)
        likely = (item.last.language if item.last else "") or self._language
        options = DecodingOptions(self.options.language, likely, self.options.prompt)
        item.last = await self._decode(audio, spans, self.options.model, options)
        return item.last

    def _forget_to(self, position: int) -> None:
        self._audio = self._audio[position - self._start :]
        self._start = position
        self._seen = max(self._seen, position)
        self._room.set()

    def _ms(self, sample: int) -> int:
        return (self._start + sample) // MS


def _pause(spans: Sequence[Span], length: int, least: int) -> int | None:
    """Where the first silence of so many samples after speech is that long; all is such silence if nobody speaks."""
    ends = [end for _, end in spans] or [0]
    starts = [*(start for start, _ in spans[1:]), length]
    return next((end + least for end, start in zip(ends, starts, strict=True) if start - end >= least), None)


def _before(spans: Sequence[Span], end: int) -> list[Span]:
    return [(start, min(stop, end)) for start, stop in spans if start < end]
