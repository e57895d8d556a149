"""Downloads of models, while others are lent."""

import asyncio
import shutil
from collections.abc import Callable

import pytest

from tests.transcription.models.registry_machine import Machine, turns
from transcription.errors import ModelUnavailable
from transcription.models import sources
from transcription.models.registry import Progress, Stage

Hub = Callable[[Exception | None], None]


@pytest.fixture
def hub(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Hub:
    """Makes base a model of the hub; what is returned lets its download, and then its loads, go on."""
    shutil.rmtree(machine.models_dir / "base")
    monkeypatch.setattr(sources, "fetch", machine.fetch)
    return machine.hold("base")


async def test_a_download_keeps_nobody_from_the_old_model(machine: Machine, hub: Hub) -> None:
    """With room for one model it stays, and is lent, until the new one is on the disk."""
    models, downloaded = machine.models(max_models=1), asyncio.Event()
    await models.ensure("tiny")

    def on_progress(_stage: Stage, fraction: float) -> None:
        if fraction == 1.0:
            downloaded.set()

    machine.began.clear()
    switching = asyncio.create_task(models.ensure("base", on_progress))
    await machine.began.wait()
    async with asyncio.timeout(5), models.lease("tiny"):
        hub(None)
        hub(None)
        await downloaded.wait()
        await turns()
        assert machine.in_memory() == ["tiny"]
    await switching
    assert (machine.in_memory(), machine.loads) == (["base"], ["tiny", "base"])


async def test_a_download_is_shared_and_told_to_all(machine: Machine, hub: Hub) -> None:
    """Whoever wants a model on its way joins; one that gives up hears no more and stops nothing."""
    models, told = machine.models(), {name: [] for name in "abc"}

    def listen(name: str) -> Progress:
        return lambda stage, fraction: told[name].append((stage, fraction))

    first = asyncio.create_task(models.ensure("base", listen("a")))
    others = [asyncio.create_task(models.ensure("base", listen(name))) for name in "bc"]
    await machine.began.wait()
    first.cancel()
    await turns()
    hub(None)
    hub(None)
    await asyncio.gather(*others)
    half, whole = (Stage.DOWNLOAD, 0.5), (Stage.DOWNLOAD, 1.0)
    assert told["a"] == [half]
    assert told["b"] == told["c"] == [half, whole, (Stage.LOAD, 0.0), (Stage.LOAD, 1.0)]
    assert (machine.fetches, machine.loads) == (["base"], ["base"])


async def test_a_download_that_nobody_wants_stops(machine: Machine, hub: Hub) -> None:
    """It ends the next time it reports, and the next caller starts another."""
    models = machine.models()
    only = asyncio.create_task(models.fetch("base"))
    await machine.began.wait()
    download = models._downloads.tasks["base"].future
    only.cancel()
    await turns()
    hub(None)
    with pytest.raises(ModelUnavailable):
        await download
    hub(None)
    assert await models.fetch("base") == machine.models_dir / "base"
    assert machine.fetches == ["base", "base"]


async def test_a_download_that_fails_leaves_the_old_model(machine: Machine, hub: Hub) -> None:
    """Its error reaches the caller, and nothing was dropped for it."""
    models = machine.models(max_models=1)
    await models.ensure("tiny")
    hub(ModelUnavailable(model="base"))
    with pytest.raises(ModelUnavailable):
        await models.ensure("base")
    assert machine.in_memory() == ["tiny"]
