"""What engines have in common."""

import sys
from dataclasses import replace

import numpy as np
import pytest

from runtime.models import ENGINES
from tests.transcription.second_engine import LoudnessEngine
from transcription.asr.base import DecodingResult, Engine, EngineType, SequentialEngine, WindowInput
from transcription.audio.ffmpeg import SAMPLE_RATE

TEXT = "as many letters as are said in five seconds"


def test_an_engine_is_looked_for_without_importing_it() -> None:
    """A missing package makes it one that is not installed; and one that is costs nothing before a model is loaded."""
    assert not EngineType("nowhere", ("no_such_package",)).is_installed
    assert EngineType("nowhere", ("antigravity",)).is_installed
    assert "antigravity" not in sys.modules
    assert ENGINES["whisper"].is_installed


def test_only_whisper_has_a_loop_of_its_own(base: Engine) -> None:
    """Others take windows with `ADAPTIVE_CONTEXT=off`, too."""
    assert isinstance(base, SequentialEngine)
    assert not isinstance(LoudnessEngine(), SequentialEngine)


@pytest.mark.parametrize(("own_s", "context_s"), [(1, 8), (6, 8), (8, 10), (10, 13), (20, 23), (29, 30)])
def test_a_window_is_followed_by_silence(own_s: int, context_s: int) -> None:
    """By two seconds or a quarter of its length, three at most, in a context that Whisper can still work with."""
    assert WindowInput(np.zeros(own_s * SAMPLE_RATE, np.int16)).context_s == context_s


@pytest.mark.parametrize(
    ("logprob", "no_speech", "languages", "silence"),
    [
        (-1.0, 0.4, {"en": 0.4}, True),  # singing without words
        (-1.6, 0.6, {"en": 0.3}, True),  # music
        (-1.9, 0.8, {}, True),  # a crowd, in a language that was given
        (-0.3, 0.6, {"en": 0.9}, False),  # clear speech in loud music
        (-0.8, 0.0, {"la": 0.35, "es": 0.3}, False),  # Spanish in a crowd
        (-1.1, 0.4, {"es": 0.6}, False),  # Spanish beside running water
    ],
)
def test_all_signs_together_tell_silence(
    logprob: float, no_speech: float, languages: dict[str, float], silence: bool
) -> None:
    """Neither an unlikely text, nor a sound like silence, nor one like no language does so alone."""
    assert DecodingResult(TEXT, "en", 0.5, logprob, no_speech, languages, window_s=5).is_silence is silence


def test_a_text_too_short_for_its_time_is_more_likely_to_be_silence() -> None:
    """A crowd of eighteen seconds in which two words were found; a clear word in a long pause stays."""
    crowd = DecodingResult("What's that?", "en", 0.9, -0.86, 0.65, {"en": 0.87}, window_s=18)
    assert crowd.is_silence
    assert not replace(crowd, window_s=4.5).is_silence
    assert not replace(crowd, no_speech_prob=0.3).is_silence


def test_a_word_is_silence_by_few_signs_only() -> None:
    """A second of speech is like no language in particular, and its text is unlikely; Whisper's own rule counts."""
    a_name = DecodingResult("Маша", "ru", 0.5, -1.8, 0.5, {"ru": 0.5}, window_s=1)
    assert not a_name.is_silence
    assert replace(a_name, no_speech_prob=0.7).is_silence
