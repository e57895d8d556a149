"""How models are lent, with loaders that the test holds in its hands; the last tests load the real tiny.en."""

import asyncio
import itertools
import queue
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import numpy as np
import psutil
import pytest
from ctranslate2 import StorageView

from transcription import engine, sources
from transcription.catalogue import find
from transcription.errors import ModelTooBig, ModelUnavailable, UnknownModel
from transcription.models import ModelOptions, Models, Stage

NAMES = ("tiny", "base", "small")


class Machine:
    """A loader whose loads may be held back, and a memory that loaded models fill."""

    def __init__(self, models_dir: Path) -> None:
        self.models_dir = models_dir
        self.loads: list[str] = []
        self.loop, self.began = asyncio.get_running_loop(), asyncio.Event()
        self.held: dict[str, queue.Queue[Exception | None]] = {}
        self.memory_mb = 100_000.0
        self.counter = itertools.count(1)
        for name in NAMES:
            (models_dir / name).mkdir()
            for file in ("config.json", "model.bin", "tokenizer.json", "vocabulary.txt"):
                (models_dir / name / file).touch()

    def hold(self, name: str) -> Callable[[Exception | None], None]:
        """Hold back loads of a model; what is returned lets one go on, or fail with an error."""
        self.held[name] = queue.Queue()
        self.began.clear()
        return self.held[name].put

    def load(self, folder: Path, options: ModelOptions) -> str:
        self.loads.append(folder.name)
        self.loop.call_soon_threadsafe(self.began.set)
        if folder.name in self.held and (error := self.held[folder.name].get(timeout=10)):
            raise error
        return f"{folder.name} {next(self.counter)}"

    def models(self, max_models: int = 2) -> Models[str]:
        return Models(ModelOptions(self.models_dir, max_models), self.load, lambda: self.memory_mb)


@pytest.fixture
async def machine(tmp_path: Path) -> AsyncIterator[Machine]:
    machine = Machine(tmp_path)
    yield machine
    for held in machine.held.values():
        held.put(None)


async def turns(number: int = 20) -> None:
    """Let every task go as far as it can without a thread."""
    for _ in range(number):
        await asyncio.sleep(0)


async def test_a_model_is_loaded_once_and_lent_to_many(machine: Machine) -> None:
    """Callers that want the same model at once share one load and get the same object."""
    models, let = machine.models(), machine.hold("base")

    async def use() -> str:
        async with models.lease("base") as model:
            return model

    callers = [asyncio.create_task(use()) for _ in range(5)]
    await turns()
    assert models.loaded() == []
    let(None)
    assert set(await asyncio.gather(*callers)) == {"base 1"}
    assert machine.loads == ["base"]
    assert models.loaded() == ["base"]


async def test_an_alias_is_the_model(machine: Machine) -> None:
    """Names are checked before anything is loaded, and an alias does not load twice."""
    models = machine.models()
    (machine.models_dir / "small").rename(machine.models_dir / "large-v3-turbo")
    await models.preload(["turbo", "large-v3-turbo"])
    assert models.loaded() == ["large-v3-turbo"]
    assert models.available("turbo")
    assert not models.available("medium")
    with pytest.raises(UnknownModel):
        await models.ensure("huge")


async def test_the_one_longest_not_wanted_goes(machine: Machine) -> None:
    """Of two models the one that was not used last makes room for a third."""
    models = machine.models(max_models=2)
    await models.preload(["tiny", "base", "tiny", "small"])
    assert models.loaded() == ["tiny", "small"]


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
        assert models.loaded() == ["tiny", "small"]


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
    assert models.loaded() == []
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


async def test_a_model_beyond_the_memory_is_refused(machine: Machine) -> None:
    """What is free and what loaded models would give back is all there is; the numbers are told."""
    models, base, tiny = machine.models(), find("base"), find("tiny")
    machine.memory_mb = tiny.memory_mb("auto")
    await models.ensure("tiny")
    need_mb = base.memory_mb("auto")
    machine.memory_mb = need_mb - tiny.weights_mb("auto") + 1
    models.check_fits("base")
    machine.memory_mb -= 2
    models.check_fits("tiny")
    with pytest.raises(ModelTooBig) as caught:
        await models.ensure("base")
    assert caught.value.details == {"model": "base", "need_mb": need_mb, "have_mb": need_mb - 1, "what": "memory"}


async def test_memory_makes_room_as_the_number_does(machine: Machine) -> None:
    """Two models may be loaded, but there is memory for one: the idle one goes first."""
    models = machine.models(max_models=2)
    machine.memory_mb = find("base").memory_mb("auto") - 1
    await models.preload(["tiny", "base"])
    assert models.loaded() == ["base"]


async def test_loads_that_go_on_are_counted(machine: Machine) -> None:
    """Two models that fit one by one are not loaded at once into memory for one of them."""
    models, let = machine.models(max_models=2), machine.hold("tiny")
    machine.memory_mb = find("base").memory_mb("auto") + 1
    both = [asyncio.create_task(models.ensure(name)) for name in ("tiny", "base")]
    await turns()
    assert list(models._entries) == ["tiny"]
    let(None)
    await asyncio.gather(*both)
    assert models.loaded() == ["tiny", "base"]


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
    assert models.loaded() == []
    with pytest.raises(ModelUnavailable):
        await loading
    with pytest.raises(ModelUnavailable):
        await models.ensure("tiny")


@pytest.fixture
def options(tmp_path: Path) -> ModelOptions:
    if not sources.available(find("tiny.en"), tmp_path):
        pytest.skip("the package of tiny.en (dependency group `models`) is not installed")
    return ModelOptions(tmp_path, device="cpu", compute_type="float32", cpu_threads=1)


async def test_the_real_model_gives_its_memory_back(options: ModelOptions) -> None:
    """tiny.en is assembled, loaded, used and dropped: the process grows by its weights and shrinks again."""
    models, process = Models(options, engine.load), psutil.Process()
    stages: list[Stage] = []
    await models.fetch("tiny.en", lambda stage, fraction: stages.append(stage))
    before = process.memory_info().rss
    async with models.lease("tiny.en", lambda stage, fraction: stages.append(stage)) as model:
        assert not model.model.is_multilingual
        model.model.encode(StorageView.from_array(np.zeros((1, 80, 3000), np.float32)))
        grown = process.memory_info().rss - before
    del model
    await models.aclose()
    left = process.memory_info().rss - before
    assert list(dict.fromkeys(stages)) == [Stage.ASSEMBLE, Stage.LOAD]
    assert grown > 130e6
    assert left < grown / 3
