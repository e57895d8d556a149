"""How often a chat may be written to. One busy or punished chat delays no other."""

import asyncio
import heapq
import itertools
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum


class Priority(IntEnum):
    """Who writes first in a chat: a last word, then what handlers answer, then first replies, then further parts."""

    FINAL = 0
    ANSWER = 1
    STATUS = 2
    PART = 3


ACROSS = (Priority.FINAL, Priority.ANSWER, Priority.PART, Priority.STATUS)
"""Which chat goes first where all wait for the bot's own limit: texts before statuses."""


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
SPARE = Rate(interval_s=1 / 8, burst=8)
"""What all chats together get of that for progress, so that it costs little and leaves room for what must be said."""
MOST_LANES = 10_000
"""So many chats are remembered before those with nothing to remember are swept."""

Waiter = tuple[Priority, int, "asyncio.Future[None]"]
"""Who waits in a chat, and since when: the number grows from one to the next."""


@dataclass(slots=True, eq=False)
class ChatLimit:
    """What one chat may take: the generic cell rate algorithm, with `due_at` as its theoretical arrival time."""

    rate: Rate
    due_at: float = 0.0
    blocked_until: float = 0.0
    waiting: list[Waiter] = field(default_factory=list)
    entry: tuple[float, int, int] | None = None
    """Its one entry that counts, in the pacer's heap of those that are ready or of those that are not."""

    def ready_at(self, reserve: int = 0) -> float:
        """When a message may leave and `reserve` more could follow it at once."""
        return max(self.due_at - self.rate.interval_s * (self.rate.burst - 1 - reserve), self.blocked_until)

    def take(self, now: float) -> None:
        """Count one message."""
        self.due_at = max(self.due_at, now) + self.rate.interval_s

    def first(self) -> Waiter | None:
        """The most urgent waiter; those who gave up are let go."""
        while self.waiting and self.waiting[0][2].done():
            heapq.heappop(self.waiting)
        return self.waiting[0] if self.waiting else None


class Pacer:
    """Gives every chat its turns, and all chats together no more than the bot's own limit.

    A turn wakes the one who gets it, and nobody else: chats that may be written to wait in one heap, those that may
    not yet in another, and a single timer goes off when the first of either can go.
    """

    def __init__(
        self,
        *,
        private: Rate = PRIVATE,
        group: Rate = GROUP,
        overall: Rate = OVERALL,
        spare: Rate = SPARE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rates = {True: private, False: group}
        self._overall = ChatLimit(overall)
        self._spare = ChatLimit(spare)
        self._clock = clock
        self._limits: dict[int, ChatLimit] = {}
        self._most_lanes = MOST_LANES
        self._ready: list[tuple[float, int, int]] = []
        self._unready: list[tuple[float, int, int]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = math.inf
        self._order = itertools.count()

    async def acquire(self, chat_id: int, urgency: Priority) -> None:
        """Wait until a message may be sent to or edited in a chat; the most urgent waiter goes first."""
        await self.line_up(chat_id, urgency)

    def line_up(self, chat_id: int, urgency: Priority) -> "asyncio.Future[None]":
        """A turn to come: done when it is there; who cancels it before leaves the line."""
        lane = self._limit(chat_id)
        waiter = urgency, next(self._order), asyncio.get_running_loop().create_future()
        heapq.heappush(lane.waiting, waiter)
        self._enter(chat_id, lane)
        self._serve()
        return waiter[2]

    def waiting(self, chat_id: int, urgency: Priority) -> int:
        """How many messages of an urgency wait for their turn in a chat."""
        return sum(each == urgency and not future.done() for each, _, future in self._limit(chat_id).waiting)

    def try_acquire(self, chat_id: int) -> bool:
        """Take a turn that nobody more urgent can miss: nobody waits, and a burst's half stays in reserve."""
        lane = self._limit(chat_id)
        free_at = max(lane.ready_at(reserve=lane.rate.burst // 2), self._overall.ready_at(), self._spare.ready_at())
        now = self._clock()
        if lane.first() or self._ready or free_at > now:
            return False
        for each in (lane, self._overall, self._spare):
            each.take(now)
        return True

    def block(self, chat_id: int, retry_after_s: float) -> None:
        """The server wants this chat left alone for so long."""
        lane = self._limit(chat_id)
        lane.blocked_until = max(lane.blocked_until, self._clock() + retry_after_s)

    def _limit(self, chat_id: int) -> ChatLimit:
        """The chat's lane; lanes with nothing to remember are swept now and then."""
        if chat_id not in self._limits:
            now = self._clock()
            if len(self._limits) >= self._most_lanes:
                self._limits = {
                    key: lane
                    for key, lane in self._limits.items()
                    if lane.waiting or max(lane.due_at, lane.blocked_until) > now
                }
                self._most_lanes = max(MOST_LANES, 2 * len(self._limits))
            self._limits[chat_id] = ChatLimit(self._rates[chat_id > 0])
        return self._limits[chat_id]

    def _enter(self, chat_id: int, lane: ChatLimit) -> None:
        """Put a lane where it belongs, if anybody waits in it; its former entry no longer counts."""
        first = lane.first()
        if first is None:
            lane.entry = None
            return
        ready_at = lane.ready_at()
        is_ready = ready_at <= self._clock()
        entry = (ACROSS.index(first[0]), first[1], chat_id) if is_ready else (ready_at, -1, chat_id)
        if entry != lane.entry:
            lane.entry = entry
            heapq.heappush(self._ready if is_ready else self._unready, entry)

    def _serve(self) -> None:
        """Give the turns that can be given now, and come back when there are more."""
        now = self._clock()
        while self._unready and self._unready[0][0] <= now:
            entry = heapq.heappop(self._unready)
            if lane := self._entered(entry):
                self._enter(entry[2], lane)
        while self._ready and self._overall.ready_at() <= now:
            entry = heapq.heappop(self._ready)
            if lane := self._entered(entry):
                first = lane.first()
                if first and first[1] == entry[1] and lane.ready_at() <= now:
                    heapq.heappop(lane.waiting)[2].set_result(None)
                    lane.take(now)
                    self._overall.take(now)
                self._enter(entry[2], lane)
        self._set_timer(now)

    def _entered(self, entry: tuple[float, int, int]) -> ChatLimit | None:
        """The lane whose entry this is, which no longer has one; None where it has a newer one."""
        lane = self._limits.get(entry[2])
        if lane is None or lane.entry != entry:
            return None
        lane.entry = None
        return lane

    def _set_timer(self, now: float) -> None:
        next_at = min(
            self._overall.ready_at() if self._ready else math.inf,
            self._unready[0][0] if self._unready else math.inf,
        )
        if next_at < self._timer_at:
            if self._timer:
                self._timer.cancel()
            self._timer_at = next_at
            self._timer = asyncio.get_running_loop().call_later(max(0.0, next_at - now), self._on_timer)

    def _on_timer(self) -> None:
        self._timer, self._timer_at = None, math.inf
        self._serve()
