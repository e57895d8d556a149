"""The queue of jobs that were not started: waiting for their turn, for their file, or for a retry."""

import asyncio
import math
import random
import time
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from itertools import chain

import structlog

from transcription.errors import SourceUnavailable, TemporaryFailure
from transcription.scheduler import Rank, Scheduler, Ticket

log = structlog.get_logger()

FIRST_PAUSE_S = 1.0
MAX_PAUSE_S = 60.0
"""Before a job is tried again; the pause doubles up to that."""
RETRY_FOR_S = 600.0
"""A job that failed for so long is given up."""
REFUSED_PAUSE_S = 30.0
"""No file is asked for in so many seconds after the source refused us."""


@dataclass(slots=True)
class Failures:
    """How a job has failed so far: since when (monotonic seconds), and the next pause."""

    since_s: float
    pause_s: float


class JobQueue:
    """Hands out tickets in the scheduler's order. `on_ready` is called when there may be one where there was none."""

    def __init__(self, on_ready: Callable[[], None]) -> None:
        self._scheduler = Scheduler()
        self._on_ready = on_ready
        self._failures: dict[int, Failures] = {}
        self._postponed: dict[int, tuple[Ticket, asyncio.TimerHandle]] = {}
        self._taken: dict[int, Ticket] = {}
        self._refused: set[str] = set()

    def __len__(self) -> int:
        return len(self._taken) + len(self._postponed) + len(self._scheduler)

    def __contains__(self, job_id: int) -> bool:
        return job_id in self._taken or job_id in self._postponed or job_id in self._scheduler

    def add(self, ticket: Ticket) -> None:
        """Queue a job; one that waits already keeps its rank."""
        if ticket.job_id not in self:
            self._scheduler.add(ticket)
            self._on_ready()

    def next(self, excluding: Container[int], *, heavy: bool) -> Ticket | None:
        """The job that is next, as `Scheduler.next` says; none of a source that refuses us.

        It counts as waiting until it is started, for its file may be long in coming.
        """
        ticket = self._scheduler.next(excluding, heavy=heavy, refused=self._refused)
        if ticket:
            self._taken[ticket.job_id] = ticket
        return ticket

    def start(self, job_id: int) -> None:
        """A job that was taken waits no longer."""
        self._taken.pop(job_id, None)

    def put_back(self, ticket: Ticket, charged_s: float, pause_s: float) -> None:
        """Queue a job that was taken and not transcribed, after a pause; its owner's usage is taken back."""
        self._taken.pop(ticket.job_id, None)
        self._scheduler.add_usage(ticket.user_id, -charged_s)
        if pause_s:
            timer = asyncio.get_running_loop().call_later(pause_s, self._resume, ticket.job_id)
            self._postponed[ticket.job_id] = ticket, timer
        else:
            self.add(ticket)

    def pause_s(self, job_id: int, error: TemporaryFailure) -> float | None:
        """Seconds until a job that failed is to be queued again; None where it is to be given up.

        It is queued at once where the source of all files refuses us, for then nothing is taken out for a while.
        """
        if isinstance(error, SourceUnavailable):
            self._refuse(self._taken[job_id].source)
            return 0.0
        now_s = time.monotonic()
        failures = self._failures.setdefault(job_id, Failures(now_s, FIRST_PAUSE_S))
        if now_s - failures.since_s >= min(RETRY_FOR_S, error.patience_s):
            return None
        pause_s = max(failures.pause_s * random.uniform(1.0, 1.25), error.retry_after_s or 0.0)  # noqa: S311 - no secret
        failures.pause_s = min(2 * failures.pause_s, MAX_PAUSE_S)
        log.info("note failed, will be tried again", job=job_id, error=error.code, pause_s=round(pause_s, 1))
        return pause_s

    def add_usage(self, user_id: int, work_s: float) -> None:
        """Count work that somebody was given beyond what their ticket said."""
        self._scheduler.add_usage(user_id, work_s)

    def remove(self, job_id: int) -> None:
        """Take a job out, and forget how it failed."""
        self._failures.pop(job_id, None)
        self._taken.pop(job_id, None)
        self._scheduler.remove(job_id)
        if postponed := self._postponed.pop(job_id, None):
            postponed[1].cancel()

    def order(self) -> Iterator[tuple[Rank, Ticket]]:
        """The jobs, with their ranks, in the order in which they would be started; those taken before come first."""
        before = [*self._taken.values(), *(ticket for ticket, _ in self._postponed.values())]
        return chain(((_taken_rank(ticket), ticket) for ticket in before), self._scheduler.order())

    def find(self, job_id: int) -> tuple[Rank, Ticket]:
        """A job that is here, and its rank, as in `order`."""
        if job_id in self._scheduler:
            return self._scheduler.find(job_id)
        ticket = self._taken[job_id] if job_id in self._taken else self._postponed[job_id][0]
        return _taken_rank(ticket), ticket

    def _resume(self, job_id: int) -> None:
        ticket, _ = self._postponed.pop(job_id)
        self.add(ticket)

    def _refuse(self, source: str) -> None:
        if source not in self._refused:
            log.warning("the source of these files refuses us, will try again", source=source, pause_s=REFUSED_PAUSE_S)
            self._refused.add(source)
            asyncio.get_running_loop().call_later(REFUSED_PAUSE_S, self._ask_again, source)

    def _ask_again(self, source: str) -> None:
        self._refused.discard(source)
        self._on_ready()


def _taken_rank(ticket: Ticket) -> Rank:
    return -math.inf, ticket.job_id
