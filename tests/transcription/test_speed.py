"""What is said of how long a note will take."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from transcription.models.catalogue import BASE_RTF, find
from transcription.speed import LEAST_S, Estimate, SpeedEstimates
from transcription.storage.settings import SettingsStore
from transcription.storage.storage import Storage


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SettingsStore]:
    async with Storage.open(tmp_path / "bot.sqlite3") as storage:
        yield storage.settings


async def test_other_models_are_estimated_from_the_measured_one(store: SettingsStore) -> None:
    """Until then from a number that suits a small server."""
    speeds = await SpeedEstimates.load(store, "here")
    assert speeds.estimate("base") == Estimate(BASE_RTF, is_measured=False)
    await speeds.record("base", audio_s=10, work_s=0.5)
    assert speeds.estimate("base") == Estimate(0.05, is_measured=True)
    assert speeds.estimate("small") == Estimate(pytest.approx(0.05 * find("small").relative_cost), is_measured=False)
    assert speeds.cost_s("base", 100, None) == pytest.approx(LEAST_S + 5)


async def test_speeds_are_those_of_a_machine(store: SettingsStore) -> None:
    """They are there after a restart, count nowhere else, and come back with the machine."""
    await (await SpeedEstimates.load(store, "2 cores")).record("base", audio_s=10, work_s=1)
    assert (await SpeedEstimates.load(store, "8 cores")).estimate("base") == Estimate(BASE_RTF, is_measured=False)
    await (await SpeedEstimates.load(store, "8 cores")).record("base", audio_s=10, work_s=0.2)
    assert (await SpeedEstimates.load(store, "2 cores")).estimate("base") == Estimate(0.1, is_measured=True)


async def test_speed_follows_the_newest_notes(store: SettingsStore) -> None:
    """Slowly; and notes that are too short to tell are left out."""
    speeds = await SpeedEstimates.load(store)
    await speeds.record("base", audio_s=10, work_s=1)
    await speeds.record("base", audio_s=1, work_s=1)
    await speeds.record("base", audio_s=10, work_s=2)
    assert speeds.estimate("base") == Estimate(pytest.approx(0.12), is_measured=True)
