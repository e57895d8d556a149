"""How often a chat may be written to. One busy or punished chat delays no other."""

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum


class Urgency(IntEnum):
    """Who writes first in a chat: a last word, then what handlers answer, then first replies, then further parts."""

    FINAL = 0
    ANSWER = 1
    STATUS = 2
    PART = 3


@dataclass(frozen=True, slots=True)
class Rate:
    """At most one message each `interval_s` seconds in the long run, and `burst` of them at once."""

    interval_s: float
    burst: int


PRIVATE = Rate(interval_s=1.0, burst=3)
GROUP = Rate(interval_s=3.0, burst=5)
OVERALL = Rate(interval_s=1 / 28, burst=10)
"""Telegram's documented limits: about one message a second in a chat with short bursts allowed, 20 a minute in a group,
30 a second overall."""


@dataclass(slots=True, eq=False)
class Lane:
    """What one chat may take: the generic cell rate algorithm, with `due_at` as its theoretical arrival time."""

    rate: Rate
    due_at: float = 0.0
    blocked_until: float = 0.0
    waiting: list[tuple[int, int]] = field(default_factory=list)
    turned: asyncio.Condition = field(default_factory=asyncio.Condition)

    def wait_s(self, now: float, reserve: int = 0) -> float:
        """Seconds until a message may leave and `reserve` more could follow it at once."""
        tolerance_s = self.rate.interval_s * (self.rate.burst - 1 - reserve)
        return max(self.due_at - tolerance_s, self.blocked_until) - now

    def take(self, now: float) -> None:
        """Count one message."""
        self.due_at = max(self.due_at, now) + self.rate.interval_s


class Pacer:
    """Gives every chat its turns, and all chats together no more than the bot's own limit."""

    def __init__(
        self,
        *,
        private: Rate = PRIVATE,
        group: Rate = GROUP,
        overall: Rate = OVERALL,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rates = {True: private, False: group}
        self._overall = Lane(overall)
        self._clock = clock
        self._lanes: dict[int, Lane] = {}
        self._order = itertools.count()

    async def turn(self, chat_id: int, urgency: Urgency) -> None:
        """Wait until a message may be sent to or edited in a chat; the most urgent waiter goes first."""
        lane = self._lane(chat_id)
        ticket = (int(urgency), next(self._order))
        async with lane.turned:
            heapq.heappush(lane.waiting, ticket)
            try:
                while lane.waiting[0] != ticket or (wait_s := self._wait_s(lane)) > 0:
                    first = lane.waiting[0] == ticket
                    try:
                        await asyncio.wait_for(lane.turned.wait(), wait_s if first else None)
                    except TimeoutError:
                        continue
                self._take(lane)
            finally:
                lane.waiting.remove(ticket)
                heapq.heapify(lane.waiting)
                lane.turned.notify_all()

    def waiting(self, chat_id: int, urgency: Urgency) -> int:
        """How many messages of an urgency wait for their turn in a chat."""
        return sum(rank == urgency for rank, _ in self._lane(chat_id).waiting)

    def spare(self, chat_id: int) -> bool:
        """Take a turn that nobody more urgent can miss: nobody waits, and a burst's half stays in reserve."""
        lane = self._lane(chat_id)
        now = self._clock()
        if lane.waiting or lane.wait_s(now, reserve=lane.rate.burst // 2) > 0 or self._overall.wait_s(now) > 0:
            return False
        self._take(lane)
        return True

    def block(self, chat_id: int, retry_after_s: float) -> None:
        """The server wants this chat left alone for so long."""
        lane = self._lane(chat_id)
        lane.blocked_until = max(lane.blocked_until, self._clock() + retry_after_s)

    def _lane(self, chat_id: int) -> Lane:
        """The chat's lane; lanes with nothing to remember are swept now and then."""
        if chat_id not in self._lanes:
            now = self._clock()
            if len(self._lanes) >= 10_000:
                self._lanes = {
                    key: lane
                    for key, lane in self._lanes.items()
                    if lane.waiting or max(lane.due_at, lane.blocked_until) > now
                }
            self._lanes[chat_id] = Lane(self._rates[chat_id > 0])
        return self._lanes[chat_id]

    def _wait_s(self, lane: Lane) -> float:
        now = self._clock()
        return max(lane.wait_s(now), self._overall.wait_s(now))

    def _take(self, lane: Lane) -> None:
        now = self._clock()
        lane.take(now)
        self._overall.take(now)
