"""Positions and waiting times of queued jobs: estimated now and then, in slices, and reported where they changed."""

import asyncio
import time
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterator
from itertools import chain

from transcription.job_queue import JobQueue
from transcription.scheduler import Rank, Ticket

ESTIMATE_EVERY_S = 1.0
"""Seconds between two estimates of all positions."""
MAX_CORE_SHARE = 0.01
"""Of a core, at most, that estimating them may take."""
SLICE = 100
"""Jobs that are looked at before the event loop gets its turn again. A shorter queue is estimated when asked for."""
NEAR = 10
"""Up to this position each step is reported; further back, when a position is half or twice what it was."""
MAX_FAR_REPORTS = 5
"""Of those further back so many are reported at a time, for a status costs more than all the rest."""
HEAVY_TURN = 4
"""One in so many seconds of work goes to a heavy job while others run beside it: a window in each batch."""


class QueuePositions:
    """Positions and waiting times of the jobs in a queue; `on_change(job_id)` is called when one changed enough.

    `in_hand_s` gives the seconds of work that are left of the jobs that were started, and of the heavy one among them,
    which lets no other heavy one start; `workers` gives how many are transcribed at a time.
    """

    def __init__(
        self,
        queue: JobQueue,
        *,
        in_hand_s: Callable[[], tuple[float, float]],
        workers: Callable[[], int],
        on_change: Callable[[int], None],
    ) -> None:
        self._queue = queue
        self._in_hand_s = in_hand_s
        self._workers = workers
        self._on_change = on_change
        self._changed = asyncio.Event()
        self._is_stale = False
        self._positions: dict[int, tuple[int, float]] = {}
        self._ranks: list[Rank] = []
        self._all_s = 0.0
        self._reported: dict[int, int] = {}

    def invalidate(self) -> None:
        """The queue has changed."""
        self._is_stale = True
        self._changed.set()

    def of(self, job_id: int) -> tuple[int, float] | None:
        """A job's position (1 is next) and the seconds until its text; None where it is not queued."""
        if job_id not in self._queue:
            return None
        if self._is_stale and len(self._queue) <= SLICE:
            for _ in self._estimate():
                pass
        rank, ticket = self._queue.find(job_id)
        position, before_s = self._positions.get(job_id) or self._newcomer(rank)
        return position, (self._in_hand_s()[0] + before_s + ticket.cost_s) / self._workers()

    def _newcomer(self, rank: Rank) -> tuple[int, float]:
        """The position of a job that came after the last estimate: before the next one in rank."""
        index = bisect_left(self._ranks, rank)
        if index < len(self._ranks):
            return self._positions[self._ranks[index][1]]
        return len(self._ranks) + 1, self._all_s

    async def run(self) -> None:
        """Keep the positions up to date, and report those that changed, until cancelled."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            took_s, began = 0.0, time.monotonic()
            for _ in chain(self._estimate(), self._report_changes()):
                took_s += time.monotonic() - began
                await asyncio.sleep(0)
                began = time.monotonic()
            await asyncio.sleep(max(ESTIMATE_EVERY_S, took_s / MAX_CORE_SHARE))

    def _estimate(self) -> Iterator[None]:
        """Estimate all positions; pauses after each slice."""
        self._is_stale = False
        positions: dict[int, tuple[int, float]] = {}
        ranks: list[Rank] = []
        for rank, ticket, before_s in self._start_order():
            positions[ticket.job_id] = len(positions) + 1, before_s
            ranks.append(rank)
            if len(ranks) % SLICE == 0:
                yield
        ranks.sort()  # all but those that were passed over are in order
        self._positions, self._ranks = positions, ranks
        self._all_s = before_s + ticket.cost_s if positions else 0.0

    def _start_order(self) -> Iterator[tuple[Rank, Ticket, float]]:
        """The jobs as they will be started, and the seconds of work in the queue before each.

        While a heavy one is in hand the others wait, and lighter ones pass them.
        """
        in_hand_s, heavy_s = self._in_hand_s()
        before_s, heavy_until_s = 0.0, HEAVY_TURN * heavy_s - in_hand_s
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
                heavy_until_s = before_s + HEAVY_TURN * heavy.cost_s
                before_s += heavy.cost_s
        for rank, ticket in passed:
            yield rank, ticket, before_s
            before_s += ticket.cost_s

    def _report_changes(self) -> Iterator[None]:
        """Report whose position is news; pauses after each slice."""
        reported, far_left = {}, MAX_FAR_REPORTS
        for job_id, (position, _) in self._positions.items():
            if position % SLICE == 0:
                yield
            former = reported[job_id] = self._reported.get(job_id, position)
            if position <= NEAR:
                is_news = position != former
            else:
                is_news = far_left > 0 and not former / 2 < position < 2 * former
                far_left -= is_news
            if is_news:
                reported[job_id] = position
                self._on_change(job_id)
        self._reported = reported
