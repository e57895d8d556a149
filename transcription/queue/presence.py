"""Whether there are workers to be had: Redis answers, and somebody announces a worker."""

import asyncio
import time
from collections.abc import Callable

import structlog

from transcription.queue.contract import Offer
from transcription.queue.fleet import Fleet
from transcription.queue.link import RedisError
from transcription.queue.trouble import reason_of

log = structlog.get_logger()


class Presence:
    """The fleet, and whether it can be reached. `on_change` is called after every change, before all who `watch`."""

    def __init__(self, gone_s: float, on_change: Callable[[], None]) -> None:
        self.fleet = Fleet(gone_s)
        self.is_linked = False
        """Whether Redis answers."""
        self._there = asyncio.Event()
        self._on_change = [on_change]

    @property
    def is_there(self) -> bool:
        """Whether a worker is there, as far as is known."""
        return self._there.is_set()

    async def wait(self) -> None:
        """Until a worker is there."""
        await self._there.wait()

    def watch(self, on_change: Callable[[], None]) -> None:
        """Call this whenever workers come or go."""
        self._on_change.append(on_change)

    def link(self) -> None:
        """Redis answers. What could not be heard meanwhile is no sign of anything."""
        self.is_linked = True
        self.fleet.refresh_all(time.monotonic())
        self._changed()

    def lose(self, error: RedisError) -> None:
        """Redis does not answer."""
        if self.is_linked:
            log.warning("the queue does not answer", error=type(error).__name__, reason=reason_of(error))
            self.is_linked = False
            self._changed()

    def receive(self, offer: Offer) -> None:
        """A worker says what it is."""
        if self.fleet.receive(offer, time.monotonic()):
            self._changed()

    def forget_gone(self) -> None:
        """Count those out who say nothing any more."""
        if self.fleet.forget_gone(time.monotonic()):
            self._changed()

    def _changed(self) -> None:
        if self.is_linked and len(self.fleet):
            self._there.set()
        elif self._there.is_set():
            log.warning("no worker is there: recordings wait")
            self._there.clear()
        for on_change in self._on_change:
            on_change()
