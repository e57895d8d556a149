"""The database in DATA_DIR: opened, and told apart where it can't be used."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from config import Settings, SettingsError
from transcription.observer import Observer
from transcription.storage.storage import Storage

DATABASE = "stenobot.sqlite3"
UNUSABLE = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY})
"""SQLite's errors that another start would meet again."""


@asynccontextmanager
async def open_storage(settings: Settings, observer: Observer | None = None) -> AsyncIterator[Storage]:
    """The stores in DATA_DIR. Raises `SettingsError` for a file that can't be used."""
    path = settings.data_dir / DATABASE
    async with AsyncExitStack() as stack:
        try:
            storage = await stack.enter_async_context(Storage.open(path, observer))
        except sqlite3.DatabaseError as error:
            if not is_unusable(error):
                raise
            raise SettingsError(unusable(path, error)) from None
        except OSError as error:
            raise SettingsError(f"DATA_DIR: {path.parent.resolve()} can't be made: {error.strerror}") from None
        yield storage


def is_unusable(error: sqlite3.DatabaseError) -> bool:
    """Whether a database can't be used as it is, now or at another start."""
    return error.sqlite_errorcode & 0xFF in UNUSABLE  # above that byte are finer distinctions


def unusable(path: Path, error: sqlite3.DatabaseError) -> str:
    """What is wrong with a database, and what to do."""
    return f"DATA_DIR: {path}: {error}; move it away to begin with an empty one, or put a copy in its place"
