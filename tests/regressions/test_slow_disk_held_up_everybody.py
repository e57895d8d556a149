"""On a disk that takes 200 ms for each fsync ten notes once waited for seventy of them, and who read waited, too."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from transcription.storage.database import Database


class SlowDisk:
    """Holds back each commit until it is let through, and keeps how durable each was."""

    def __init__(self, db: Database) -> None:
        self.busy = asyncio.Event()
        self.lets = asyncio.Semaphore(0)
        self.commits: list[str] = []
        self._execute: Any = db.schema.execute_fetchall
        db.schema.execute_fetchall = self._slowly  # type: ignore[method-assign]

    async def _slowly(self, sql: str, values: tuple[object, ...] = ()) -> Any:
        if sql.startswith("PRAGMA synchronous"):
            self.commits.append(sql.partition("=")[2])
        if sql == "COMMIT":
            self.busy.set()
            await self.lets.acquire()
        return await self._execute(sql, values)


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database.connect(tmp_path / "db") as db:
        await db.schema.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)")
        yield db


async def add(db: Database, number: int, *, durable: bool = True) -> None:
    await db.rows("INSERT INTO notes VALUES (?, 'a text')", (number,), durable=durable)


async def ids(db: Database) -> list[int]:
    return [row["id"] for row in await db.rows("SELECT id FROM notes ORDER BY id", ())]


async def test_changes_that_come_while_the_disk_is_busy_are_one_commit(db: Database) -> None:
    """Meanwhile everybody reads, and sees nothing that a power cut might undo."""
    disk = SlowDisk(db)
    first = asyncio.create_task(add(db, 0))
    await disk.busy.wait()
    others = [asyncio.create_task(add(db, number)) for number in range(1, 11)]
    assert await ids(db) == []
    disk.lets.release()
    await first
    assert await ids(db) == [0]
    assert not any(other.done() for other in others)
    disk.lets.release()
    await asyncio.gather(*others)
    assert await ids(db) == list(range(11))
    assert disk.commits == ["FULL", "FULL"]


async def test_a_change_that_fails_costs_no_other(db: Database) -> None:
    """Those that share its commit are made, and only its own caller is told."""
    disk = SlowDisk(db)
    for _ in range(2):
        disk.lets.release()
    results = await asyncio.gather(*(add(db, number) for number in (1, 2, 2, 3)), return_exceptions=True)
    assert [type(result) for result in results] == [type(None), type(None), sqlite3.IntegrityError, type(None)]
    assert await ids(db) == [1, 2, 3]


async def test_what_may_be_lost_in_a_power_cut_waits_for_no_disk(db: Database) -> None:
    """It needs no fsync of its own; beside a change that must not be lost it takes part in that one's."""
    disk = SlowDisk(db)
    for _ in range(2):
        disk.lets.release()
    await add(db, 1, durable=False)
    await asyncio.gather(add(db, 2, durable=False), add(db, 3))
    assert disk.commits == ["NORMAL", "FULL"]


async def test_a_full_disk_undoes_the_whole_commit_and_it_is_made_again(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite rolls all of it back then; nothing is lost, and nothing made twice."""
    monkeypatch.setattr("transcription.storage.database.RETRY_PAUSE_S", 0.0)
    await db.schema.execute("PRAGMA max_page_count=3")
    await db.schema.execute("CREATE TABLE blobs (id INTEGER PRIMARY KEY, blob BLOB)")
    made = asyncio.gather(add(db, 1), db.rows("INSERT INTO blobs VALUES (1, zeroblob(100000))", ()), add(db, 2))
    await asyncio.sleep(0)
    while not (await tried(db)):
        pass
    assert not made.done()
    await db.schema.execute("PRAGMA max_page_count=1000")
    await made
    assert await ids(db) == [1, 2]


async def tried(db: Database) -> bool:
    """Whether a commit was begun and undone."""
    return not db.schema.in_transaction and await ids(db) == []


async def test_the_end_does_not_wait_for_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What could not be written was promised to nobody."""
    monkeypatch.setattr("transcription.storage.database.SETTLE_S", 0.0)
    async with Database.connect(tmp_path / "db") as db:
        await db.schema.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)")
        disk = SlowDisk(db)
        waiting = asyncio.create_task(add(db, 1))
        await disk.busy.wait()
        waiting.cancel()
    with sqlite3.connect(tmp_path / "db") as again:
        assert again.execute("SELECT count(*) FROM notes").fetchone() == (0,)
