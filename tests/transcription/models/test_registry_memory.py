"""Models and the memory that they need; the last test loads the real tiny.en."""

import asyncio
from pathlib import Path

import numpy as np
import psutil
import pytest

from tests.transcription.models.registry_machine import Machine, turns
from transcription.asr import whisper
from transcription.asr.base import WindowInput
from transcription.audio.ffmpeg import SAMPLE_RATE
from transcription.errors import ModelTooBig
from transcription.models import sources
from transcription.models.catalogue import find
from transcription.models.options import ModelOptions
from transcription.models.registry import ModelRegistry, Stage


async def test_a_model_beyond_the_memory_is_refused(machine: Machine) -> None:
    """What is free and what the others would give back is all there is, lent ones too; the numbers are told."""
    models, base, tiny = machine.models(), find("base"), find("tiny")
    need_mb = base.memory_mb("auto")
    machine.memory_mb = need_mb + 0.5
    async with models.lease("tiny"):
        models.check_fits("base")
        machine.memory_mb -= 1
        models.check_fits("tiny")
        with pytest.raises(ModelTooBig) as caught:
            models.check_fits("base")
    assert tiny.weights_mb("auto") > 1
    assert caught.value.details == {"model": "base", "need_mb": need_mb, "have_mb": need_mb - 1, "what": "memory"}
    with pytest.raises(ModelTooBig):
        await models.ensure("base")
    assert machine.in_memory() == ["tiny"]


async def test_a_model_is_to_fit_beside_another(machine: Machine) -> None:
    """That one keeps its memory, or is to get it still."""
    models, base, tiny = machine.models(), find("base").memory_mb("auto"), find("tiny").memory_mb("auto")
    machine.memory_mb = base + tiny
    models.check_fits("base", beside="tiny")
    machine.memory_mb -= 1
    with pytest.raises(ModelTooBig):
        models.check_fits("base", beside="tiny")
    await models.ensure("tiny")
    machine.memory_mb = base + find("tiny").weights_mb("auto")
    models.check_fits("base", beside="tiny")
    machine.memory_mb -= 1
    with pytest.raises(ModelTooBig):
        models.check_fits("base", beside="tiny")
    models.check_fits("base")


async def test_a_model_on_its_way_counts_as_room_to_come(machine: Machine) -> None:
    """However much of the memory its load has taken, a model that fits without it is not refused, a bigger one is."""
    models, let = machine.models(), machine.hold("tiny")
    machine.memory_mb = find("base").memory_mb("auto")
    loading = asyncio.create_task(models.ensure("tiny"))
    await machine.began.wait()
    machine.memory_mb -= 100
    models.check_fits("base")
    with pytest.raises(ModelTooBig):
        models.check_fits("small")
    let(None)
    await loading


async def test_memory_makes_room_as_the_number_does(machine: Machine) -> None:
    """Two models may be loaded, but there is memory for one: the idle one goes first."""
    models = machine.models(max_models=2)
    machine.memory_mb = find("base").memory_mb("auto")
    await models.ensure("tiny")
    await models.ensure("base")
    assert machine.in_memory() == ["base"]


async def test_memory_that_others_took_meanwhile_is_not_loaded_into(machine: Machine) -> None:
    """Who waited for room is refused where the machine has too little of it in the end."""
    models = machine.models(max_models=1)
    async with models.lease("tiny"):
        waiting = asyncio.create_task(models.ensure("base"))
        await turns()
        machine.memory_mb = find("base").memory_mb("auto") - 1
    with pytest.raises(ModelTooBig):
        await waiting
    assert machine.loads == ["tiny"]


async def test_loads_that_go_on_are_counted(machine: Machine) -> None:
    """Two models that fit one by one are not loaded at once into memory for one of them."""
    models, let = machine.models(max_models=2), machine.hold("tiny")
    machine.memory_mb = find("base").memory_mb("auto") + find("tiny").weights_mb("auto")
    both = [asyncio.create_task(models.ensure(name)) for name in ("tiny", "base")]
    await machine.began.wait()
    await turns()
    assert machine.loads == ["tiny"]
    let(None)
    await asyncio.gather(*both)
    assert machine.in_memory() == ["tiny", "base"]


@pytest.fixture
def options(tmp_path: Path) -> ModelOptions:
    if not sources.available(find("tiny.en"), tmp_path):
        pytest.skip("the package of tiny.en (dependency group `models`) is not installed")
    return ModelOptions(tmp_path, device="cpu", compute_type="float32", cpu_threads=1)


async def test_the_real_model_gives_its_memory_back(options: ModelOptions) -> None:
    """tiny.en is assembled, loaded, used and dropped: the process grows by its weights and shrinks again."""
    models, process = ModelRegistry(options, {"whisper": whisper.load}), psutil.Process()
    stages: list[Stage] = []
    await models.fetch("tiny.en", lambda stage, fraction: stages.append(stage))
    before = process.memory_info().rss
    async with models.lease("tiny.en", lambda stage, fraction: stages.append(stage)) as engine:
        assert set(engine.capabilities.languages) == {"en"}
        engine.decode_batch([WindowInput(np.zeros(27 * SAMPLE_RATE, np.int16))])
        grown = process.memory_info().rss - before
    await models.aclose()  # although `engine` is still referred to
    left = process.memory_info().rss - before
    assert list(dict.fromkeys(stages)) == [Stage.ASSEMBLE, Stage.LOAD]
    assert grown > 130e6
    assert left < grown / 2
