"""How a model's speed is found before anybody sent a note."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from transcription.asr import benchmark as benchmark_module
from transcription.asr import whisper
from transcription.asr.benchmark import benchmark
from transcription.models.options import ModelOptions
from transcription.models.registry import ModelRegistry
from transcription.speed import SpeedEstimates
from transcription.storage.storage import Storage


@pytest.fixture
async def speeds(tmp_path: Path) -> AsyncIterator[SpeedEstimates]:
    async with Storage.open(tmp_path / "bot.sqlite3") as storage:
        yield await SpeedEstimates.load(storage.settings, "here")


@pytest.fixture
async def models(models_dir: Path) -> AsyncIterator[ModelRegistry[whisper.WhisperModel]]:
    models = ModelRegistry(ModelOptions(models_dir, device="cpu", compute_type="int8", cpu_threads=1), whisper.load)
    yield models
    await models.aclose()


async def test_real_speech_tells_the_speed(speeds: SpeedEstimates, models: ModelRegistry[whisper.WhisperModel]) -> None:
    """The clip that ships with the package is decoded and heard with the real model, within seconds."""
    await benchmark("tiny.en", models, speeds, lambda: True)
    learnt = speeds.estimate("tiny.en")
    assert learnt.is_measured
    assert 0.002 < learnt.rtf < 2


async def test_a_note_is_not_kept_waiting(
    speeds: SpeedEstimates, models: ModelRegistry[whisper.WhisperModel], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that comes in while a run is on ends the measurement, and its share of the machine is no speed."""
    queue: list[str] = []
    heard: list[int] = []

    def hear(_model: whisper.WhisperModel, sounds: list[whisper.WindowInput]) -> None:
        heard.append(len(sounds))
        queue.append("a note")

    monkeypatch.setattr(benchmark_module, "decode_batch", hear)
    await benchmark("tiny.en", models, speeds, lambda: not queue)
    await benchmark("tiny.en", models, speeds, lambda: not queue)
    assert heard == [1]
    assert not speeds.estimate("tiny.en").is_measured


async def test_what_is_known_is_not_measured_again(
    speeds: SpeedEstimates, models: ModelRegistry[whisper.WhisperModel], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A restart is as quick as it was."""
    monkeypatch.delattr(benchmark, "hear")
    await speeds.record("tiny.en", audio_s=10, work_s=1)
    await benchmark("tiny.en", models, speeds, lambda: True)


async def test_a_gpu_that_fails_is_given_up(
    speeds: SpeedEstimates, models_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first window is where missing libraries show; the model is then loaded on the CPU."""
    devices: list[str] = []

    def load(folder: Path, options: ModelOptions) -> whisper.WhisperModel:
        devices.append(options.device)
        return whisper.load(folder, options.on_cpu())

    def hear(_model: whisper.WhisperModel, _sounds: list[whisper.WindowInput]) -> None:
        raise RuntimeError("Library libcublas.so.12 is not found or cannot be loaded")

    monkeypatch.setattr(benchmark_module, "decode_batch", hear)
    models = ModelRegistry(ModelOptions(models_dir, device="cuda"), load)
    await benchmark("tiny.en", models, speeds, lambda: True)
    await models.ensure("tiny.en")
    assert devices == ["cuda", "cpu"]
    assert not speeds.estimate("tiny.en").is_measured
    await models.aclose()
