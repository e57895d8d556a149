"""A lock that many share or one holds alone."""

import asyncio

from transcription.read_write_lock import ReadWriteLock


class Holder:
    """Takes the lock, and holds it until it may release it."""

    def __init__(self, lock: ReadWriteLock, *, alone: bool = False) -> None:
        self.has_lock = False
        self.may_release = asyncio.Event()
        self.task = asyncio.create_task(self._hold(lock, alone=alone))

    async def _hold(self, lock: ReadWriteLock, *, alone: bool) -> None:
        async with lock.acquire(alone=alone):
            self.has_lock = True
            await self.may_release.wait()
        self.has_lock = False


async def settled(*holders: Holder) -> list[bool]:
    """Who has the lock, once nobody can move."""
    for _ in range(10):
        await asyncio.sleep(0)
    return [holder.has_lock for holder in holders]


async def test_one_alone_waits_for_those_before_it_and_those_after_wait_for_it() -> None:
    """So neither waits for ever, however many come; and one that is cancelled while it waits keeps nobody out."""
    lock = ReadWriteLock()
    holders = [Holder(lock), Holder(lock), Holder(lock, alone=True), Holder(lock, alone=True), Holder(lock)]
    assert await settled(*holders) == [True, True, False, False, False]
    holders[0].may_release.set()
    assert await settled(*holders) == [False, True, False, False, False]
    holders[1].may_release.set()
    assert await settled(*holders) == [False, False, True, False, False]
    holders[3].task.cancel()
    assert await settled(*holders) == [False, False, True, False, False]
    holders[2].may_release.set()
    assert await settled(*holders) == [False, False, False, False, True]
    holders[4].may_release.set()
    assert await settled(*holders) == [False] * 5
