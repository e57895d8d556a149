"""What tells speakers apart, as it was set."""

from pathlib import Path

import pytest

from config import SettingsError
from runtime import speakers
from runtime.speakers import create_diarizer
from tests.settings import settings
from transcription.speakers.embedded import EmbeddedDiarizer
from transcription.speakers.sherpa import SherpaDiarizer


def test_the_engine_that_was_set_tells_speakers_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its extra sherpa is refused at the start, with what to install, and not at the first recording."""
    assert isinstance(create_diarizer(settings(tmp_path)), EmbeddedDiarizer)
    assert isinstance(create_diarizer(settings(tmp_path, speakers_engine="Sherpa")), SherpaDiarizer)
    monkeypatch.setattr(speakers, "find_spec", lambda _name: None)
    with pytest.raises(SettingsError, match=r"scripts/setup\.sh speakers"):
        create_diarizer(settings(tmp_path, speakers_engine="sherpa"))
