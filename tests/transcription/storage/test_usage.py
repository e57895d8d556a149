"""Statistics by hour, day and week."""

# ruff: noqa: DTZ001, DTZ005 - hours and days are those of this machine, as SQLite has them

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from transcription.storage.storage import Storage
from transcription.usage import SHOWN, Period, starts


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    async with Storage.open(tmp_path / "db") as storage:
        yield storage


async def add(storage: Storage, job_id: int, ended_at: datetime, took_s: float, state: str = "done") -> None:
    values = (job_id, "telegram", 7, ended_at.timestamp(), state, None, "base", 60.0, took_s, 6.0)
    await storage.database.rows("INSERT INTO usage VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)


@pytest.mark.parametrize("period", list(Period))
async def test_a_job_is_in_the_bar_of_its_time(storage: Storage, period: Period) -> None:
    """The moment a period begins belongs to it, the one before to the former, and what is older to none."""
    begun = starts(period, datetime.now(), SHOWN[period])
    moment = timedelta(milliseconds=1)
    for job_id, at in enumerate((begun[-1], begun[-1] - moment, begun[0], begun[0] - moment)):
        await add(storage, job_id, at, 1.0)
    bars = (await storage.usage.statistics("telegram", period)).bars
    assert [bar.notes for bar in bars] == [1, *[0] * (len(bars) - 3), 1, 1]


async def test_waits_are_percentiles_of_what_became_text(storage: Storage) -> None:
    """By nearest rank; failures do not wait for a text."""
    assert (await storage.usage.statistics("telegram", Period.DAY)).wait_s is None
    for number in range(1, 101):
        await add(storage, number, datetime.now(), float(number))
    await add(storage, 999, datetime.now(), 9000.0, "failed")
    assert (await storage.usage.statistics("telegram", Period.DAY)).wait_s == (50.0, 95.0)


def test_weeks_begin_on_monday() -> None:
    """At midnight; the last one is not over."""
    begun = starts(Period.WEEK, datetime(2026, 11, 22, 23, 59), 26)
    assert (begun[-1], len(begun)) == (datetime(2026, 11, 16), 26)
