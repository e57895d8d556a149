"""The models in memory: loaded once, lent to jobs, and dropped when another one needs the room."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Generic, TypeVar

from transcription import catalogue, sources
from transcription.catalogue import Model
from transcription.errors import ModelTooBig, ModelUnavailable
from transcription.memory import give_back
from transcription.sources import Progress, Stage

__all__ = ["ModelOptions", "Models", "Progress", "Stage"]

M = TypeVar("M")


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """Where models lie and how they are run; the last four are CTranslate2's."""

    models_dir: Path
    max_models: int = 1
    """How many may be in memory at a time."""
    device: str = "auto"
    compute_type: str = "auto"
    cpu_threads: int = 0
    """Threads of each worker; 0 leaves it to CTranslate2."""
    num_workers: int = 1
    """How many callers one model serves at a time."""


@dataclass(eq=False, slots=True)
class _Entry(Generic[M]):
    """A model in memory, or on its way there. `reserved_mb` is what it has still to take from the machine."""

    reserved_mb: float
    leases: int = 0
    listeners: list[Progress] = field(default_factory=list)
    loading: asyncio.Task[M] = field(init=False)

    @property
    def idle(self) -> bool:
        return self.leases == 0 and self.loading.done()

    def tell(self, stage: Stage, fraction: float) -> None:
        for listener in self.listeners:
            listener(stage, fraction)


class Models(Generic[M]):
    """Lends loaded models, at most `max_models` at a time, and drops the one that was longest not wanted for a new one.

    `load` makes a model from its folder; it blocks and is called in a thread. `available_mb` says how much memory is
    left. All methods belong to one event loop, and `on_progress` is called there, although the work is in a thread.
    """

    def __init__(
        self,
        options: ModelOptions,
        load: Callable[[Path, ModelOptions], M],
        available_mb: Callable[[], float] = catalogue.available_memory_mb,
    ) -> None:
        self._options = options
        self._load = load
        self._available_mb = available_mb
        self._entries: dict[str, _Entry[M]] = {}  # the one that was longest not wanted comes first
        self._door = asyncio.Lock()
        self._changed = asyncio.Event()
        self._closing = threading.Event()

    @asynccontextmanager
    async def lease(self, name: str, on_progress: Progress | None = None) -> AsyncIterator[M]:
        """Lend a model for as long as the block lasts; it is not dropped meanwhile. Do not keep it afterwards.

        Callers that want the same model share one load, which goes on if they are cancelled; its error reaches all of
        them, and the next call tries again. While all models are lent and another is wanted, the caller waits, and
        those after it wait behind it, also for models that are there: otherwise a busy model would never make room.
        So whoever holds a lease must not ask for a second one.

        Raises `UnknownModel`, `ModelUnavailable`, `ModelTooBig` and what `load` raises.
        """
        model = catalogue.find(name)
        entry = await self._enter(model)
        entry.leases += 1
        if on_progress:
            entry.listeners.append(on_progress)
        try:
            yield await asyncio.shield(entry.loading)
        finally:
            entry.leases -= 1
            if on_progress:
                entry.listeners.remove(on_progress)
            self._changed.set()

    async def ensure(self, name: str, on_progress: Progress | None = None) -> None:
        """Bring a model to the disk and into memory; raises like `lease`."""
        async with self.lease(name, on_progress):
            pass

    async def preload(self, names: Iterable[str]) -> None:
        """Load models one after the other; the first that fails raises, like `lease`."""
        for name in names:
            await self.ensure(name)

    async def fetch(self, name: str, on_progress: Progress | None = None) -> Path:
        """Bring a model to the disk only and return its folder; raises like `lease`.

        Stops soon after it was cancelled, and keeps what it has for the next time.
        """
        stop = threading.Event()
        report = _reporter(on_progress or (lambda _stage, _fraction: None), name, stop)
        try:
            return await asyncio.to_thread(sources.fetch, catalogue.find(name), self._options.models_dir, report)
        finally:
            stop.set()

    def available(self, name: str) -> bool:
        """Whether a model is on the disk or in an installed package; raises `UnknownModel`."""
        return sources.available(catalogue.find(name), self._options.models_dir)

    def loaded(self) -> list[str]:
        """Names of the models in memory, the one that was longest not wanted first."""
        return [name for name, entry in self._entries.items() if entry.loading.done()]

    def check_fits(self, name: str) -> None:
        """Raise `ModelTooBig` (`what="memory"`) if a model needs more than is free plus what the loaded ones hold."""
        model = catalogue.find(name)
        need_mb = model.memory_mb(self._options.compute_type)
        loaded = (catalogue.find(name).weights_mb(self._options.compute_type) for name in self.loaded())
        have_mb = self._available_mb() + sum(loaded)
        if model.name not in self._entries and need_mb > have_mb:
            raise ModelTooBig(model=model.name, need_mb=need_mb, have_mb=max(0, int(have_mb)), what="memory")

    async def aclose(self) -> None:
        """Stop downloads (to be resumed another time), wait for loads, and drop every model."""
        self._closing.set()
        self._changed.set()
        await asyncio.gather(*(entry.loading for entry in self._entries.values()), return_exceptions=True)
        while self._entries:
            await self._drop(next(iter(self._entries)))

    async def _enter(self, model: Model) -> _Entry[M]:
        """The entry of a model, started if need be, as the one wanted last. First come, first served."""
        async with self._door:
            if model.name not in self._entries:
                self.check_fits(model.name)
                await self._make_room(model.memory_mb(self._options.compute_type))
                self._start(model)
            entry = self._entries[model.name] = self._entries.pop(model.name)
            return entry

    async def _make_room(self, need_mb: float) -> None:
        """Drop models that nobody uses, and wait for those in use, until one more may be loaded."""
        while self._entries and not self._closing.is_set():
            free_mb = self._available_mb() - sum(entry.reserved_mb for entry in self._entries.values())
            if len(self._entries) < self._options.max_models and need_mb <= free_mb:
                return
            idle = next((name for name, entry in self._entries.items() if entry.idle), None)
            if idle is not None:
                await self._drop(idle)
            else:
                self._changed.clear()
                await self._changed.wait()

    def _start(self, model: Model) -> None:
        entry = _Entry[M](model.memory_mb(self._options.compute_type))
        report = _reporter(entry.tell, model.name, self._closing)
        entry.loading = asyncio.create_task(asyncio.to_thread(self._bring, model, report))
        entry.loading.add_done_callback(partial(self._on_loaded, model.name, entry))
        self._entries[model.name] = entry

    def _bring(self, model: Model, report: Progress) -> M:
        folder = sources.fetch(model, self._options.models_dir, report)
        report(Stage.LOAD, 0.0)
        loaded = self._load(folder, self._options)
        report(Stage.LOAD, 1.0)
        return loaded

    def _on_loaded(self, name: str, entry: _Entry[M], loading: asyncio.Task[M]) -> None:
        entry.reserved_mb = 0.0
        if (loading.cancelled() or loading.exception()) and self._entries.get(name) is entry:
            del self._entries[name]
        self._changed.set()

    async def _drop(self, name: str) -> None:
        going = [self._entries.pop(name)]
        await asyncio.to_thread(_free, going)


def _reporter(tell: Progress, name: str, stop: threading.Event) -> Progress:
    """`tell` for a thread: calls it on the running loop, and raises `ModelUnavailable` once `stop` is set."""
    loop = asyncio.get_running_loop()

    def report(stage: Stage, fraction: float) -> None:
        if stop.is_set():
            raise ModelUnavailable(model=name)
        loop.call_soon_threadsafe(tell, stage, fraction)

    return report


def _free(entries: list[_Entry[M]]) -> None:
    """Drop the last reference to a model here, in a thread: its workers are joined, and its memory given back."""
    entries.clear()
    give_back()
