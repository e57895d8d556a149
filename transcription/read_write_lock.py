"""A fair lock that many may share or one may hold alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class ReadWriteLock:
    """A lock shared by any number, or held by one alone. First come, first served, so nobody waits for ever."""

    def __init__(self) -> None:
        self._admission = asyncio.Lock()
        self._holders = 0
        self._released = asyncio.Event()

    @asynccontextmanager
    async def acquire(self, *, alone: bool) -> AsyncIterator[None]:
        """Wait for the lock, and hold it for as long as the block lasts; shared with others unless `alone`."""
        if alone:
            async with self._admission:
                await self._all_released()
                yield
            return
        async with self._admission:
            self._holders += 1
        try:
            yield
        finally:
            self._holders -= 1
            self._released.set()

    async def _all_released(self) -> None:
        while self._holders:
            self._released.clear()
            await self._released.wait()
