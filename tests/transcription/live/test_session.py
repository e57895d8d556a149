"""Text while somebody speaks, by a real model from real speech."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import Read
from tests.transcription.test_transcriber import create_transcriber
from transcription.asr.base import DecodingOptions
from transcription.audio.windows import Span
from transcription.live.decoder import LiveDecoder
from transcription.live.events import (
    Committed,
    ItemCompleted,
    LiveEvent,
    LiveOptions,
    SpeechStarted,
    SpeechStopped,
    TextChanged,
)
from transcription.live.session import MAX_BUFFER, LiveSession, Pcm
from transcription.live.transcriber import LiveTranscriber, TooManySessions
from transcription.transcript import Segment, Transcript

OPTIONS = LiveOptions("tiny.en", "en")
CHUNK = 8_000
SILENCE = np.zeros(16_000, np.int16)


async def echo(samples: Pcm, _spans: Sequence[Span], model: str, _options: DecodingOptions) -> Transcript:
    """A word for each half second."""
    text = " ".join(f"w{number}" for number in range(len(samples) // CHUNK))
    return Transcript((Segment(0, 1, text),), "en", 1.0, len(samples) // 16, model)


class Listener:
    """Reads a session's events as they come."""

    def __init__(self, session: LiveSession) -> None:
        self.session = session
        self.events: list[LiveEvent] = []
        self.reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for event in self.session.events():
            self.events.append(event)

    async def hears(self, samples: Pcm) -> None:
        """Feed samples as slowly as the session looks at them."""
        for start in range(0, len(samples), CHUNK):
            await self.session.feed(samples[start : start + CHUNK])
            while self.session._is_due():
                assert not self.reading.done(), self.reading
                await asyncio.sleep(0.001)

    async def ends(self) -> list[LiveEvent]:
        self.session.close()
        await self.reading
        return self.events

    def kinds(self) -> list[type]:
        return [type(event) for event in self.events if not isinstance(event, TextChanged)]


@asynccontextmanager
async def listening(options: LiveOptions = OPTIONS) -> AsyncIterator[Listener]:
    listener = Listener(LiveSession(echo, options))
    yield listener
    listener.reading.cancel()


async def test_text_comes_while_somebody_speaks_and_never_changes(read: Read, models_dir: Path) -> None:
    """Words are final before the pause, a pause ends the item, and its text is what was final on the way."""
    speech = np.asarray(await read("en_sense_0930"))
    async with create_transcriber(models_dir) as transcriber:
        decoder = LiveDecoder(transcriber._models, transcriber.batcher)
        listener = Listener(LiveSession(decoder.decode, OPTIONS, clock=lambda: 0.0))
        await listener.hears(np.concatenate([SILENCE, speech, SILENCE]))
        events = await listener.ends()
    assert isinstance(events[0], SpeechStarted)
    assert abs(events[0].start_ms - 1000) < 800
    deltas = [event for event in events if isinstance(event, TextChanged) and event.delta]
    completed = [event for event in events if isinstance(event, ItemCompleted)]
    assert "".join(event.delta for event in deltas if event.item == 0) == completed[0].text
    assert "amiable himself" in " ".join(event.text for event in completed)
    stopped = next(place for place, event in enumerate(events) if isinstance(event, SpeechStopped))
    assert sum(place < stopped for place, event in enumerate(events) if event in deltas) >= 2


async def test_silence_is_forgotten_and_says_nothing() -> None:
    """A minute without speech is neither kept nor decoded."""
    async with listening() as listener:
        await listener.hears(np.tile(SILENCE, 60))
        assert len(listener.session._audio) <= 16_000
        assert await listener.ends() == []


async def test_only_commits_end_items_where_there_is_no_turn_detection(read: Read) -> None:
    """A pause says nothing; a commit gives the text of all before it, a second one at once is refused."""
    speech = np.asarray(await read("en_sense_0930"))
    async with listening(LiveOptions("tiny.en", "en", silence_ms=None)) as listener:
        await listener.hears(np.concatenate([speech, SILENCE, SILENCE, speech]))
        assert listener.kinds() == [SpeechStarted]
        assert listener.session.commit()
        assert not listener.session.commit()
        await listener.ends()
        assert listener.kinds() == [SpeechStarted, Committed, ItemCompleted]
        (completed,) = (event for event in listener.events if isinstance(event, ItemCompleted))
        assert completed.text == "".join(event.delta for event in listener.events if isinstance(event, TextChanged))
        assert completed.duration_s > 2 * len(speech) / 16_000


async def test_a_busy_machine_is_asked_less_often(read: Read) -> None:
    """Where decoding takes as long as speaking, a session does not fall behind by decoding all again and again."""
    speech = np.asarray(await read("en_sense_0930"))
    decoded: list[int] = []

    async def slow_echo(samples: Pcm, spans: Sequence[Span], model: str, options: DecodingOptions) -> Transcript:
        decoded.append(len(samples))
        return await echo(samples, spans, model, options)

    counts = []
    for clock in (lambda: 0.0, lambda: 4.0 * len(decoded)):
        decoded.clear()
        listener = Listener(LiveSession(slow_echo, OPTIONS, clock))
        await listener.hears(speech)
        await listener.ends()
        counts.append(len(decoded))
    assert counts[1] <= 2 < counts[0]


async def test_cleared_sound_is_no_text(read: Read) -> None:
    """What was being said is dropped, and what comes then is an item of its own."""
    speech = np.asarray(await read("en_sense_0930"))
    async with listening() as listener:
        await listener.hears(speech[:32_000])
        listener.session.clear()
        await listener.hears(np.concatenate([SILENCE, speech[:32_000]]))
        listener.session.commit()
        listener.session.clear()  # nothing that was committed
        await listener.ends()
        assert [event.item for event in listener.events if isinstance(event, ItemCompleted)] == [1]


async def test_who_sends_faster_than_it_is_transcribed_waits(read: Read) -> None:
    """Sound that nobody has read the text of does not pile up, and none of it is lost."""
    speech = np.tile(np.asarray(await read("en_sense_0930")), 12)
    session = LiveSession(echo, LiveOptions("tiny.en", "en", silence_ms=None))

    async def feed() -> None:
        for start in range(0, len(speech), CHUNK):
            await session.feed(speech[start : start + CHUNK])
        session.close()

    feeding = asyncio.create_task(feed())
    await asyncio.wait([feeding], timeout=0.01)
    assert session._end <= MAX_BUFFER + CHUNK < len(speech)
    completed = [event async for event in session.events() if isinstance(event, ItemCompleted)]
    assert abs(sum(event.duration_s for event in completed) - len(speech) / 16_000) < 1
    await feeding


async def test_sessions_are_limited() -> None:
    """One more than allowed is refused until another one ends."""
    live = LiveTranscriber(echo, 1)
    async with live.open(OPTIONS):
        with pytest.raises(TooManySessions):
            async with live.open(OPTIONS):
                pass
    async with live.open(OPTIONS):
        pass
