"""A live session: text of speech while it is spoken, by local agreement over a growing stretch of sound."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from transcription.asr.base import DecodingOptions
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
from transcription.live.item import Item
from transcription.live.pauses import first_pause, spans_before
from transcription.transcript import Transcript

MS = SAMPLE_RATE // 1000
VAD_STEP = 200 * MS
"""New samples before speech is looked for again: 5 to 20 ms of work each time."""
DECODE_STEP = 400 * MS
"""New samples before speech is decoded again; more on a machine so busy that decoding takes longer than a second, for a
session would fall behind."""
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


class LiveSession:
    """Takes sound with `feed` and gives text with `events`; all of it belongs to one event loop.

    `options` may be replaced at any time. Samples are counted from the session's start.
    """

    def __init__(self, decode: DecodeSpeech, options: LiveOptions, clock: Callable[[], float] = time.monotonic) -> None:
        self.options = options
        self._decode = decode
        self._clock = clock
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
        self._item = Item(0)
        self._language: str | None = None
        self._decode_step = DECODE_STEP

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
        is_begun = self._item.is_speech and not self._commits
        if not is_begun and self._end - (self._commits[-1] if self._commits else self._start) < MIN_SPEECH:
            return False
        self._commits.append(self._end)
        self._changed.set()
        return True

    def clear(self) -> None:
        """Forget all sound that was not committed, and the item that is being spoken."""
        self._take_in()
        if self._commits:
            self._end = self._commits[-1]
            self._audio = self._audio[: self._end - self._start]
            self._seen = min(self._seen, self._end)
        else:
            self._forget_to(self._end)
            self._item = Item(self._item.number + 1)

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
            async for event in self._step():
                yield event

    def _is_due(self) -> bool:
        return bool(self._commits) or self._end - self._seen >= VAD_STEP

    def _take_in(self) -> None:
        self._audio = np.concatenate([self._audio, *self._incoming])
        self._incoming.clear()

    async def _step(self) -> AsyncIterator[LiveEvent]:
        """Look at the sound there is, and decode it if it says more than before."""
        item, limit = self._item, min(self._end, self._start + MAX_STRETCH, *self._commits)
        audio = self._audio[: limit - self._start]
        # Not in the pool, for that would be a second wait behind jobs' batches for a few milliseconds of work.
        spans = await asyncio.to_thread(detect_speech, audio)
        if self._item is not item:  # cleared meanwhile
            return
        self._seen = limit
        if not item.is_speech and sum(end - start for start, end in spans) >= MIN_SPEECH:
            item.is_speech = True
            yield SpeechStarted(item.number, max(0, self._ms(spans[0][0]) - self.options.padding_ms))
            if self._item is not item:
                return
        if self._commits and limit == self._commits[0]:
            self._commits.popleft()
            if item.is_speech or self._commits or not self._is_closed:
                async for event in self._end_item(item, audio, spans):
                    yield event
        elif not item.is_speech:
            self._forget_to(max(self._start, limit - LEAD_IN))
        else:
            async for event in self._continue(item, audio, spans):
                yield event

    async def _continue(self, item: Item, audio: Pcm, spans: Sequence[Span]) -> AsyncIterator[LiveEvent]:
        """Finish what a pause or its length ends, or else decode what is new."""
        silence_ms = self.options.silence_ms
        pause = first_pause(spans, len(audio), (silence_ms or STRETCH_PAUSE_MS) * MS)
        if pause and silence_ms is not None:
            stopped = SpeechStopped(item.number, self._ms(pause))
            async for event in self._end_item(item, audio[:pause], spans_before(spans, pause), stopped):
                yield event
        elif pause or len(audio) >= MAX_STRETCH:
            cut = pause or (await asyncio.to_thread(split, audio, spans, CUT_STRETCH))[0].end
            if self._item is item and (
                changed := await self._finish_stretch(item, audio[:cut], spans_before(spans, cut))
            ):
                yield changed
        elif changed := await self._decode_more(item, audio, spans):
            yield changed

    async def _decode_more(self, item: Item, audio: Pcm, spans: Sequence[Span]) -> TextChanged | None:
        """What a decoding of all of a stretch says that the one before did not."""
        spoken_to = self._start + (spans[-1][1] if spans else 0)
        if self._seen - item.decoded_to < self._decode_step or spoken_to <= item.decoded_to:
            return None
        transcript = await self._transcribe(item, self._start, audio, spans, is_partial=True)
        if self._item is not item or not transcript.text:
            return None
        former = item.agreement.tentative
        changed = item.changed(item.agreement.push(transcript.text))
        return changed if changed.delta or item.agreement.tentative != former else None

    async def _end_item(
        self, item: Item, audio: Pcm, spans: Sequence[Span], *before: LiveEvent
    ) -> AsyncIterator[LiveEvent]:
        """An item that ends with this sound: whatever comes meanwhile belongs to the next one."""
        self._item = Item(item.number + 1)
        finishing = asyncio.ensure_future(self._finish_stretch(item, audio, spans, is_last=True))
        try:
            for event in before:
                yield event
            yield Committed(item.number)
            changed = await finishing
        finally:
            finishing.cancel()
        language = item.last.language if item.last and item.text else ""
        self._language = language or self._language
        if changed:
            yield changed
        yield ItemCompleted(item.number, item.text, language, item.samples / SAMPLE_RATE)

    async def _finish_stretch(
        self, item: Item, audio: Pcm, spans: Sequence[Span], *, is_last: bool = False
    ) -> TextChanged | None:
        """Forget a stretch of sound; all words of it are final, unless it was cleared meanwhile."""
        start, end = self._start, self._start + len(audio)
        self._forget_to(end)
        self._seen = end  # what lies behind it belongs to something else now
        item.samples += len(audio)
        if not spans:
            return None
        is_known = start + spans[-1][1] + TAIL <= item.decoded_to <= end
        known = item.last if is_known and item.last and item.last.text else None
        transcript = known or await self._transcribe(item, start, audio, spans)
        if self._item is not item and not is_last:
            return None
        words, item.agreement = item.agreement.cut(transcript.text)
        return item.changed(words)

    async def _transcribe(
        self, item: Item, start: int, audio: Pcm, spans: Sequence[Span], *, is_partial: bool = False
    ) -> Transcript:
        item.decoded_to, began_s = start + len(audio), self._clock()
        likely = (item.last.language if item.last else "") or self._language
        options = DecodingOptions(self.options.language, likely, self.options.prompt, is_partial=is_partial)
        item.last = await self._decode(audio, spans, self.options.model, options)
        took = round((self._clock() - began_s) * SAMPLE_RATE)
        self._decode_step = max(DECODE_STEP, 2 * took - SAMPLE_RATE)
        return item.last

    def _forget_to(self, position: int) -> None:
        self._audio = self._audio[position - self._start :]
        self._start = position
        self._seen = max(self._seen, position)
        self._room.set()

    def _ms(self, sample: int) -> int:
        return (self._start + sample) // MS
