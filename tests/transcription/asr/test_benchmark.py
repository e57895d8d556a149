"""How a model's speed is found before anybody sent a note."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.transcription.second_engine import LoudnessEngine, watched
from transcription.asr import whisper
from transcription.asr.base import Engine, WindowInput
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
def options(models_dir: Path) -> ModelOptions:
    return ModelOptions(models_dir, device="cpu", compute_type="int8", cpu_threads=1)


async def test_real_speech_tells_the_speed(speeds: SpeedEstimates, options: ModelOptions) -> None:
    """The clip that ships with the package is decoded and transcribed with the real model, within seconds."""
    models = ModelRegistry(options, {"whisper": whisper.load})
    await benchmark("tiny.en", models, speeds, lambda: True)
    learnt = speeds.estimate("tiny.en")
    assert learnt.is_measured
    assert 0.002 < learnt.rtf < 2
    await models.aclose()


async def test_a_note_is_not_kept_waiting(speeds: SpeedEstimates, options: ModelOptions) -> None:
    """One that comes in while a run is on ends the measurement, and its share of the machine is no speed."""
    queue: list[str] = []
    runs: list[int] = []

    def on_decode(_name: str, windows: Sequence[WindowInput]) -> None:
        runs.append(len(windows))
        queue.append("a note")

    engine: Engine = watched(LoudnessEngine(max_window_s=30.0), "tiny.en", on_decode)
    models = ModelRegistry(options, {"whisper": lambda _folder, _options: engine})
    await benchmark("tiny.en", models, speeds, lambda: not queue)
    await benchmark("tiny.en", models, speeds, lambda: not queue)
    assert runs == [1]
    assert not speeds.estimate("tiny.en").is_measured
    await models.aclose()


async def test_what_is_known_is_not_measured_again(speeds: SpeedEstimates, options: ModelOptions) -> None:
    """A restart is as quick as it was: the model is not even loaded."""
    loads: list[Path] = []
    models: ModelRegistry[Engine] = ModelRegistry(options, {"whisper": lambda folder, _options: loads.append(folder)})
    await speeds.record("tiny.en", audio_s=10, work_s=1)
    await benchmark("tiny.en", models, speeds, lambda: True)
    assert not loads
    await models.aclose()


async def test_a_gpu_that_fails_is_given_up(speeds: SpeedEstimates, options: ModelOptions) -> None:
    """The first window is where missing libraries show; the model is then loaded on the CPU."""
    devices: list[str] = []

    def fail(_name: str, _windows: Sequence[WindowInput]) -> None:
        raise RuntimeError("Library libcublas.so.12 is not found or cannot be loaded")

    def load(folder: Path, options: ModelOptions) -> Engine:
        devices.append(options.device)
        return watched(LoudnessEngine(options.device), folder.name, fail)

    models = ModelRegistry(replace(options, device="cuda"), {"whisper": load})
    await benchmark("tiny.en", models, speeds, lambda: True)
    await models.ensure("tiny.en")
    assert devices == ["cuda", "cpu"]
    assert not speeds.estimate("tiny.en").is_measured
    await models.aclose()
