"""Positions in the queue, and whose are reported."""

from collections.abc import Iterator
from itertools import chain

import pytest

from transcription.job_queue import JobQueue
from transcription.queue_positions import MAX_FAR_REPORTS, NEAR, SLICE, QueuePositions
from transcription.scheduler import Ticket

MANY = 5 * SLICE


def queue_of(count: int) -> JobQueue:
    """So many people with a job each, in the order of their numbers."""
    queue = JobQueue(lambda: None)
    for n in range(count):
        queue.add(Ticket(n, n, 2.0, float(n)))
    return queue


def take(queue: JobQueue) -> None:
    """Start what is next."""
    if ticket := queue.next((), heavy=True):
        queue.start(ticket.job_id)


class Reports:
    """Positions of a queue, and the jobs whose was reported."""

    def __init__(self, queue: JobQueue) -> None:
        self.reported: list[int] = []
        self.positions = QueuePositions(
            queue, in_hand_s=lambda: (4.0, 0.0), workers=lambda: 2, on_change=self.reported.append
        )

    def slices(self) -> Iterator[None]:
        return chain(self.positions._estimate(), self.positions._report_changes())

    def estimate(self) -> list[int]:
        """Once around; returns whose was reported."""
        self.reported.clear()
        for _ in self.slices():
            pass
        return list(self.reported)


@pytest.mark.parametrize("count", [SLICE, MANY])
def test_a_position_counts_the_jobs_ahead_and_the_work_before_it(count: int) -> None:
    """Work in hand, what is ahead and the job itself, shared by the workers; None where it is not queued."""
    reports = Reports(queue_of(count))
    reports.positions.invalidate()
    reports.estimate()
    assert reports.positions.of(0) == (1, (4.0 + 2.0) / 2)
    assert reports.positions.of(count - 1) == (count, (4.0 + 2.0 * count) / 2)
    assert reports.positions.of(count) is None


def test_a_newcomer_to_a_long_queue_has_a_position_at_once() -> None:
    """Its own, though the others' were estimated before it came."""
    queue = queue_of(MANY)
    reports = Reports(queue)
    reports.estimate()
    queue.add(Ticket(MANY, MANY, 2.0, 2.5))
    reports.positions.invalidate()
    assert reports.positions.of(MANY) == (4, (4.0 + 3 * 2.0 + 2.0) / 2)


def test_each_step_is_reported_only_near_the_front() -> None:
    """The others when their position is half of what was reported, and few of them at a time."""
    queue = queue_of(MANY)
    reports = Reports(queue)
    assert reports.estimate() == []
    take(queue)
    assert reports.estimate() == list(range(1, NEAR + 1))
    for _ in range(MANY // 2):
        take(queue)
    first = MANY // 2 + 1
    assert reports.estimate() == list(range(first, first + NEAR + MAX_FAR_REPORTS))
    assert reports.estimate() == list(range(first + NEAR + MAX_FAR_REPORTS, first + NEAR + 2 * MAX_FAR_REPORTS))


def test_a_long_queue_is_estimated_in_slices() -> None:
    """The event loop gets its turn after so many jobs, and meanwhile the queue may change."""
    queue = queue_of(MANY)
    reports = Reports(queue)
    slices = 0
    for _ in reports.slices():
        slices += 1
        take(queue)
    assert slices >= 2 * MANY // SLICE - 2
    assert reports.estimate()[0] == slices
