"""Chooses what tells speakers apart, from settings."""

from importlib.util import find_spec

from config import Settings, SettingsError
from transcription.speakers.base import Diarizer
from transcription.speakers.embedded import EmbeddedDiarizer
from transcription.speakers.sherpa import SherpaDiarizer


def create_diarizer(settings: Settings) -> Diarizer:
    """What tells speakers apart here; nothing is loaded or fetched yet. Raises `SettingsError` without the extra."""
    if settings.speakers_engine == "embedded":
        return EmbeddedDiarizer()
    if find_spec("sherpa_onnx") is None:
        raise SettingsError(
            "SPEAKERS_ENGINE: sherpa is not installed; scripts/setup.sh speakers does that, or set embedded"
        )
    return SherpaDiarizer(settings.models_dir)
