"""The registry of loaded models: loaded once, leased to jobs, evicted when another one needs the memory."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, Generic

import structlog

from transcription.errors import EngineMissing, ModelUnavailable
from transcription.host import memory
from transcription.models import catalogue, sources
from transcription.models.downloads import Downloads
from transcription.models.gpu_fallback import GpuBackoff, is_gpu_error
from transcription.models.memory_budget import LoadedModel, M, MemoryBudget
from transcription.models.model import Model
from transcription.models.options import ModelOptions
from transcription.models.shared_task import SharedTask
from transcription.models.sources import Progress, Stage
from transcription.observer import Observer

__all__ = ["ModelRegistry", "Progress", "Stage"]

log = structlog.get_logger()


def _ignore_progress(_stage: Stage, _fraction: float) -> None:
    """For callers who do not ask how far it is."""


class ModelRegistry(Generic[M]):
    """Leases loaded models, at most `max_models` at a time, and evicts the least recently used one for a new one.

    `loaders` has for each installed engine what makes a model from its folder; it blocks and is called in a thread.
    `available_mb` says how much memory is left. All methods belong to one event loop, and `on_progress` is called
    there, although the work is in threads. A model that the GPU fails is run by the CPU, and by the GPU again after a
    while (`GpuBackoff`). `clock` is steady.
    """

    def __init__(
        self,
        options: ModelOptions,
        loaders: Mapping[str, Callable[[Path, ModelOptions], M]],
        available_mb: Callable[[], float] = memory.available_mb,
        *,
        gpu_backoff: GpuBackoff | None = None,
        observer: Observer | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.options = options
        self._observer = observer or Observer()
        self._clock = clock
        self._loaders = loaders
        self._budget: MemoryBudget[M] = MemoryBudget(options.max_models, available_mb)
        self._downloads = Downloads(options.models_dir)
        self._gpu_backoff = gpu_backoff or GpuBackoff()
        self._admission = asyncio.Lock()
        self._changed = asyncio.Event()
        self._closed = False

    @asynccontextmanager
    async def lease(self, name: str, on_progress: Progress = _ignore_progress) -> AsyncIterator[M]:
        """Lend a model for as long as the block lasts; it is not closed meanwhile. Do not keep it afterwards.

        What is not on the disk is fetched first, which keeps nobody from the models that are there. Callers that want
        the same model share one load, which goes on if they are cancelled; its error reaches all of them, and the next
        call tries again. While all models are leased and another is wanted, the caller waits, and those after it wait
        behind it, also for models that are there: otherwise a busy model would never make room. So whoever holds a
        lease must not ask for a second one.

        A thread that outlives its lease, as those of cancelled jobs may for seconds, keeps the memory of a model that
        is closed meanwhile: that alone comes back later than it is reckoned with.

        Raises `UnknownModel`, `ModelUnavailable`, `ModelTooBig` and what the loader raises.
        """
        model = self._find(name)
        if model.name not in self._budget.entries and not sources.ready(model, self.options.models_dir):
            await self.fetch(model.name, on_progress)
        entry = await self._borrow(model, on_progress)
        try:
            yield entry.loading.future.result()
        finally:
            await self._take_back(entry)

    async def ensure(self, name: str, on_progress: Progress = _ignore_progress) -> None:
        """Bring a model to the disk and into memory; raises like `lease`."""
        async with self.lease(name, on_progress):
            pass

    async def fetch(self, name: str, on_progress: Progress = _ignore_progress) -> Path:
        """Bring a model to the disk only and return its folder, as `Downloads` does; raises like `lease`."""
        return await self._downloads.fetch(self._find(name), on_progress)

    @property
    def workers(self) -> None:
        """None: models are run here, and any can be fetched."""
        return

    def available(self, name: str) -> bool:
        """Whether a model is on the disk or in an installed package, with its engine; raises `UnknownModel`."""
        model = catalogue.find(name)
        return model.engine in self._loaders and sources.available(model, self.options.models_dir)

    def is_loaded(self, name: str) -> bool:
        """Whether a model is in memory; raises `UnknownModel`."""
        entry = self._budget.entries.get(catalogue.find(name).name)
        return entry is not None and entry.loaded

    def check_fits(self, name: str, beside: str | None = None) -> None:
        """Raise `ModelTooBig` (`what="memory"`) if a model would not fit with all others evicted, or all but one."""
        model, kept = catalogue.find(name), catalogue.find(beside) if beside else None
        kept_mb = self._need_mb(kept) if kept and kept.name not in self._budget.entries else 0
        self._budget.require_fit(model, self._need_mb(model) + kept_mb, kept.name if kept else None)

    def device_of(self, name: str) -> str:
        """The device that runs a model now: `cpu` in place of another one while that is not trusted with it."""
        return self._options_of(catalogue.find(name)).device

    def disable_gpu(self, name: str, reason: str) -> None:
        """Lend a model that the CPU runs for a while, for the GPU failed it; who has the other one may keep it."""
        model = catalogue.find(name)
        if not self._gpu_backoff.is_off(model.name):
            pause_s = self._gpu_backoff.failed(model.name, reason)
            log.warning("the GPU failed, using the CPU", model=model.name, error=reason, again_in_s=pause_s)

    @property
    def in_memory(self) -> dict[str, LoadedModel[M]]:
        """The models in memory or being loaded, by their names."""
        return dict(self._budget.entries)

    def idle_s(self) -> dict[str, float]:
        """For how long nobody has leased each model that is in memory and not leased now."""
        now = self._clock()
        return {name: now - entry.changed_at for name, entry in self._budget.entries.items() if entry.is_idle}

    async def unload(self, name: str, reason: str = "asked") -> bool:
        """Give a model's memory back; False where it is leased or being loaded. Raises `UnknownModel`.

        The next caller who wants it loads it again.
        """
        model = catalogue.find(name)
        if (entry := self._budget.entries.get(model.name)) and entry.is_idle:
            await self._evict(model.name, reason)
        return entry is None or entry.is_evicted

    async def aclose(self) -> None:
        """Stop downloads (to be resumed another time), wait for loads, and close every model."""
        self._closed = True
        self._changed.set()
        loads = (entry.loading for entry in self._budget.entries.values())
        tasks: list[SharedTask[Any]] = [*self._downloads.tasks.values(), *loads]
        for task in tasks:
            task.stop()
        await asyncio.gather(*(task.future for task in tasks), return_exceptions=True)
        while self._budget.entries:
            await self._evict(next(iter(self._budget.entries)), "stop")
        self._downloads.close()

    async def _borrow(self, model: Model, on_progress: Progress) -> LoadedModel[M]:
        """The entry of a model that has loaded, with a lease of it; on the CPU where the GPU refuses it."""
        while True:
            entry = await self._acquire(model)
            entry.leases += 1
            try:
                await entry.loading.wait(on_progress)
            except BaseException as error:
                await self._take_back(entry)
                if entry.device == "cpu" or not is_gpu_error(error):
                    raise
                reason = str(error)
            else:
                return entry
            self.disable_gpu(model.name, reason)

    async def _take_back(self, entry: LoadedModel[M]) -> None:
        entry.leases -= 1
        entry.changed_at = self._clock()
        self._changed.set()
        if entry.is_evicted and not entry.leases:
            await asyncio.to_thread(entry.close)

    async def _acquire(self, model: Model) -> LoadedModel[M]:
        """The entry of a model, started if need be, as the one wanted last. First come, first served."""
        async with self._admission:
            entry = self._budget.entries.get(model.name)
            if entry and entry.device != self.device_of(model.name):
                await self._evict(model.name, "device")
            if model.name not in self._budget.entries:
                await self._make_room(model)
                self._start(model)
            entry = self._budget.entries[model.name] = self._budget.entries.pop(model.name)
            return entry

    async def _make_room(self, model: Model) -> None:
        """Evict models that nobody uses, and wait for those in use, until this one may be loaded."""
        while not self._closed:
            self.check_fits(model.name)  # again each time: other programs may have taken what was free
            if self._budget.has_room(self._need_mb(model)):
                return
            if idle := self._budget.evictable():
                await self._evict(idle, "room")
            elif self._budget.entries:
                self._changed.clear()
                await self._changed.wait()
        raise ModelUnavailable(model=model.name)

    def _need_mb(self, model: Model) -> int:
        return model.memory_mb(self._options_of(model).compute_type)

    def _options_of(self, model: Model) -> ModelOptions:
        return self.options.on_cpu() if self._gpu_backoff.is_off(model.name) else self.options

    def _start(self, model: Model) -> None:
        options = self._options_of(model)
        entry = LoadedModel(
            loading=SharedTask(model.name, partial(self._load, model, options)),
            device=options.device,
            need_mb=self._need_mb(model),
            weights_mb=model.weights_mb(options.compute_type),
            free_before_mb=self._budget.available_mb(),
            changed_at=self._clock(),
        )
        entry.loading.future.add_done_callback(partial(self._on_loaded, model.name, entry))
        self._budget.entries[model.name] = entry

    def _load(self, model: Model, options: ModelOptions, report: Progress) -> M:
        report(Stage.LOAD, 0.0)
        loaded = self._loaders[model.engine](options.models_dir / model.name, options)
        report(Stage.LOAD, 1.0)
        return loaded

    def _on_loaded(self, name: str, entry: LoadedModel[M], loading: "asyncio.Future[M]") -> None:
        if loading.cancelled() or loading.exception():
            self._observer.model_failed(name)
            if self._budget.entries.get(name) is entry:
                del self._budget.entries[name]
        else:
            self._observer.model_loaded(name, entry.device, self._clock() - entry.changed_at)
        self._changed.set()

    async def _evict(self, name: str, reason: str) -> None:
        entry = self._budget.entries.pop(name)
        entry.is_evicted = True
        self._observer.model_evicted(name, reason)
        if not entry.leases:
            await asyncio.to_thread(entry.close)

    def _find(self, name: str) -> Model:
        model = catalogue.find(name)
        if model.engine not in self._loaders:
            raise EngineMissing(model=model.name, engine=model.engine)
        return model
