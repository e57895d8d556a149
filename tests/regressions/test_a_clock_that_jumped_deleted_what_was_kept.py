"""A clock that jumped ten years ahead once deleted every kept text within a minute."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from transcription import expiry
from transcription.host.clock import STEADY_S, Clock
from transcription.jobs import File, Job, Preferences, Request, Source
from transcription.service import Service, ServiceOptions
from transcription.storage.jobs import JobStore
from transcription.storage.storage import Storage
from transcription.transcript import Transcript

DAY_S = 86_400.0
TEN_YEARS_S = 3650 * DAY_S


class Times:
    """A wall clock that can be set, beside one that only goes on."""

    def __init__(self, wall_s: float) -> None:
        self.wall_s = wall_s
        self.steady_s = 5.0

    def clock(self) -> Clock:
        return Clock(lambda: self.wall_s, lambda: self.steady_s)

    def goes_on(self, seconds: float) -> None:
        self.wall_s += seconds
        self.steady_s += seconds


def test_time_is_believed_after_an_hour_without_a_jump() -> None:
    """Also at first, for a machine without a battery learns the time some minutes after its start."""
    times = Times(1000.0)
    clock = times.clock()
    assert clock.believed() is None
    times.goes_on(STEADY_S)
    assert clock.believed() == times.wall_s
    for jump_s in (TEN_YEARS_S, -TEN_YEARS_S):
        times.wall_s += jump_s
        assert clock.believed() is None
        times.goes_on(STEADY_S - 1)
        assert clock.believed() is None
        times.goes_on(1)
        assert clock.believed() == times.wall_s


def test_a_clock_that_is_set_right_little_by_little_is_believed() -> None:
    """Seconds in each minute are no jump, however many they become."""
    times = Times(1000.0)
    clock = times.clock()
    for _ in range(100):
        times.goes_on(60)
        times.wall_s += 5
        believed = clock.believed()
    assert believed == times.wall_s


class IdleWorker:
    """Nothing to work on."""

    async def run(self) -> None:
        await asyncio.Event().wait()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[JobStore]:
    async with Storage.open(tmp_path / "bot.sqlite3") as storage:
        yield storage.jobs


async def kept(store: JobStore) -> Job:
    """A note whose text was delivered just now."""
    job, _ = await store.add(Request(Source("test", "1"), 7, File("f", "u"), "base", None, "en"))
    await store.finish(job.id, Transcript((), "en", 1.0, 1, "base"))
    await store.mark_delivered(job.id)
    return job


@pytest.mark.parametrize(
    ("keep_days", "jump_s", "steady_s", "is_kept"),
    [
        (30, TEN_YEARS_S, 0.0, True),
        (30, TEN_YEARS_S, STEADY_S, False),
        (30, 0.0, STEADY_S, True),
        (0, 0.0, 0.0, False),
        (0, -TEN_YEARS_S, 0.0, False),
    ],
)
async def test_kept_texts_outlive_a_jump(
    store: JobStore, monkeypatch: pytest.MonkeyPatch, *, keep_days: float, jump_s: float, steady_s: float, is_kept: bool
) -> None:
    """They go once the new time has held for an hour; with KEEP_DAYS=0 once delivered, whatever the time is."""
    job = await kept(store)
    times = Times(job.created_at)
    clock = times.clock()
    times.goes_on(STEADY_S)
    assert clock.believed()
    times.wall_s += jump_s
    clock.believed()
    times.goes_on(steady_s)
    looked = asyncio.Event()

    async def pause(_seconds: float) -> None:
        looked.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(expiry.asyncio, "sleep", pause)
    options = ServiceOptions(Preferences("base", None), 1, 1, keep_days)
    worker: Any = IdleWorker()
    absent: Any = None
    running = asyncio.create_task(
        Service(
            store=store,
            settings=absent,
            create_worker=lambda _on_change: worker,
            speeds=absent,
            options=options,
            clock=clock,
        ).run()
    )
    await looked.wait()
    assert (await store.get(job.id) is not None) is is_kept
    running.cancel()
