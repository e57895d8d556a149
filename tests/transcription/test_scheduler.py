"""Who is served next."""

from transcription.scheduler import Scheduler, Ticket


class Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def queue_of(*tickets: tuple[int, int, float], clock: Clock | None = None) -> Scheduler:
    clock = clock or Clock()
    scheduler = Scheduler()
    for job_id, user_id, cost_s in tickets:
        scheduler.add(Ticket(job_id, user_id, cost_s, clock.now_s))
    return scheduler


def taken(scheduler: Scheduler) -> list[int]:
    return [ticket.job_id for ticket in iter(scheduler.next, None)]


def test_short_notes_go_first() -> None:
    """Of two people's notes that came together the shorter one is taken, and equal ones as they came."""
    assert taken(queue_of((1, 1, 60), (2, 2, 2), (3, 3, 2))) == [2, 3, 1]


def test_fifty_notes_of_one_person_delay_another_by_one() -> None:
    """Somebody who comes in the middle of a flood is next, and then it is turn about."""
    scheduler = queue_of(*((n, 1, 2) for n in range(50)))
    assert [scheduler.next().job_id for _ in range(10)] == list(range(10))  # type: ignore[union-attr]
    for n in (100, 101):
        scheduler.add(Ticket(n, 2, 2, 0))
    order = taken(scheduler)
    assert order.index(100) <= 1
    assert order.index(101) <= 3


def test_a_long_note_does_not_starve() -> None:
    """While short notes of new people keep coming, a long note waits at most four times its own work."""
    clock = Clock()
    scheduler = queue_of((1, 1, 100), clock=clock)
    for newcomer in range(2, 1000):
        scheduler.add(Ticket(newcomer, newcomer, 1, clock.now_s))
        ticket = scheduler.next()
        assert ticket is not None
        clock.now_s += ticket.cost_s
        if ticket.job_id == 1:
            break
    assert clock.now_s <= 4 * 100 + 100 + 1


def test_one_persons_long_note_does_not_starve_behind_their_own_short_ones() -> None:
    """Waiting counts within one person's notes, too."""
    clock = Clock()
    scheduler = queue_of((1, 1, 100), clock=clock)
    order = []
    for n in range(2, 1000):
        scheduler.add(Ticket(n, 1, 1, clock.now_s))
        ticket = scheduler.next()
        assert ticket is not None
        order.append(ticket.job_id)
        clock.now_s += ticket.cost_s
    assert 1 in order


def test_the_order_foretold_is_the_order_taken() -> None:
    """The position in the status message is true as long as nobody else comes."""
    scheduler = queue_of((1, 1, 9), (2, 1, 3), (3, 2, 4), (4, 3, 1), (5, 2, 2))
    foretold = [ticket.job_id for _, ticket in scheduler.order()]
    assert taken(scheduler) == foretold
    assert len(scheduler) == 0


def test_a_removed_job_is_not_taken() -> None:
    """Cancelling a queued note takes it out at once, and only once."""
    scheduler = queue_of((1, 1, 1), (2, 2, 1))
    assert scheduler.remove(1)
    assert not scheduler.remove(1)
    assert taken(scheduler) == [2]


def test_a_source_that_refuses_us_holds_up_no_other() -> None:
    """Its jobs keep their places; those of another source are taken meanwhile."""
    scheduler = queue_of((1, 1, 2))
    scheduler.add(Ticket(2, 2, 60, 0, source="api"))
    taken_first = scheduler.next(refused={""})
    assert taken_first
    assert taken_first.job_id == 2
    assert scheduler.next(refused={""}) is None
    assert taken(scheduler) == [1]
