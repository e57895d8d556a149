"""Rate limits of Telegram's chats, and a priority queue in each; one busy or blocked chat delays no other."""

import asyncio
import heapq
import itertools
import math
import time
from dataclasses import dataclass, field
from enum import IntEnum

from handlers.rate_limit import Rate, RateLimit


class Priority(IntEnum):
    """Who writes first in a chat: a final text, then what handlers answer, then first replies, then further parts."""

    FINAL = 0
    ANSWER = 1
    STATUS = 2
    PART = 3


ACROSS = (Priority.FINAL, Priority.ANSWER, Priority.PART, Priority.STATUS)
"""Which chat goes first where all wait for the bot's own limit: texts before statuses."""

PRIVATE = Rate(interval_s=1.0, burst=3)
GROUP = Rate(interval_s=3.0, burst=5)
OVERALL = Rate(interval_s=1 / 28, burst=10)
"""Telegram's documented limits: about one message a second in a chat with short bursts allowed, 20 a minute in a group,
30 a second overall."""
SPARE = Rate(interval_s=1 / 8, burst=8)
"""What all chats together get of that for progress, so that it costs little and leaves room for what must be said."""
MAX_TRACKED = 10_000
"""So many chats are remembered before those with nothing to remember are swept."""

Waiter = tuple[Priority, int, "asyncio.Future[None]"]
"""Who waits in a chat, and since when: the number grows from one to the next."""


@dataclass(eq=False)
class ChatLimit(RateLimit):
    """The limit of one chat, and who waits for it."""

    blocked_until: float = 0.0
    waiting: list[Waiter] = field(default_factory=list)
    entry: tuple[float, int, int] | None = None
    """Its one entry that counts, in the pacer's heap of those that are ready or of those that are not."""

    def ready_at(self, reserve: int = 0) -> float:
        """As of every limit, and never before the server wants to hear of this chat again."""
        return max(super().ready_at(reserve), self.blocked_until)

    def first(self) -> Waiter | None:
        """The most urgent waiter; those who gave up are let go."""
        while self.waiting and self.waiting[0][2].done():
            heapq.heappop(self.waiting)
        return self.waiting[0] if self.waiting else None


def is_private(chat_id: int) -> bool:
    """Whether this is the id of a chat with a person, going by Telegram's ranges of ids."""
    return chat_id > 0


class Pacer:
    """Gives every chat its turns, and all chats together no more than the bot's own limit.

    A turn wakes the one who gets it, and nobody else: chats that may be written to wait in one heap, those that may
    not yet in another, and a single timer goes off when the first of either can go.
    """

    def __init__(self, *, private: Rate = PRIVATE, group: Rate = GROUP, overall: Rate = OVERALL) -> None:
        self._private = private
        self._group = group
        self._overall = RateLimit(overall)
        self._spare = RateLimit(SPARE)
        self._limits: dict[int, ChatLimit] = {}
        self._max_tracked = MAX_TRACKED
        self._ready: list[tuple[float, int, int]] = []
        self._unready: list[tuple[float, int, int]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = math.inf
        self._order = itertools.count()

    async def acquire(self, chat_id: int, priority: Priority) -> None:
        """Wait until a message may be sent to or edited in a chat; the most urgent waiter goes first."""
        await self.line_up(chat_id, priority)

    def line_up(self, chat_id: int, priority: Priority) -> "asyncio.Future[None]":
        """A turn to come: done when it is there; who cancels it before leaves the line."""
        limit = self._limit(chat_id)
        waiter = priority, next(self._order), asyncio.get_running_loop().create_future()
        heapq.heappush(limit.waiting, waiter)
        self._enter(chat_id, limit)
        self._serve()
        return waiter[2]

    def waiting(self, chat_id: int, priority: Priority) -> int:
        """How many messages of a priority wait for their turn in a chat."""
        return sum(each == priority and not future.done() for each, _, future in self._limit(chat_id).waiting)

    def try_acquire(self, chat_id: int) -> bool:
        """Take a turn that nobody more urgent can miss: nobody waits, and a burst's half stays in reserve."""
        limit = self._limit(chat_id)
        free_at = max(limit.ready_at(reserve=limit.rate.burst // 2), self._overall.ready_at(), self._spare.ready_at())
        now = time.monotonic()
        if limit.first() or self._ready or free_at > now:
            return False
        for each in (limit, self._overall, self._spare):
            each.take(now)
        return True

    def block(self, chat_id: int, retry_after_s: float) -> None:
        """The server wants this chat left alone for so long."""
        limit = self._limit(chat_id)
        limit.blocked_until = max(limit.blocked_until, time.monotonic() + retry_after_s)

    def _limit(self, chat_id: int) -> ChatLimit:
        """The limit of a chat; limits with nothing to remember are swept now and then."""
        if chat_id not in self._limits:
            now = time.monotonic()
            if len(self._limits) >= self._max_tracked:
                self._limits = {
                    key: limit
                    for key, limit in self._limits.items()
                    if limit.waiting or max(limit.due_at, limit.blocked_until) > now
                }
                self._max_tracked = max(MAX_TRACKED, 2 * len(self._limits))
            self._limits[chat_id] = ChatLimit(self._private if is_private(chat_id) else self._group)
        return self._limits[chat_id]

    def _enter(self, chat_id: int, limit: ChatLimit) -> None:
        """Put a limit into its heap, if anybody waits for it; its former entry no longer counts."""
        first = limit.first()
        if first is None:
            limit.entry = None
            return
        ready_at = limit.ready_at()
        is_ready = ready_at <= time.monotonic()
        entry = (ACROSS.index(first[0]), first[1], chat_id) if is_ready else (ready_at, -1, chat_id)
        if entry != limit.entry:
            limit.entry = entry
            heapq.heappush(self._ready if is_ready else self._unready, entry)

    def _serve(self) -> None:
        """Give the turns that can be given now, and come back when there are more."""
        now = time.monotonic()
        while self._unready and self._unready[0][0] <= now:
            entry = heapq.heappop(self._unready)
            if limit := self._entered(entry):
                self._enter(entry[2], limit)
        while self._ready and self._overall.ready_at() <= now:
            entry = heapq.heappop(self._ready)
            if limit := self._entered(entry):
                first = limit.first()
                if first and first[1] == entry[1] and limit.ready_at() <= now:
                    heapq.heappop(limit.waiting)[2].set_result(None)
                    limit.take(now)
                    self._overall.take(now)
                self._enter(entry[2], limit)
        self._set_timer(now)

    def _entered(self, entry: tuple[float, int, int]) -> ChatLimit | None:
        """The limit whose entry this is, which no longer has one; None where it has a newer one."""
        limit = self._limits.get(entry[2])
        if limit is None or limit.entry != entry:
            return None
        limit.entry = None
        return limit

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
