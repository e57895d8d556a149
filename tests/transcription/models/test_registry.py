"""How models are lent, with loaders that the test holds in its hands."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from tests.transcription.models.registry_machine import Machine, turns
from transcription.errors import ModelUnavailable, UnknownModel
from transcription.models.idle import unload_idle
from transcription.models.registry import Stage


async def test_a_model_is_loaded_once_and_lent_to_many(machine: Machine) -> None:
    """Callers that want the same model at once share one load and get the same object."""
    models, let = machine.models(), machine.hold("base")

    async def use() -> str:
        async with models.lease("base") as model:
            return model

    callers = [asyncio.create_task(use()) for _ in range(5)]
    await turns()
    assert machine.in_memory() == []
    let(None)
    assert set(await asyncio.gather(*callers)) == {"base 1"}
    assert machine.loads == ["base"]
    assert machine.in_memory() == ["base"]


async def test_an_alias_is_the_model(machine: Machine) -> None:
    """Names are checked before anything is loaded, and an alias does not load twice."""
    models = machine.models()
    (machine.models_dir / "small").rename(machine.models_dir / "large-v3-turbo")
    for name in ("turbo", "large-v3-turbo"):
        await models.ensure(name)
    assert machine.in_memory() == ["large-v3-turbo"]
    assert models.available("turbo")
    assert not models.available("medium")
    with pytest.raises(UnknownModel):
        await models.ensure("huge")


async def test_the_one_longest_not_wanted_goes(machine: Machine) -> None:
    """Of two models the one that was not used last makes room for a third."""
    models = machine.models(max_models=2)
    for name in ("tiny", "base", "tiny", "small"):
        await models.ensure(name)
    assert machine.in_memory() == ["tiny", "small"]


async def test_a_model_in_use_is_never_dropped(machine: Machine) -> None:
    """With all of them lent, whoever wants another waits until one comes back, and gets its room."""
    models = machine.models(max_models=2)
    async with AsyncExitStack() as first:
        await first.enter_async_context(models.lease("tiny"))
        async with models.lease("base"):
            third = asyncio.create_task(models.ensure("small"))
            await turns()
            assert machine.loads == ["tiny", "base"]
        await third
        assert machine.in_memory() == ["tiny", "small"]


async def test_an_idle_model_is_unloaded_and_comes_back(machine: Machine) -> None:
    """One that nobody used for the set time goes, the default one too; one in use never does."""
    models = machine.models(max_models=2)
    await models.ensure("tiny")
    machine.now_s = 40
    async with models.lease("base"):
        machine.now_s = 60
        assert await unload_idle(models, 60) == 60
        assert machine.in_memory() == ["base"]
        machine.now_s = 600
        await unload_idle(models, 60)
        assert machine.in_memory() == ["base"]
    machine.now_s = 625
    assert await unload_idle(models, 60) == 35
    machine.now_s = 660
    await unload_idle(models, 60)
    assert machine.in_memory() == []
    await models.ensure("tiny")
    assert machine.loads == ["tiny", "base", "tiny"]


async def test_a_model_in_use_is_not_unloaded_on_demand(machine: Machine) -> None:
    """Nor is one that is being loaded; what is not in memory needs nothing."""
    models, let = machine.models(), machine.hold("base")
    loading = asyncio.create_task(models.ensure("base"))
    await turns()
    assert not await models.unload("base")
    let(None)
    await loading
    async with models.lease("base"):
        assert not await models.unload("base")
    assert await models.unload("base")
    assert machine.in_memory() == []
    assert await models.unload("base")
    with pytest.raises(UnknownModel):
        await models.unload("huge")


async def test_nobody_is_overtaken_for_ever(machine: Machine) -> None:
    """Behind one who waits for room, newcomers wait too, even for the model that is there."""
    models, order = machine.models(max_models=1), []

    async def use(name: str) -> None:
        async with models.lease(name):
            order.append(name)

    async with models.lease("tiny"):
        waiting = [asyncio.create_task(use(name)) for name in ("base", "tiny", "tiny")]
        await turns()
    await asyncio.gather(*waiting)
    assert order == ["base", "tiny", "tiny"]


async def test_who_waits_for_room_may_give_up(machine: Machine) -> None:
    """A waiter that is cancelled lets those behind it through."""
    models = machine.models(max_models=1)
    async with models.lease("tiny"):
        first, second = (asyncio.create_task(models.ensure(name)) for name in ("base", "tiny"))
        await turns()
        first.cancel()
        await second
    assert machine.loads == ["tiny"]


async def test_a_failed_load_reaches_all_and_can_be_tried_again(machine: Machine) -> None:
    """Every waiter sees the error; nothing of it stays."""
    models, let = machine.models(max_models=1), machine.hold("base")
    callers = [asyncio.create_task(models.ensure("base")) for _ in range(3)]
    await turns()
    let(RuntimeError("no such model"))
    results = await asyncio.gather(*callers, return_exceptions=True)
    assert [str(result) for result in results] == ["no such model"] * 3
    assert machine.in_memory() == []
    let(None)
    await models.ensure("base")
    assert machine.loads == ["base", "base"]


async def test_a_caller_that_gives_up_does_not_end_the_load(machine: Machine) -> None:
    """Of two that wait for a load one is cancelled and hears no more; the other gets its model, from the same load."""
    models, let = machine.models(), machine.hold("base")
    told: list[float] = []
    first = asyncio.create_task(models.ensure("base", lambda stage, fraction: told.append(fraction)))
    second = asyncio.create_task(models.ensure("base"))
    await machine.began.wait()
    first.cancel()
    await turns()
    let(None)
    await second
    assert first.cancelled()
    assert told == [0.0]
    assert machine.loads == ["base"]


async def test_progress_is_told_on_the_loop(machine: Machine) -> None:
    """Whoever waits for a load hears of it where its own code runs, though the work is in a thread."""
    models, told = machine.models(), []
    loop = asyncio.get_running_loop()

    def on_progress(stage: Stage, fraction: float) -> None:
        assert asyncio.get_running_loop() is loop
        told.append((stage, fraction))

    await models.ensure("base", on_progress)
    await models.ensure("base", on_progress)
    assert told == [(Stage.LOAD, 0.0), (Stage.LOAD, 1.0)]


async def test_closing_ends_it_all(machine: Machine) -> None:
    """Models are dropped, a load that goes on is waited for, and nothing new is lent."""
    models = machine.models()
    await models.ensure("tiny")
    let = machine.hold("base")
    loading = asyncio.create_task(models.ensure("base"))
    await machine.began.wait()
    closing = asyncio.create_task(models.aclose())
    ended, _ = await asyncio.wait({closing}, timeout=0.1)
    assert not ended
    let(None)
    await closing
    assert "tiny" not in machine.in_memory()
    with pytest.raises(ModelUnavailable):
        await loading
    with pytest.raises(ModelUnavailable):
        await models.ensure("tiny")
