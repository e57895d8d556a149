"""What the owner should know of."""

from pathlib import Path

import pytest

from runtime.troubles import BACKLOG_S, DISK_MB, News, Trouble, TroubleKind, Watch
from transcription.jobs import JobState
from transcription.storage.job_counts import JobCount

GONE = Trouble(TroubleKind.WORKER, "gpu")


class Machine:
    """A disk and a clock."""

    def __init__(self, folder: Path, *known: Trouble) -> None:
        self.free_mb = 5000.0
        self.now = 10_000.0
        folders = [folder, folder / "none"]
        self.watch = Watch(folders, known, lambda: self.now, lambda _folder: self.free_mb)

    def look(self, *waits_s: float, workers: set[str] = frozenset(), lost: set[str] = frozenset()) -> list[News]:  # type: ignore[assignment]
        counts = [JobCount("telegram", JobState.QUEUED, 1, self.now - wait_s) for wait_s in waits_s]
        return self.watch.look(counts, workers, lost)

    def kinds(self, *waits_s: float) -> list[tuple[TroubleKind, bool]]:
        return [(news.trouble.kind, news.is_over) for news in self.look(*waits_s)]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_full_disk_is_told_once_and_when_it_has_room(machine: Machine, tmp_path: Path) -> None:
    """What wavers about the bound is one trouble; a folder that is not there yet has no disk."""
    low_mb, well_mb = DISK_MB
    told = []
    for machine.free_mb in (well_mb, low_mb, low_mb - 1, low_mb + 1, low_mb - 1, well_mb, well_mb + 1, well_mb):
        told += machine.look()
    assert [(each.is_over, each.amount) for each in told] == [(False, low_mb - 1), (True, well_mb + 1)]
    assert told[0].trouble.subject == str(tmp_path)


def test_a_long_queue_is_told_once_and_when_it_moves(machine: Machine) -> None:
    """It is the oldest note's wait that counts, from when this process began, for until then nobody could do it."""
    long_s, well_s = BACKLOG_S
    assert machine.kinds(9000.0) == []
    machine.now += long_s + 1
    assert machine.kinds(5.0, well_s) == []
    assert machine.kinds(5.0, long_s + 1) == [(TroubleKind.BACKLOG, False)]
    assert machine.kinds(long_s + 1) == machine.kinds(well_s + 1) == []
    assert machine.kinds(well_s - 1) == [(TroubleKind.BACKLOG, True)]
    assert machine.kinds() == []


def test_a_lost_worker_is_told_once_and_when_it_is_back(machine: Machine) -> None:
    """One that left in good order is not lost; how many are left is said."""
    assert machine.look(workers={"gpu", "cpu"}) == []
    assert machine.look(workers={"cpu"}) == []
    assert machine.look(workers={"cpu"}, lost={"gpu"}) == [News(GONE, is_over=False, count=1)]
    assert machine.look(workers={"cpu"}, lost={"gpu"}) == []
    assert machine.look(workers={"cpu", "gpu"}) == [News(GONE, is_over=True, count=2)]


def test_a_language_model_that_refuses_is_told_once_and_when_it_answers(machine: Machine) -> None:
    """A key that was mended and a model that is missing then are two troubles; nobody who asked is no news."""
    told = []
    for outcome in (None, "key", "key", None, "model", "model", "answered", "answered"):
        told += machine.watch.look([], set(), set(), outcome)
    assert [(each.trouble.subject, each.is_over) for each in told] == [
        *(("key", False), ("key", True)),
        *(("model", False), ("model", True)),
    ]


def test_a_new_start_tells_nothing_twice(tmp_path: Path) -> None:
    """What a former process told is known, and over when it is."""
    machine = Machine(tmp_path, GONE, Trouble(TroubleKind.DISK, str(tmp_path)), Trouble(TroubleKind.BACKLOG))
    machine.free_mb = 1.0
    assert machine.look(BACKLOG_S[1]) == []
    machine.free_mb = 5000.0
    assert [each.is_over for each in machine.look(workers={"gpu"})] == [True, True, True]
