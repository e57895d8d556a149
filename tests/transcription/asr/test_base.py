"""What engines have in common."""

import sys

from runtime.models import ENGINES
from tests.transcription.second_engine import LoudnessEngine
from transcription.asr.base import Engine, EngineType, SequentialEngine


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
