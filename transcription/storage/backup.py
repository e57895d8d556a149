"""A copy of the store's file as it is at one moment, made while the bot runs and writes."""

import contextlib
import os
import sqlite3
import tempfile
from pathlib import Path


def back_up(database: Path, target: Path) -> int:
    """Copy a database to a file, whole or not at all; returns its bytes.

    SQLite's online backup reads one state of it, and nobody who writes meanwhile has to wait. The copy is put in place
    when it is whole and on disk, so a former one stays there until then. Raises `OSError` and `sqlite3.Error`.
    """
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    os.close(handle)
    unfinished = Path(name)
    try:
        source = sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)
        with contextlib.closing(source), contextlib.closing(sqlite3.connect(unfinished)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # all of it in the one file
        _sync(unfinished)
        unfinished.replace(target)
        _sync(target.parent)
    finally:
        unfinished.unlink(missing_ok=True)
    return target.stat().st_size


def _sync(path: Path) -> None:
    """Have a file, or a folder's list of files, on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
