"""A model that knows only English was asked for the languages of a doubtful window, and the whole note failed."""

from pathlib import Path

import numpy as np

from transcription.asr import whisper
from transcription.asr.base import WindowInput
from transcription.audio.ffmpeg import SAMPLE_RATE
from transcription.models.options import ModelOptions


def test_an_english_model_decodes_what_sounds_like_nothing(models_dir: Path) -> None:
    """However unlikely its text is, it is English."""
    engine = whisper.load(models_dir / "tiny.en", ModelOptions(models_dir, device="cpu", compute_type="int8"))
    noise = np.random.default_rng(1).normal(0, 300, 10 * SAMPLE_RATE).astype(np.int16)
    (result,) = engine.decode_batch([WindowInput(noise)])
    assert result.language == "en"
    assert not result.is_mixed
