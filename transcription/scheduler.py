"""Which job is next: fair between people, short ones first, nobody starves. Pure; it neither waits nor works."""

import heapq
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass

PATIENCE = 0.25
"""Seconds of somebody else's work that one second of waiting outweighs: a note of `n` seconds of work waits at most
about `4 n` seconds for shorter ones that keep coming."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A job in the queue: whose it is, the seconds of work it is expected to be, and when it came (seconds)."""

    job_id: int
    user_id: int
    cost_s: float
    arrived_s: float


class Scheduler:
    """The queue. A job's rank is its own work, plus the work its owner was given lately, less what it has waited for.

    "Lately" means since the owner last had nothing in the queue, counted from the least that anyone waiting was
    given, so that a newcomer is ahead of somebody who sent fifty notes, and neither gains by having been away.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._tickets: dict[int, Ticket] = {}
        self._given_s: dict[int, float] = {}

    def __len__(self) -> int:
        return len(self._tickets)

    def __contains__(self, job_id: int) -> bool:
        return job_id in self._tickets

    def add(self, ticket: Ticket) -> None:
        """Queue a job."""
        self._given_s.setdefault(ticket.user_id, min(self._given_s.values(), default=0.0))
        self._tickets[ticket.job_id] = ticket

    def remove(self, job_id: int) -> bool:
        """Take a job out; False where it was not waiting."""
        ticket = self._tickets.pop(job_id, None)
        if ticket and all(other.user_id != ticket.user_id for other in self._tickets.values()):
            del self._given_s[ticket.user_id]
        return ticket is not None

    def next(self, excluding: Container[int] = ()) -> Ticket | None:
        """Take out the job that is next, passing over those of some people."""
        ticket = next((ticket for ticket in self.order() if ticket.user_id not in excluding), None)
        if ticket:
            self.charge(ticket.user_id, ticket.cost_s)
            self.remove(ticket.job_id)
        return ticket

    def charge(self, user_id: int, work_s: float) -> None:
        """Count work that somebody was given beyond what their ticket said; forgotten if they have none waiting."""
        if user_id in self._given_s:
            self._given_s[user_id] += work_s

    def order(self) -> Iterator[Ticket]:
        """The jobs in the order in which they would be taken if no other came."""
        now = self._clock()
        given = dict(self._given_s)
        queues: dict[int, list[tuple[float, int]]] = {}
        for ticket in self._tickets.values():
            rank = ticket.cost_s - PATIENCE * (now - ticket.arrived_s)
            queues.setdefault(ticket.user_id, []).append((rank, ticket.job_id))
        for queue in queues.values():
            heapq.heapify(queue)
        heads = [(given[user_id] + queue[0][0], queue[0][1], user_id) for user_id, queue in queues.items()]
        heapq.heapify(heads)
        while heads:
            _, job_id, user_id = heapq.heappop(heads)
            heapq.heappop(queues[user_id])
            ticket = self._tickets[job_id]
            given[user_id] += ticket.cost_s
            if queue := queues[user_id]:
                heapq.heappush(heads, (given[user_id] + queue[0][0], queue[0][1], user_id))
            yield ticket
