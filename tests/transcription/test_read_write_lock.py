"""Who may be worked on beside whom."""

import asyncio

from transcription.read_write_lock import ReadWriteLock


class Visitor:
    """Goes in, and stays until told to leave."""

    def __init__(self, gate: ReadWriteLock, *, alone: bool = False) -> None:
        self.is_inside = False
        self.may_leave = asyncio.Event()
        self.task = asyncio.create_task(self._visit(gate, alone=alone))

    async def _visit(self, gate: ReadWriteLock, *, alone: bool) -> None:
        async with gate.acquire(alone=alone):
            self.is_inside = True
            await self.may_leave.wait()
        self.is_inside = False


async def settled(*visitors: Visitor) -> list[bool]:
    """Who is inside, once nobody can move."""
    for _ in range(10):
        await asyncio.sleep(0)
    return [visitor.is_inside for visitor in visitors]


async def test_one_alone_waits_for_those_before_it_and_those_after_wait_for_it() -> None:
    """So neither waits for ever, however many come; and one that is cancelled while it waits keeps nobody out."""
    gate = ReadWriteLock()
    visitors = [Visitor(gate), Visitor(gate), Visitor(gate, alone=True), Visitor(gate, alone=True), Visitor(gate)]
    assert await settled(*visitors) == [True, True, False, False, False]
    visitors[0].may_leave.set()
    assert await settled(*visitors) == [False, True, False, False, False]
    visitors[1].may_leave.set()
    assert await settled(*visitors) == [False, False, True, False, False]
    visitors[3].task.cancel()
    assert await settled(*visitors) == [False, False, True, False, False]
    visitors[2].may_leave.set()
    assert await settled(*visitors) == [False, False, False, False, True]
    visitors[4].may_leave.set()
    assert await settled(*visitors) == [False] * 5
