"""Single-flight tasks: work done once, in a thread, for all callers who want it."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Generic, TypeVar

from transcription.errors import ModelUnavailable
from transcription.models.sources import Progress, Stage

T = TypeVar("T")


class SharedTask(Generic[T]):
    """A fetch or load of a model. Any number of callers wait for it and are told its progress on the event loop.

    `do` is called in a thread of `executor` at once and given what it has to report to.
    """

    def __init__(self, name: str, do: Callable[[Progress], T], executor: Executor | None = None) -> None:
        self._name = name
        self._loop = asyncio.get_running_loop()
        self._listeners: list[Progress] = []
        self._stopped = threading.Event()
        self.future = self._loop.run_in_executor(executor, do, self._report)

    async def wait(self, on_progress: Progress) -> T:
        """What `do` returns or raises; it goes on if the caller is cancelled."""
        self._listeners.append(on_progress)
        try:
            return await asyncio.shield(self.future)
        finally:
            self._listeners.remove(on_progress)

    @property
    def wanted(self) -> bool:
        """Whether anybody waits for it."""
        return bool(self._listeners)

    def stop(self) -> None:
        """Let `do` end with `ModelUnavailable` the next time it reports."""
        self._stopped.set()

    def _report(self, stage: Stage, fraction: float) -> None:
        if self._stopped.is_set():
            raise ModelUnavailable(model=self._name)
        self._loop.call_soon_threadsafe(self._notify, stage, fraction)

    def _notify(self, stage: Stage, fraction: float) -> None:
        for listener in self._listeners:
            listener(stage, fraction)
