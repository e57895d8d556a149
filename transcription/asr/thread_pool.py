"""The threads that transcribe: a bounded ThreadPoolExecutor guarded by an asyncio.Semaphore."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, TypeVar

T = TypeVar("T")

CANCEL_GRACE_S = 5.0
"""How long work that should stop is waited for; a window on a large model may take longer on a slow machine."""


class ThreadPool:
    """`size` threads for work that keeps a core or a GPU busy; whoever finds them all taken waits on the event loop."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._waiting = 0
        self._free = asyncio.Semaphore(size)
        self._threads = ThreadPoolExecutor(size, thread_name_prefix="decode")

    @property
    def is_wanted(self) -> bool:
        """Whether somebody waits for a thread."""
        return self._waiting > 0

    async def run(self, work: Callable[[], T]) -> T:
        """What `work` returns or raises, done in a thread, as `Reservation.run` says."""
        async with self.reserve() as reservation:
            return await reservation.run(work)

    @asynccontextmanager
    async def reserve(self) -> AsyncIterator["Reservation"]:
        """Wait for a thread; what it is to do can be chosen then."""
        self._waiting += 1
        try:
            await self._free.acquire()
        finally:
            self._waiting -= 1
        reservation = Reservation(self._threads)
        try:
            yield reservation
        finally:
            reservation.on_done(self._free.release)


class Reservation:
    """A thread that is reserved for one call."""

    def __init__(self, threads: ThreadPoolExecutor) -> None:
        self._threads = threads
        self._future: asyncio.Future[Any] | None = None

    async def run(self, work: Callable[[], T]) -> T:
        """What `work` returns or raises.

        Being cancelled does not free the thread, so the caller goes on only when the work has ended, or after a few
        seconds of grace; the thread stays taken until then.
        """
        future = self._future = asyncio.get_running_loop().run_in_executor(self._threads, work)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            await asyncio.wait([future], timeout=CANCEL_GRACE_S)
            future.add_done_callback(lambda done: done.cancelled() or done.exception())  # nobody else asks for it
            raise

    def on_done(self, call: Callable[[], None]) -> None:
        """Call back once the work has ended, or at once where there was none."""
        if self._future:
            self._future.add_done_callback(lambda _: call())
        else:
            call()
