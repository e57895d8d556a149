"""What a front has handed out: put into the queues of workers, taken out again, and known by the ids it has there."""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from contextlib import AsyncExitStack, suppress
from typing import Any

import structlog
from docket import Docket

from transcription.queue import contract
from transcription.queue.contract import TASK, Event, Kind
from transcription.queue.handout import HandOut
from transcription.queue.link import Link, RedisError
from transcription.queue.sounds import Sounds

log = structlog.get_logger()


async def _transcribe(_assignment: str) -> None:
    """What workers have under the name of `TASK`; never run here."""


class Dispatch:
    """Hands out under a front's id. `by_id` has what is out, by the id of the task."""

    def __init__(self, link: Link, sounds: Sounds, front: str) -> None:
        self._link = link
        self._sounds = sounds
        self._front = front
        self.by_id: dict[str, HandOut] = {}
        self._queues: dict[str, Docket] = {}
        self._stack = AsyncExitStack()
        self._calls: set[asyncio.Task[None]] = set()

    async def aclose(self) -> None:
        """Take all back, and leave the queues."""
        for given in list(self.by_id.values()):
            self.revoke(given)
        await asyncio.gather(*self._calls, return_exceptions=True)
        with suppress(RedisError):
            await self._stack.aclose()

    def counts(self) -> Counter[str]:
        """How much each queue has."""
        return Counter(given.pool for given in self.by_id.values() if given.pool)

    async def hand_out(self, given: HandOut, pool: str) -> None:
        """Put a recording into a queue. Raises `RedisError`, and it is not there then."""
        task_id, given.pool = given.id, pool
        self.by_id[task_id] = given
        address = self._sounds.offer(task_id, given.task.chunks)
        assigned = contract.assignment(
            given.task, task_id, self._front, address, unbatched=given.is_suspect, traceparent=given.traceparent
        )
        try:
            queue = await self._queue(pool)
            await queue.add(TASK, key=task_id)(contract.write(assigned))
        except BaseException:
            if self.by_id.get(task_id) is given:
                self.revoke(given)
                given.take_back()
            raise
        if task_id not in self.by_id:  # it was revoked meanwhile
            self._call(queue.cancel(task_id))

    def revoke(self, given: HandOut) -> None:
        """Have it dropped by whoever has it; nothing is done where that has ended."""
        queue = self._queues.get(given.pool or "")
        if self.forget(given) and queue:
            self._call(queue.cancel(given.id))
            if given.token:
                self._call(self._link.stop(given.token))

    def forget(self, given: HandOut) -> bool:
        """It has ended; returns whether it was out."""
        self._sounds.withdraw(given.id)
        return self.by_id.pop(given.id, None) is not None

    def dismiss(self, event: Event) -> None:
        """Have a start stopped that is not the newest, or of a task that nobody wants any more."""
        if event.kind in (Kind.RESULT, Kind.ERROR, Kind.RELEASED):
            log.info("a late result was dropped", task=event.task, worker=event.worker)
        else:
            self._call(self._link.stop(event.token))

    async def _queue(self, pool: str) -> Docket:
        if pool not in self._queues:
            queue = await self._stack.enter_async_context(self._link.queue(pool))
            queue.register(_transcribe, names=[TASK])
            self._queues[pool] = queue
        return self._queues[pool]

    def _call(self, call: Coroutine[Any, Any, None]) -> None:
        """Do what need not succeed: a start that is not wanted is told again at its next report."""

        async def attempt() -> None:
            with suppress(RedisError):
                await call

        task = asyncio.create_task(attempt())
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)
