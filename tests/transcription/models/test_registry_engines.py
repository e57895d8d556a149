"""Models, their engines and devices."""

from pathlib import Path
from typing import Any

import pytest

from tests.transcription.models.registry_machine import NAMES, Loaded, Machine
from tests.transcription.second_engine import LoudnessEngine, assign
from transcription.errors import EngineMissing
from transcription.models.options import ModelOptions
from transcription.models.registry import ModelRegistry


async def test_a_model_that_the_gpu_failed_comes_back_on_the_cpu(tmp_path: Path) -> None:
    """Whoever has the old one keeps it; the next caller gets another, however many jobs failed at once."""
    machine, devices = Machine(tmp_path), []

    def load(folder: Path, options: ModelOptions) -> Loaded:
        devices.append((options.device, options.compute_type))
        return machine.load(folder, options)

    options = ModelOptions(tmp_path, device="cuda", compute_type="float16")
    models = ModelRegistry(options, {"whisper": load}, machine.available_mb)
    async with models.lease("tiny") as old:
        models.disable_gpu("tiny", "out of memory")
        async with models.lease("tiny") as new:
            models.disable_gpu("tiny", "out of memory")
            await models.ensure("tiny")
    assert (old, new) == ("tiny 1", "tiny 2")
    assert devices == [("cuda", "float16"), ("cpu", "int8")]


async def test_a_model_is_loaded_by_the_engine_that_it_belongs_to(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The catalogue says which; one that is not installed here is not to be had, and nothing is fetched for it."""
    assign(monkeypatch, "loudness", "base")
    assign(monkeypatch, "of tomorrow", "small")
    loaders = {"whisper": machine.load, "loudness": lambda _folder, _options: LoudnessEngine()}
    models: ModelRegistry[Any] = ModelRegistry(ModelOptions(machine.models_dir, 2), loaders, machine.available_mb)
    async with models.lease("tiny") as tiny:
        assert isinstance(tiny, Loaded)
    async with models.lease("base") as base:
        assert isinstance(base, LoudnessEngine)
    assert [models.available(name) for name in NAMES] == [True, True, False]
    with pytest.raises(EngineMissing) as missing:
        await models.ensure("small")
    assert missing.value.details == {"model": "small", "engine": "of tomorrow"}
    assert machine.loads == ["tiny"]
    await models.aclose()


async def test_a_model_is_closed_when_its_last_lease_ends(machine: Machine) -> None:
    """Not while it decodes, although the GPU failed it and another one has taken its place."""
    options = ModelOptions(machine.models_dir, device="cuda")
    models = ModelRegistry(options, {"whisper": machine.load}, machine.available_mb)
    async with models.lease("tiny"):
        models.disable_gpu("tiny", "CUDA failed")
        await models.ensure("tiny")
        assert machine.in_memory() == ["tiny", "tiny"]
    await models.aclose()
    assert not machine.in_memory()
