"""One SQLite file: changes that come while the disk is busy go to it together, and nobody who reads waits for it."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from sqlite3 import Row
from typing import Self, TypeVar

import aiosqlite
import structlog

log = structlog.get_logger()

T = TypeVar("T")

PASSING_ERRORS = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR})
"""Errors that end when somebody makes room or lets go of the file."""
RETRY_PAUSE_S = 2.0
SETTLE_S = 5.0
"""How long the end waits for a disk that is full: what waits then has been promised to nobody."""


@dataclass(eq=False, slots=True)
class _Change:
    sql: str
    values: Sequence[object]
    durable: bool
    done: "asyncio.Future[list[Row]]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Database:
    """Two connections to one file, each with a thread of its own: one changes, the other reads what was committed.

    While the disk is full or the file locked, a method waits until it can be done.
    """

    def __init__(self, changing: aiosqlite.Connection, reading: aiosqlite.Connection) -> None:
        self._changing = changing
        self._reading = reading
        self._waiting: list[_Change] = []
        self._work: asyncio.Task[None] | None = None

    @classmethod
    @asynccontextmanager
    async def connect(
        cls, path: Path, functions: Mapping[str, Callable[[str], str]] | None = None
    ) -> AsyncIterator[Self]:
        """The database in this file, which is made if it is not there. Changes may call `functions` in SQL."""
        async with aiosqlite.connect(path, isolation_level=None) as changing:
            for name, function in (functions or {}).items():
                await changing.create_function(name, 1, function, deterministic=True)
            await changing.executescript("PRAGMA journal_mode=WAL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;")
            async with aiosqlite.connect(path, isolation_level=None) as reading:
                changing.row_factory = reading.row_factory = Row
                database = cls(changing, reading)
                try:
                    yield database
                finally:
                    await database._settle()

    @classmethod
    @asynccontextmanager
    async def look(cls, path: Path) -> AsyncIterator[Self]:
        """The same to be read only, whoever works with it."""
        async with aiosqlite.connect(_read_only(path), uri=True) as reading:
            reading.row_factory = Row
            yield cls(reading, reading)

    async def _settle(self) -> None:
        """Let what waits be committed, unless the disk won't have it."""
        if self._work:
            await asyncio.wait([self._work], timeout=SETTLE_S)
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)

    @property
    def schema(self) -> aiosqlite.Connection:
        """For migrations, before anything else is asked."""
        return self._changing

    async def rows(self, sql: str, values: Sequence[object], *, durable: bool = True) -> list[Row]:
        """Run one statement. All but a SELECT is whole and on disk when this returns.

        What is not `durable` outlives the process, but not a power cut in the next moment.
        """
        if sql.startswith("SELECT"):
            return await _until_done(lambda: _fetch(self._reading, sql, values))
        change = _Change(sql, values, durable)
        self._waiting.append(change)
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._change())
        return await change.done

    async def _change(self) -> None:
        """Commit what waits, all of it at a time: the disk takes as long for many changes as for one."""
        while self._waiting:
            changes, self._waiting = self._waiting, []
            try:
                outcomes = await _until_done(partial(self._commit, changes))
            except Exception as error:  # noqa: BLE001 - whoever asked is told
                outcomes = [error] * len(changes)
            for change, outcome in zip(changes, outcomes, strict=True):
                if change.done.cancelled():
                    continue
                if isinstance(outcome, Exception):
                    change.done.set_exception(outcome)
                else:
                    change.done.set_result(outcome)

    async def _commit(self, changes: Sequence[_Change]) -> list[list[Row] | Exception]:
        """What each change returned or raised, which undoes that one alone."""
        db = self._changing
        await db.execute_fetchall(f"PRAGMA synchronous={'FULL' if any(each.durable for each in changes) else 'NORMAL'}")
        await db.execute_fetchall("BEGIN IMMEDIATE")
        try:
            outcomes = [await _outcome(db, change) for change in changes]
            await db.execute_fetchall("COMMIT")
        except BaseException:
            if db.in_transaction:
                await db.execute_fetchall("ROLLBACK")
            raise
        return outcomes

    async def empty_journal(self) -> None:
        """Write all that is in the journal into the file, so that nothing that was deleted is left in it."""
        while self._work and not self._work.done():
            await asyncio.wait([self._work])
        await _until_done(lambda: _fetch(self._changing, "PRAGMA wal_checkpoint(TRUNCATE)", ()))


async def _outcome(db: aiosqlite.Connection, change: _Change) -> list[Row] | Exception:
    try:
        return await _fetch(db, change.sql, change.values)
    except sqlite3.Error as error:
        if _is_passing(error):
            raise
        return error


async def _fetch(db: aiosqlite.Connection, sql: str, values: Sequence[object]) -> list[Row]:
    return list(await db.execute_fetchall(sql, values))


async def _until_done(do: Callable[[], Awaitable[T]]) -> T:
    """What `do` returns or raises; again and again while the disk is full or the file locked."""
    while True:
        try:
            return await do()
        except sqlite3.OperationalError as error:
            if not _is_passing(error):
                raise
            log.warning("the database can't be used, will try again", error=str(error), pause_s=RETRY_PAUSE_S)
        await asyncio.sleep(RETRY_PAUSE_S)


def _is_passing(error: sqlite3.Error) -> bool:
    return isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF in PASSING_ERRORS


def _read_only(path: Path) -> str:
    return f"{path.resolve().as_uri()}?mode=ro"
