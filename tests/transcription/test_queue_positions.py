"""Who is told where in the queue they stand."""

from collections.abc import Iterator
from itertools import chain

import pytest

from transcription.job_queue import JobQueue
from transcription.queue_positions import FAR_AT_ONCE, NEAR, SLICE, QueuePositions
from transcription.scheduler import Ticket

MANY = 5 * SLICE


def queue_of(count: int) -> JobQueue:
    """So many people with a note each, in the order of their numbers."""
    queue = JobQueue(lambda: None)
    for n in range(count):
        queue.add(Ticket(n, n, 2.0, float(n)))
    return queue


def take(queue: JobQueue) -> None:
    """Begin what is next."""
    if ticket := queue.next((), heavy=True):
        queue.begin(ticket.job_id)


class Board:
    """Places of a queue, and the jobs that were told of theirs."""

    def __init__(self, queue: JobQueue) -> None:
        self.told: list[int] = []
        self.places = QueuePositions(queue, in_hand_s=lambda: (4.0, 0.0), workers=2, tell=self.told.append)

    def slices(self) -> Iterator[None]:
        return chain(self.places._work_out(), self.places._tell_of_changes())

    def work_out(self) -> list[int]:
        """Once around; returns who was told."""
        self.told.clear()
        for _ in self.slices():
            pass
        return list(self.told)


@pytest.mark.parametrize("count", [SLICE, MANY])
def test_a_place_is_the_notes_and_the_work_before_it(count: int) -> None:
    """Work in hand, what is ahead and the note itself, shared by the workers; None where it is not queued."""
    board = Board(queue_of(count))
    board.places.invalidate()
    board.work_out()
    assert board.places.of(0) == (1, (4.0 + 2.0) / 2)
    assert board.places.of(count - 1) == (count, (4.0 + 2.0 * count) / 2)
    assert board.places.of(count) is None


def test_a_newcomer_to_a_long_queue_has_a_place_at_once() -> None:
    """Its own, though the others' were worked out before it came."""
    queue = queue_of(MANY)
    board = Board(queue)
    board.work_out()
    queue.add(Ticket(MANY, MANY, 2.0, 2.5))
    board.places.invalidate()
    assert board.places.of(MANY) == (4, (4.0 + 3 * 2.0 + 2.0) / 2)


def test_only_who_is_near_the_front_hears_of_each_step() -> None:
    """The others when their place is half of what they were told, and few of them at a time."""
    queue = queue_of(MANY)
    board = Board(queue)
    assert board.work_out() == []
    take(queue)
    assert board.work_out() == list(range(1, NEAR + 1))
    for _ in range(MANY // 2):
        take(queue)
    first = MANY // 2 + 1
    assert board.work_out() == list(range(first, first + NEAR + FAR_AT_ONCE))
    assert board.work_out() == list(range(first + NEAR + FAR_AT_ONCE, first + NEAR + 2 * FAR_AT_ONCE))


def test_a_long_queue_is_worked_out_in_slices() -> None:
    """The event loop gets its turn after so many jobs, and meanwhile the queue may change."""
    queue = queue_of(MANY)
    board = Board(queue)
    slices = 0
    for _ in board.slices():
        slices += 1
        take(queue)
    assert slices >= 2 * MANY // SLICE - 2
    assert board.work_out()[0] == slices
