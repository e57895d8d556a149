"""Notes without speech are no work, and say nothing of how fast a model is."""

from pathlib import Path

import aiosqlite

from transcription.speed import Estimate, SpeedEstimates
from transcription.storage.migrations import STEPS
from transcription.storage.storage import Storage


async def test_silence_teaches_no_speed(tmp_path: Path) -> None:
    """However many come, the estimates stay; of a model that heard nothing else there is none."""
    async with Storage.open(tmp_path / "db") as storage:
        store = storage.settings
        speeds = await SpeedEstimates.load(store, "here")
        await speeds.record("base", audio_s=10, work_s=1)
        for _ in range(20):
            await speeds.record("base", audio_s=60, work_s=0.0)
            await speeds.record("small", audio_s=60, work_s=0.0)
        assert speeds.estimate("base") == Estimate(0.1, is_measured=True)
        assert not speeds.estimate("small").is_measured


async def test_speeds_that_silence_spoilt_are_forgotten(tmp_path: Path) -> None:
    """A database of a former version loses them, and what MODEL=auto chose by them; the next start measures."""
    async with aiosqlite.connect(tmp_path / "db", isolation_level=None) as db:
        await db.execute("CREATE TABLE migrations (name TEXT PRIMARY KEY)")
        for name, sql in STEPS[:7]:
            await db.executescript(f"{sql} INSERT INTO migrations VALUES ('{name}');")
        await db.execute("INSERT INTO speeds VALUES ('here', 'base', 1e-9)")
        await db.execute("INSERT INTO chosen_models VALUES ('here', 'large-v3')")
    async with Storage.open(tmp_path / "db") as storage:
        store = storage.settings
        assert await store.speeds("here") == {}
        assert await store.auto_model("here") is None
