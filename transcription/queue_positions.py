"""Where each queued job stands, and who is worth being told: worked out now and then, in slices."""

import asyncio
import time
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterator
from itertools import chain

from transcription.job_queue import JobQueue
from transcription.scheduler import Rank, Ticket

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
TURNS = 4
"""One in so many seconds of work goes to a heavy note while others are heard beside it: a window in each call."""


class QueuePositions:
    """Positions and waiting times of the jobs in a queue; `tell(job_id)` is called where a place really changed.

    `in_hand_s` gives the seconds of work that are left of what was begun, and of the heavy note among that, which lets
    no other heavy one come; `workers` is how many jobs are worked on at once.
    """

    def __init__(
        self,
        queue: JobQueue,
        *,
        in_hand_s: Callable[[], tuple[float, float]],
        workers: int,
        tell: Callable[[int], None],
    ) -> None:
        self._queue = queue
        self._in_hand_s = in_hand_s
        self._workers = workers
        self._tell = tell
        self._changed = asyncio.Event()
        self._is_stale = False
        self._places: dict[int, tuple[int, float]] = {}
        self._ranks: list[Rank] = []
        self._all_s = 0.0
        self._told: dict[int, int] = {}

    def invalidate(self) -> None:
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
        place, before_s = self._places.get(job_id) or self._newcomers(rank)
        return place, (self._in_hand_s()[0] + before_s + ticket.cost_s) / self._workers

    def _newcomers(self, rank: Rank) -> tuple[int, float]:
        """The place of a job that came after the places were worked out: before the next one in rank."""
        index = bisect_left(self._ranks, rank)
        if index < len(self._ranks):
            return self._places[self._ranks[index][1]]
        return len(self._ranks) + 1, self._all_s

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
        places: dict[int, tuple[int, float]] = {}
        ranks: list[Rank] = []
        for rank, ticket, before_s in self._passing_over():
            places[ticket.job_id] = len(places) + 1, before_s
            ranks.append(rank)
            if len(ranks) % SLICE == 0:
                yield
        ranks.sort()  # all but those that were passed over are in order
        self._places, self._ranks = places, ranks
        self._all_s = before_s + ticket.cost_s if places else 0.0

    def _passing_over(self) -> Iterator[tuple[Rank, Ticket, float]]:
        """The jobs as they will be begun, and the seconds of work in the queue before each.

        While a heavy one is in hand the others wait, and lighter ones pass them.
        """
        in_hand_s, heavy_s = self._in_hand_s()
        before_s, heavy_until_s = 0.0, TURNS * heavy_s - in_hand_s
        passed: deque[tuple[Rank, Ticket]] = deque()
        for rank, ticket in self._queue.order():
            if ticket.is_heavy:
                passed.append((rank, ticket))
            else:
                yield rank, ticket, before_s
                before_s += ticket.cost_s
            while passed and before_s >= heavy_until_s:
                heavy_rank, heavy = passed.popleft()
                yield heavy_rank, heavy, before_s
                heavy_until_s = before_s + TURNS * heavy.cost_s
                before_s += heavy.cost_s
        for rank, ticket in passed:
            yield rank, ticket, before_s
            before_s += ticket.cost_s

    def _tell_of_changes(self) -> Iterator[None]:
        """Tell whose place is news; pauses after each slice."""
        told, far_left = {}, FAR_AT_ONCE
        for job_id, (place, _) in self._places.items():
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
