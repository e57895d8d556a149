"""A second engine, made of numpy alone: it says how loud each second is. And ways to watch any engine at work."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from transcription.asr import whisper
from transcription.asr.base import BEAM_SIZE, Capabilities, DecodingResult, WindowInput
from transcription.audio.ffmpeg import SAMPLE_RATE, Samples, as_floats
from transcription.models.catalogue import MODELS
from transcription.models.options import ModelOptions

OnDecode = Callable[[str, Sequence[WindowInput]], None]
"""Called in the thread that decodes, with the model's name and the windows; what it raises is the engine's error."""


class LoudnessEngine:
    """Says `loud` or `quiet` for each second of a window: no weights, one language, short windows, one at a time."""

    def __init__(self, device: str = "cpu", *, native_batch: bool = False, max_window_s: float = 10.0) -> None:
        self.device = device
        self.capabilities = Capabilities(frozenset({"en"}), max_window_s, native_batch)

    def detect_languages(self, windows: Sequence[WindowInput]) -> list[Mapping[str, float]]:
        return [{"en": 1.0}] * len(windows)

    def decode_batch(self, windows: Sequence[WindowInput], beam_size: int = BEAM_SIZE) -> list[DecodingResult]:
        assert self.capabilities.native_batch or len(windows) == 1
        assert all(len(window.samples) <= self.capabilities.max_window_s * SAMPLE_RATE for window in windows)
        return [
            DecodingResult(loudness(window.samples), "en", 1.0, -0.1, 0.0, language_probs={"en": 1.0})
            for window in windows
        ]

    def close(self) -> None:
        del self.capabilities


def loudness(samples: Samples) -> str:
    """A word for each second that begins in the samples."""
    power = np.abs(as_floats(samples))
    seconds = [power[start : start + SAMPLE_RATE].mean() for start in range(0, len(samples), SAMPLE_RATE)]
    return " ".join("loud" if each >= power.mean() else "quiet" for each in seconds)


def watched(engine: Any, name: str, on_decode: OnDecode) -> Any:
    """An engine that calls `on_decode` before it decodes windows."""
    decode_batch = engine.decode_batch

    def watched_decode_batch(windows: Sequence[WindowInput], beam_size: int = BEAM_SIZE) -> Sequence[DecodingResult]:
        on_decode(name, windows)
        result: Sequence[DecodingResult] = decode_batch(windows, beam_size)
        return result

    engine.decode_batch = watched_decode_batch
    return engine


def watched_loaders(on_decode: OnDecode) -> dict[str, Callable[[Path, ModelOptions], Any]]:
    """Loaders of both engines by name, for a registry."""
    return {
        "whisper": lambda folder, options: watched(whisper.load(folder, options), folder.name, on_decode),
        "loudness": lambda folder, options: watched(LoudnessEngine(), folder.name, on_decode),
    }


def assign(monkeypatch: pytest.MonkeyPatch, engine: str, *models: str) -> None:
    """Have the catalogue say that models belong to an engine."""
    for name in models:
        monkeypatch.setitem(MODELS, name, replace(MODELS[name], engine=engine))
