"""Who may be worked on beside whom."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class ReadWriteLock:
    """Lets in any number together, or one alone. Whoever came first goes in first, so nobody waits for ever."""

    def __init__(self) -> None:
        self._door = asyncio.Lock()
        self._inside = 0
        self._left = asyncio.Event()

    @asynccontextmanager
    async def acquire(self, *, alone: bool) -> AsyncIterator[None]:
        """Wait to be let in, and stay for as long as the block lasts; nobody else is inside of one that is `alone`."""
        if alone:
            async with self._door:
                await self._emptied()
                yield
            return
        async with self._door:
            self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1
            self._left.set()

    async def _emptied(self) -> None:
        while self._inside:
            self._left.clear()
            await self._left.wait()
