"""The memory budget of loaded models: whether one more fits, and which one is evicted (least recently used)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from transcription.errors import ModelTooBig
from transcription.host.memory import trim_heap
from transcription.models.model import Model
from transcription.models.shared_task import SharedTask


class Closeable(Protocol):
    """What a loader makes of a model."""

    def close(self) -> None:
        """Give its memory back. Blocks; called once, in a thread, when nobody leases it any more."""


M = TypeVar("M", bound=Closeable)


@dataclass(eq=False, slots=True)
class LoadedModel(Generic[M]):
    """A model in memory or being loaded, and how many leases of it there are."""

    loading: SharedTask[M]
    device: str
    """What it is to run on, in CTranslate2's words."""
    need_mb: float
    """The most that it takes."""
    weights_mb: float
    """What it gives back when it is closed."""
    free_before_mb: float
    """What the system had left before it was loaded."""
    changed_at: float
    """When it was asked for or, later, given back last (seconds of a clock that never jumps)."""
    leases: int = 0
    is_evicted: bool = False
    """Whether it is closed as soon as nobody leases it."""

    @property
    def loaded(self) -> bool:
        """Whether its loading has ended."""
        return self.loading.future.done()

    @property
    def is_idle(self) -> bool:
        """Whether it is in memory and nobody leases it."""
        return self.loaded and not self.leases

    def close(self) -> None:
        """Give its memory back. Blocks: its workers are joined."""
        loading = self.loading.future
        if loading.done() and not loading.cancelled() and not loading.exception():
            loading.result().close()
        trim_heap()


class MemoryBudget(Generic[M]):
    """At most `max_models` entries by name, the least recently used first.

    `available_mb` says what the system has left.
    """

    def __init__(self, max_models: int, available_mb: Callable[[], float]) -> None:
        self.entries: dict[str, LoadedModel[M]] = {}
        self.available_mb = available_mb
        self._max_models = max_models

    def require_fit(self, model: Model, need_mb: float, kept: str | None = None) -> None:
        """Raise `ModelTooBig` for a model that is not in memory and would not fit with all others but `kept` evicted.

        Those that are leased or being loaded count as evicted, too, for whoever wants their room waits for it.
        """
        loading = [entry.free_before_mb for entry in self.entries.values() if not entry.loaded]
        have_mb = max([self.available_mb(), *loading])  # a model on its way has taken nobody knows how much of it
        have_mb += sum(entry.weights_mb for name, entry in self.entries.items() if entry.loaded and name != kept)
        if model.name not in self.entries and need_mb > have_mb:
            raise ModelTooBig(model=model.name, need_mb=need_mb, have_mb=max(0, int(have_mb)), what="memory")

    def has_room(self, need_mb: float) -> bool:
        """Whether one more may be loaded now, beside all that are there and with what those being loaded will take."""
        taken_mb = sum(entry.need_mb for entry in self.entries.values() if not entry.loaded)
        return len(self.entries) < self._max_models and need_mb <= self.available_mb() - taken_mb

    def evictable(self) -> str | None:
        """The least recently used model among those that nobody leases."""
        return next((name for name, entry in self.entries.items() if entry.is_idle), None)
