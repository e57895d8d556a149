"""Fair queueing of jobs: short ones first, fair between people, no starvation. Pure; it neither waits nor works."""

import heapq
from bisect import bisect_left, bisect_right, insort
from collections.abc import Container, Iterator
from dataclasses import dataclass, field

AGING_RATE = 0.25
"""Seconds of somebody else's work that one second of waiting outweighs: a job of `n` seconds of work waits at most
about `4 n` seconds for shorter ones that keep coming."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A job in the queue: whose it is, the seconds of work it is expected to be, and when it came (seconds).

    `source` is the kind of source that its file is from. Of heavy ones, which are long or may do harm, no more than one
    is in hand at a time.
    """

    job_id: int
    user_id: int
    cost_s: float
    arrived_s: float
    is_heavy: bool = False
    source: str = ""

    @property
    def key(self) -> tuple[float, int]:
        """Its rank among its owner's: all age equally fast, so that the order of any two never changes."""
        return self.cost_s + AGING_RATE * self.arrived_s, self.job_id


Rank = tuple[float, int]
"""A job's rank among all that wait: the lowest is next. The number is the job's id, so that no two are equal."""
Entry = tuple[float, int, float]
"""A rank, and the owner's usage (seconds) when the job's turn comes."""


@dataclass(slots=True)
class _Line:
    """One person's jobs in their order, and the person's usage: seconds of work that were given to them."""

    usage_s: float
    waiting: list[tuple[float, int]] = field(default_factory=list)

    @property
    def head(self) -> Entry:
        key_s, job_id = self.waiting[0]
        return self.usage_s + key_s, job_id, self.usage_s


class Scheduler:
    """The queue. A job's rank is its own work, plus its owner's recent usage, less what it has waited for.

    "Recent" means since the owner last had nothing in the queue, counted from the least usage of anyone who waits,
    so that a newcomer is ahead of somebody who sent fifty recordings, and neither gains by having been away.
    The first of each person's jobs is in a heap; entries there that hold no more are passed over.
    """

    def __init__(self) -> None:
        self._tickets: dict[int, Ticket] = {}
        self._lines: dict[int, _Line] = {}
        self._heads: list[Entry] = []
        self._usages: list[tuple[float, int]] = []

    def __len__(self) -> int:
        return len(self._tickets)

    def __contains__(self, job_id: int) -> bool:
        return job_id in self._tickets

    def add(self, ticket: Ticket) -> None:
        """Queue a job."""
        line = self._lines.get(ticket.user_id)
        if line is None:
            line = self._lines[ticket.user_id] = _Line(self._least_usage_s())
            self._push_usage(ticket.user_id, line)
        insort(line.waiting, ticket.key)
        self._tickets[ticket.job_id] = ticket
        if line.waiting[0] == ticket.key:
            self._push_head(line)

    def remove(self, job_id: int) -> bool:
        """Take a job out; False where it was not waiting."""
        ticket = self._tickets.pop(job_id, None)
        if ticket is None:
            return False
        line = self._lines[ticket.user_id]
        place = bisect_left(line.waiting, ticket.key)
        del line.waiting[place]
        if not line.waiting:
            del self._lines[ticket.user_id]
        elif place == 0:
            self._push_head(line)
        return True

    def next(
        self, excluding: Container[int] = (), *, heavy: bool = True, refused: Container[str] = ()
    ) -> Ticket | None:
        """Take out the job that is next.

        Passes over those of some people, those from sources that are `refused`, and heavy ones if none may come.
        """
        walk = (ticket for _, ticket in self._walk(self._heads, excluding))
        fitting = (ticket for ticket in walk if ticket.source not in refused and (heavy or not ticket.is_heavy))
        ticket = next(fitting, None)
        if ticket:
            self.remove(ticket.job_id)
            self.add_usage(ticket.user_id, ticket.cost_s)
        return ticket

    def add_usage(self, user_id: int, work_s: float) -> None:
        """Count work that somebody was given beyond what their ticket said; forgotten if they have none waiting."""
        if line := self._lines.get(user_id):
            line.usage_s += work_s
            self._push_usage(user_id, line)
            self._push_head(line)

    def order(self) -> Iterator[tuple[Rank, Ticket]]:
        """The jobs, with their ranks, in the order in which they would be taken if no other came.

        It may be read slowly: what comes or goes meanwhile may be missing, and nothing else is wrong.
        """
        return self._walk(self._heads.copy())

    def find(self, job_id: int) -> tuple[Rank, Ticket]:
        """A waiting job and its rank, as in `order`."""
        ticket = self._tickets[job_id]
        line = self._lines[ticket.user_id]
        usage_s = line.usage_s
        for _, earlier in line.waiting[: bisect_left(line.waiting, ticket.key)]:
            usage_s += self._tickets[earlier].cost_s
        return (usage_s + ticket.key[0], job_id), ticket

    def _walk(self, heads: list[Entry], excluding: Container[int] = ()) -> Iterator[tuple[Rank, Ticket]]:
        """Read a heap in its order and leave it as it is; each person's further jobs follow their first."""
        frontier = [(heads[0], 0)] if heads else []
        former: Entry | None = None
        while frontier:
            entry, place = heapq.heappop(frontier)
            if place >= 0:
                for child in (2 * place + 1, 2 * place + 2):
                    if child < len(heads):
                        heapq.heappush(frontier, (heads[child], child))
            rank_s, job_id, usage_s = entry
            ticket = self._tickets.get(job_id)
            if entry == former or ticket is None or ticket.user_id in excluding:
                continue
            line = self._lines[ticket.user_id]
            if place >= 0 and entry != line.head:
                continue
            former = entry
            yield (rank_s, job_id), ticket
            following = bisect_right(line.waiting, ticket.key)
            if following < len(line.waiting):
                key_s, other_id = line.waiting[following]
                usage_s += ticket.cost_s
                heapq.heappush(frontier, ((usage_s + key_s, other_id, usage_s), -1))

    def _push_head(self, line: _Line) -> None:
        heapq.heappush(self._heads, line.head)
        if len(self._heads) > 2 * len(self._lines) + 64:
            self._heads = [line.head for line in self._lines.values()]
            heapq.heapify(self._heads)

    def _push_usage(self, user_id: int, line: _Line) -> None:
        heapq.heappush(self._usages, (line.usage_s, user_id))
        if len(self._usages) > 2 * len(self._lines) + 64:
            self._usages = [(line.usage_s, user_id) for user_id, line in self._lines.items()]
            heapq.heapify(self._usages)

    def _least_usage_s(self) -> float:
        """The usage of the person with the least of all that wait."""
        while self._usages:
            usage_s, user_id = self._usages[0]
            line = self._lines.get(user_id)
            if line and line.usage_s == usage_s:
                return usage_s
            heapq.heappop(self._usages)
        return 0.0
