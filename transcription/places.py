"""Where each queued job stands, and who is worth being told: worked out now and then, in slices."""

import asyncio
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator
from itertools import chain

from transcription.scheduler import Rank, Scheduler

EVERY_S = 1.0
"""Seconds between two times that the places are worked out and told."""
SHARE = 0.01
"""Of a core, at most, that working them out may take."""
SLICE = 100
"""Jobs that are looked at before the event loop gets its turn again. A shorter queue is worked out when asked for."""
NEAR = 10
"""Up to this place each step is told; further back, when a place is half or twice what it was."""
FAR_AT_ONCE = 5
"""Of those further back so many are told at a time, for a status costs more than all the rest."""


class Places:
    """Positions and waiting times of the jobs in a queue; `tell(job_id)` is called where a place really changed.

    `ahead_s` gives the seconds of work that are in hand, `workers` how many jobs are worked on at once.
    """

    def __init__(
        self, queue: Scheduler, *, ahead_s: Callable[[], float], workers: int, tell: Callable[[int], None]
    ) -> None:
        self._queue = queue
        self._ahead_s = ahead_s
        self._workers = workers
        self._tell = tell
        self._changed = asyncio.Event()
        self._is_stale = False
        self._ranks: list[Rank] = []
        self._work_s = [0.0]
        self._told: dict[int, int] = {}

    def stale(self) -> None:
        """The queue has changed."""
        self._is_stale = True
        self._changed.set()

    def of(self, job_id: int) -> tuple[int, float] | None:
        """A job's position (1 is next) and the seconds until its text; None where it is not queued."""
        if job_id not in self._queue:
            return None
        if self._is_stale and len(self._queue) <= SLICE:
            for _ in self._work_out():
                pass
        rank, ticket = self._queue.find(job_id)
        place = bisect_left(self._ranks, rank)
        return place + 1, (self._ahead_s() + self._work_s[place] + ticket.cost_s) / self._workers

    async def run(self) -> None:
        """Keep the places up to date, and tell of those that changed, until cancelled."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            took_s, began = 0.0, time.monotonic()
            for _ in chain(self._work_out(), self._tell_of_changes()):
                took_s += time.monotonic() - began
                await asyncio.sleep(0)
                began = time.monotonic()
            await asyncio.sleep(max(EVERY_S, took_s / SHARE))

    def _work_out(self) -> Iterator[None]:
        """Work out all places; pauses after each slice."""
        self._is_stale = False
        ranks, work_s = [], [0.0]
        for rank, ticket in self._queue.order():
            ranks.append(rank)
            work_s.append(work_s[-1] + ticket.cost_s)
            if len(ranks) % SLICE == 0:
                yield
        self._ranks, self._work_s = ranks, work_s

    def _tell_of_changes(self) -> Iterator[None]:
        """Tell whose place is news; pauses after each slice."""
        told, far_left = {}, FAR_AT_ONCE
        for place, (_, job_id) in enumerate(self._ranks, 1):
            if place % SLICE == 0:
                yield
            former = told[job_id] = self._told.get(job_id, place)
            if place <= NEAR:
                is_news = place != former
            else:
                is_news = far_left > 0 and not former / 2 < place < 2 * former
                far_left -= is_news
            if is_news:
                told[job_id] = place
                self._tell(job_id)
        self._told = told
