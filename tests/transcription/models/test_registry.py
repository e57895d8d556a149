"""How models are lent, with loaders that the test holds in its hands; the last tests load the real tiny.en."""

import asyncio
import itertools
import queue
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from tests.transcription.second_engine import LoudnessEngine, assign
from transcription.asr import whisper
from transcription.asr.base import WindowInput
from transcription.audio.ffmpeg import SAMPLE_RATE
from transcription.errors import ModelTooBig, ModelUnavailable, UnknownModel
from transcription.models import sources
from transcription.models.catalogue import Model, find
from transcription.models.idle import unload_idle
from transcription.models.options import ModelOptions
from transcription.models.registry import ModelRegistry, Progress, Stage

NAMES = ("tiny", "base", "small")
Hub = Callable[[Exception | None], None]


class Loaded(str):
    """A model; it tells the machine when it is closed."""

    __slots__ = ("machine",)
    machine: "Machine"

    def close(self) -> None:
        self.machine.here.remove(self)


class Machine:
    """A loader and a hub that may be held back, and a memory that loaded models fill."""

    def __init__(self, models_dir: Path) -> None:
        self.models_dir = models_dir
        self.loads: list[str] = []
        self.fetches: list[str] = []
        self.loop, self.began = asyncio.get_running_loop(), asyncio.Event()
        self.held: dict[str, queue.Queue[Exception | None]] = {}
        self.memory_mb = 100_000.0
        self.here: set[Loaded] = set()
        self.counter = itertools.count(1)
        self.now_s = 0.0
        for name in NAMES:
            self.bring(name)

    def bring(self, name: str) -> Path:
        (self.models_dir / name).mkdir(exist_ok=True)
        for file in ("config.json", "model.bin", "tokenizer.json", "vocabulary.txt"):
            (self.models_dir / name / file).touch()
        return self.models_dir / name

    def hold(self, name: str) -> Callable[[Exception | None], None]:
        """Hold back loads (or downloads) of a model; what is returned lets one go on, or fail with an error."""
        self.held[name] = queue.Queue()
        self.began.clear()
        return self.held[name].put

    def load(self, folder: Path, options: ModelOptions) -> Loaded:
        self.loads.append(folder.name)
        self._wait(folder.name)
        loaded = Loaded(f"{folder.name} {next(self.counter)}")
        loaded.machine = self
        self.here.add(loaded)
        return loaded

    def fetch(self, model: Model, models_dir: Path, report: Progress) -> Path:
        """Stands in for `sources.fetch`: half of the model comes at once, the rest when it is let go on."""
        self.fetches.append(model.name)
        report(Stage.DOWNLOAD, 0.5)
        self._wait(model.name)
        folder = self.bring(model.name)
        report(Stage.DOWNLOAD, 1.0)
        return folder

    def _wait(self, name: str) -> None:
        self.loop.call_soon_threadsafe(self.began.set)
        if name in self.held and (error := self.held[name].get(timeout=10)):
            raise error

    def in_memory(self) -> list[str]:
        """The models that are not closed, in the order in which they were loaded."""
        return [model.split()[0] for model in sorted(self.here, key=lambda model: int(model.split()[1]))]

    def available_mb(self) -> float:
        """What loaded models leave of the memory."""
        return self.memory_mb - sum(find(name).weights_mb("auto") for name in self.in_memory())

    def models(self, max_models: int = 2) -> ModelRegistry[Loaded]:
        options = ModelOptions(self.models_dir, max_models)
        return ModelRegistry(options, {"whisper": self.load}, self.available_mb, clock=lambda: self.now_s)


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
    with pytest.raises(ModelUnavailable):
        await models.ensure("small")
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
