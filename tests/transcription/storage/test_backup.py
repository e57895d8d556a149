"""A backup of a database that is written to meanwhile."""

import asyncio
import itertools
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.conftest import ROOT
from transcription.jobs import File, Request, Source
from transcription.storage.backup import back_up
from transcription.storage.storage import Storage
from transcription.transcript import Segment, Transcript

HEARD = Transcript((Segment(0, 900, "A sentence of which many are kept. " * 50),), "en", 0.97, 900, "base")


async def finished_note(storage: Storage, number: int) -> None:
    """A note whose job and parts belong together: written down, heard, told in two messages."""
    job, _ = await storage.jobs.add(
        Request(Source("test", str(number)), 7, File("f", f"u{number}"), "base", None, "en")
    )
    await storage.jobs.finish(job.id, HEARD)
    await storage.deliveries.set_part(job.id, 1, number)


@asynccontextmanager
async def busy(storage: Storage) -> AsyncIterator[None]:
    """Notes come and are heard all the time."""

    async def work() -> None:
        for number in itertools.count(1000):
            await finished_note(storage, number)

    working = asyncio.create_task(work())
    yield
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)


def files_in(folder: Path) -> list[str]:
    """What a backup left."""
    return [path.name for path in folder.iterdir() if path.is_file()]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "data" / "stenobot.sqlite3"


async def test_a_backup_under_load_is_one_whole_state(database: Path, tmp_path: Path) -> None:
    """Sound, with all that was there when it began, no step without the one before it, and a bot starts with it."""
    target = tmp_path / "backup.sqlite3"
    async with Storage.open(database) as storage:
        for number in range(200):
            await finished_note(storage, number)
        async with busy(storage):
            sizes = [await asyncio.to_thread(back_up, database, target) for _ in range(3)]
    assert sizes == sorted(sizes)
    with sqlite3.connect(target) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert copy.execute("SELECT count(*) FROM parts WHERE job_id NOT IN (SELECT id FROM jobs)").fetchone() == (0,)
        unfinished = copy.execute("SELECT count(*) FROM jobs WHERE id NOT IN (SELECT job_id FROM parts)").fetchone()
        assert unfinished[0] <= 1
    copy.close()
    assert files_in(tmp_path) == ["backup.sqlite3"]
    assert target.stat().st_mode & 0o077 == 0
    async with Storage.open(target) as storage:
        assert await storage.jobs.get(200)


async def test_what_the_journal_holds_is_in_the_backup(database: Path, tmp_path: Path) -> None:
    """Also after a kill -9, when nobody has the database open."""
    async with Storage.open(database) as storage:
        await finished_note(storage, 1)
        left = tmp_path / "left"
        shutil.copytree(database.parent, left)
    back_up(left / database.name, tmp_path / "backup.sqlite3")
    async with Storage.open(tmp_path / "backup.sqlite3") as storage:
        assert await storage.jobs.transcript(1) == HEARD


async def test_a_backup_that_fails_leaves_the_former_one(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nothing half."""
    target = tmp_path / "backup.sqlite3"
    async with Storage.open(database) as storage:
        await finished_note(storage, 1)
        back_up(database, target)
        former = target.read_bytes()
        await finished_note(storage, 2)

        def full(_handle: int) -> None:
            raise OSError("No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            back_up(database, target)
    assert target.read_bytes() == former
    assert files_in(tmp_path) == ["backup.sqlite3"]


async def test_the_command_makes_a_backup_while_the_bot_works(database: Path, tmp_path: Path) -> None:
    """It needs no token, and does not mind the lock on the data; without a database it says so."""
    target = tmp_path / "copy"
    command = [sys.executable, "run_bot.py", "--env-file", os.devnull, "--backup", str(target)]
    environment = {**os.environ, "DATA_DIR": str(database.parent)}

    def run() -> "subprocess.CompletedProcess[str]":
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    missing = await asyncio.to_thread(run)
    assert missing.returncode == 78
    assert "DATA_DIR: there is no stenobot.sqlite3" in missing.stderr
    async with Storage.open(database) as storage:
        await finished_note(storage, 1)
        done = await asyncio.to_thread(run)
    assert (done.returncode, done.stderr) == (0, "")
    async with Storage.open(target) as storage:
        assert await storage.jobs.transcript(1) == HEARD
