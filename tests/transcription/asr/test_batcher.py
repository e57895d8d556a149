"""How recordings share the threads."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from tests.transcription.second_engine import LoudnessEngine
from transcription.asr.base import DecodingOptions, DecodingResult, WindowInput
from transcription.asr.batcher import Batcher
from transcription.asr.recording import Recording
from transcription.asr.thread_pool import ThreadPool
from transcription.audio.ffmpeg import SAMPLE_RATE


def recording(seconds: float, language: str | None = "en", **options: Any) -> Recording:
    """A note of one voice that pauses each ten seconds."""
    samples = np.zeros(round(seconds * SAMPLE_RATE), dtype=np.int16)
    starts = range(0, len(samples), 10 * SAMPLE_RATE)
    spans = [(start, min(start + 19 * SAMPLE_RATE // 2, len(samples))) for start in starts]
    return Recording(samples, spans, DecodingOptions(language, **options))


class ObservedEngine(LoudnessEngine):
    """An engine that keeps what was decoded together, and may refuse."""

    def __init__(self, **capabilities: Any) -> None:
        super().__init__(**{"native_batch": True, "max_window_s": 20.0, **capabilities})
        self.calls: list[list[int]] = []
        self.beams: list[int] = []
        self.weights: list[float] = []
        self.refuses: Callable[[Sequence[WindowInput]], bool] = lambda _windows: False

    def decode_batch(self, windows: Sequence[WindowInput], beam_size: int = 0) -> list[DecodingResult]:
        self.calls.append([len(window.samples) // SAMPLE_RATE for window in windows])
        self.beams.append(beam_size)
        self.weights += [window.language_weights.get("de", 1.0) for window in windows]
        if self.refuses(windows):
            raise ValueError("no such sound")
        probs = {"de": 0.9, "nl": 0.1}
        return [DecodingResult(f"{len(each.samples)}", "de", 0.9, -0.1, 0.0, language_probs=probs) for each in windows]


@pytest.fixture
def engine() -> ObservedEngine:
    return ObservedEngine()


async def test_notes_of_a_burst_are_decoded_together(engine: ObservedEngine) -> None:
    """Alike ones share a call, a much longer one has its own."""
    batcher = Batcher(ThreadPool(1))
    recordings = [recording(5), recording(6), recording(7), recording(19)]
    await asyncio.gather(*(batcher.transcribe(each, engine) for each in recordings))
    assert sorted(engine.calls) == [[5], [6, 7], [19]] or sorted(engine.calls) == [[5, 6, 7], [19]]
    assert all(each.done for each in recordings)


async def test_a_long_note_lets_a_short_one_in(engine: ObservedEngine) -> None:
    """After each call of an hour's recording it is somebody else's turn."""
    batcher = Batcher(ThreadPool(1))
    long = asyncio.create_task(batcher.transcribe(recording(600), engine))
    await asyncio.sleep(0)
    await batcher.transcribe(recording(4), engine)
    assert len(engine.calls) <= 3
    await long
    assert sum(map(len, engine.calls)) > 30


async def test_a_live_window_waits_for_one_batch_only(engine: ObservedEngine) -> None:
    """It goes before all recordings that wait, in a batch of its own, and then one of theirs is next."""
    pool = ThreadPool(1)
    batcher = Batcher(pool)
    async with pool.reserve():
        notes = [asyncio.create_task(batcher.transcribe(recording(19), engine)) for _ in range(6)]
        spoken = [asyncio.create_task(batcher.transcribe(recording(s), engine, live=True)) for s in (3, 15)]
        await asyncio.sleep(0)
    await asyncio.gather(*notes, *spoken)
    assert [engine.calls[place] for place in (0, 2)] == [[3], [15]]
    assert sum(call.count(19) for call in engine.calls) == 6


async def test_threads_share_one_long_note(engine: ObservedEngine) -> None:
    """Where the language is known, the first call leaves half of the windows to the other thread."""
    batcher = Batcher(ThreadPool(2))
    await batcher.transcribe(recording(38), engine)
    assert [len(call) for call in engine.calls] == [1, 1]


async def test_windows_that_were_heard_tell_the_language_of_later_ones(engine: ObservedEngine) -> None:
    """No thread waits for it, but it is likelier in what is heard next."""
    batcher = Batcher(ThreadPool(2))
    spoken = recording(150, language=None)
    await batcher.transcribe(spoken, engine)
    transcript = spoken.transcript("base")
    assert (transcript.language, transcript.language_probability) == ("de", pytest.approx(0.9))
    first = sum(map(len, engine.calls[:2]))
    assert set(engine.weights[:first]) == {1.0}
    assert min(engine.weights[first:]) > 20


async def test_a_call_is_put_together_when_there_is_a_thread(engine: ObservedEngine) -> None:
    """Notes that come while all threads are taken share the next call."""
    pool = ThreadPool(1)
    batcher = Batcher(pool)
    async with pool.reserve():
        recordings = [asyncio.create_task(batcher.transcribe(recording(5), engine)) for _ in range(3)]
        await asyncio.sleep(0)
    await asyncio.gather(*recordings)
    assert engine.calls == [[5, 5, 5]]


async def test_a_note_that_cannot_be_heard_costs_no_other(engine: ObservedEngine) -> None:
    """What fails together is decoded again one by one, so that the error is only its own."""
    engine.refuses = lambda sounds: any(len(sound.samples) == 6 * SAMPLE_RATE for sound in sounds)
    batcher = Batcher(ThreadPool(1))
    results = await asyncio.gather(
        *(batcher.transcribe(recording(seconds), engine) for seconds in (9, 5, 6, 7)), return_exceptions=True
    )
    assert [type(result) for result in results] == [type(None), type(None), ValueError, type(None)]


async def test_a_dangerous_note_is_heard_alone(engine: ObservedEngine) -> None:
    """One that may have killed a process before takes no other with it."""
    batcher = Batcher(ThreadPool(1))
    dangerous = recording(6)
    dangerous.unbatched = True
    await asyncio.gather(*(batcher.transcribe(each, engine) for each in (recording(5), dangerous, recording(7))))
    assert [6] in engine.calls


async def test_an_engine_that_gains_nothing_by_it_gets_one_window_at_a_time() -> None:
    """Then a batch would only keep others waiting."""
    engine, batcher = ObservedEngine(native_batch=False), Batcher(ThreadPool(1))
    await asyncio.gather(*(batcher.transcribe(recording(5), engine) for _ in range(3)))
    assert engine.calls == [[5], [5], [5]]


async def test_different_names_and_words_are_not_decoded_together(engine: ObservedEngine) -> None:
    """A call has one prompt."""
    batcher = Batcher(ThreadPool(1))
    recordings = [recording(9), *(recording(5, initial_prompt=prompt) for prompt in ("Anna", "Boris", "Anna"))]
    await asyncio.gather(*(batcher.transcribe(each, engine) for each in recordings))
    assert sorted(map(len, engine.calls)) == [1, 1, 2]


async def test_short_notes_get_fewer_beams(engine: ObservedEngine) -> None:
    """Unless the owner says how many; and they don't share a call with longer ones."""
    batcher = Batcher(ThreadPool(1))
    recordings = [recording(15), recording(16), recording(15, beam_size=5)]
    await asyncio.gather(*(batcher.transcribe(each, engine) for each in recordings))
    assert sorted(zip(engine.calls, engine.beams, strict=True)) == [([15], 2), ([15], 5), ([16], 3)]


async def test_what_begin_raises_ends_that_note_alone(engine: ObservedEngine) -> None:
    """A note that is given up before it is heard keeps no other from it."""

    async def refuse() -> None:
        raise KeyError("given up")

    batcher = Batcher(ThreadPool(1))
    results = await asyncio.gather(
        batcher.transcribe(recording(9), engine),
        batcher.transcribe(recording(5), engine, refuse),
        batcher.transcribe(recording(6), engine),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [type(None), KeyError, type(None)]
    assert sum(map(len, engine.calls)) == 2


async def test_a_cancelled_recording_leaves_the_batcher(engine: ObservedEngine) -> None:
    """Its windows that wait are not heard any more."""
    batcher = Batcher(ThreadPool(1))
    long = asyncio.create_task(batcher.transcribe(recording(600), engine))
    await asyncio.sleep(0)
    long.cancel()
    await asyncio.gather(long, return_exceptions=True)
    await batcher.transcribe(recording(4), engine)
    assert sum(map(len, engine.calls)) < 6
