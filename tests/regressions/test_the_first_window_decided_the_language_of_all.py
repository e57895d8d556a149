"""A note's windows decide its language together, and a part in another language stays in it."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from tests.conftest import Read
from transcription.asr.base import DecodingOptions, DecodingResult, Engine
from transcription.asr.recording import Recording
from transcription.asr.vad import detect_speech
from transcription.audio.ffmpeg import SAMPLE_RATE, Samples
from transcription.transcript import Segment

UNCLEAR = {"de": 0.4, "en": 0.3, "cy": 0.1}
ENGLISH = {"en": 0.95, "cy": 0.03}
WELSH = {"cy": 0.5, "en": 0.4}


def spoken(windows: int, told: list[str]) -> Recording:
    """A note of as many windows, which keeps what it tells."""
    samples = np.zeros(windows * 18 * SAMPLE_RATE, dtype=np.int16)
    spans = [(start, start + 17 * SAMPLE_RATE) for start in range(0, len(samples), 18 * SAMPLE_RATE)]

    def heard(segment: Segment, _fraction: float) -> None:
        told.append(segment.text)

    return Recording(samples, spans, DecodingOptions(), heard)


def attempt(text: str, chances: Mapping[str, float]) -> DecodingResult:
    language = max(chances, key=lambda code: chances[code])
    return DecodingResult(text, language, chances[language], -0.2, 0.0, language_probs=chances)


def test_an_unclear_window_waits_for_the_others_and_is_heard_again() -> None:
    """Nothing of it is told before, and what comes after it waits, so that the text stays in order."""
    told: list[str] = []
    note = spoken(4, told)
    numbers = [note.pop_window()[0] for _ in range(2)]
    note.add_result(numbers[0], attempt("da komm'n", UNCLEAR))
    assert told == []
    note.add_result(numbers[1], attempt("two", ENGLISH))
    assert told == []
    again, sound = note.pop_window()
    assert (again, sound.language) == (0, "en")
    note.add_result(again, DecodingResult("one", "en", 1.0, -0.2, 0.0))
    assert told == ["one", "two"]
    for text, chances in (("three", ENGLISH), ("four", ENGLISH)):
        note.add_result(note.pop_window()[0], attempt(text, chances))
    assert told == ["one", "two", "three", "four"]
    assert note.done
    assert note.transcript("base").language == "en"


def test_only_some_windows_are_heard_again() -> None:
    """At most a quarter, for the time's sake."""
    note = spoken(8, [])
    numbers = [note.pop_window()[0] for _ in range(8)]
    for number in reversed(numbers):
        note.add_result(number, attempt("x", WELSH if number < 3 else ENGLISH))
    assert note.waiting == 2


@pytest.mark.parametrize("order", [("en_long_lj1", "ru_nsh_0088"), ("ru_nsh_0088", "en_long_lj1")])
async def test_both_languages_of_a_note_are_kept(base: Engine, read: Read, order: Sequence[str]) -> None:
    """Whichever comes first."""
    parts = [(await read(name))[: 16 * SAMPLE_RATE] for name in order]
    text = _heard(base, np.concatenate([parts[0], np.zeros(SAMPLE_RATE * 5, dtype=np.int16), parts[1]]))
    assert "present concerned" in text
    assert "револьвер" in text


async def test_languages_that_alternate_in_one_window_are_kept(base: Engine, read: Read) -> None:
    """A sentence in Russian between two in English, without a pause."""
    english, russian = await read("en_libri_61"), await read("ru_ast_dir-instr")
    text = _heard(base, np.concatenate([english, russian, english]))
    assert text.count("curtain on the left") == 2
    assert "человека" in text


def _heard(engine: Engine, samples: Samples) -> str:
    note = Recording(samples, detect_speech(samples), DecodingOptions())
    while note.waiting:
        number, sound = note.pop_window()
        note.add_result(number, engine.decode_batch([sound])[0])
    assert note.done
    return note.transcript("base").text
