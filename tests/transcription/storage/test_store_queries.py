"""Every query of the store finds its rows by an index, however many there are."""

import inspect
import itertools
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from transcription.jobs import File, JobState, Origin, Preferences, Request
from transcription.storage.store import Store
from transcription.transcript import Segment, Transcript

HEARD = Transcript((Segment(0, 900, "Hello."),), "en", 0.97, 900, "base")
ASKED = Request(Origin("", 7, 1), 7, File("f1", "u1", 1000, 1.5), "base", None, "en")

CALLS = {
    "add": (ASKED,),
    "find": (ASKED.origin,),
    "find_by_status": (7, 5),
    "get": (1,),
    "unfinished": (7, 7),
    "count_undelivered": (7,),
    "requeue": (),
    "undelivered": (),
    "transition": (1, JobState.RUNNING),
    "finish": (1, HEARD),
    "set_status_message": (1, 5),
    "set_moved_chat": (1, -100),
    "mark_delivered": (1,),
    "set_part": (1, 1, 6),
    "parts": (1,),
    "transcript": (1,),
    "find_cached": (ASKED,),
    "dominant_language": ("", 7),
    "forget": (8,),
    "expire": (time.time() - 1, time.time() - 2),
    "preferences": (7,),
    "set_preferences": (7, Preferences()),
    "speeds": ("here",),
    "record_speed": ("here", "base", 0.1),
    "auto_model": ("here",),
    "set_auto_model": ("here", "base"),
}


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store.open(tmp_path / "bot.sqlite3") as store:
        yield store


async def statements(store: Store) -> list[str]:
    """All that the store says to SQLite when each of its methods is called, values included."""
    said: list[str] = []
    connections = store._db._changing, store._db._reading
    for connection in connections:
        await connection.set_trace_callback(said.append)
    for name, values in CALLS.items():
        await getattr(store, name)(*values)
    for connection in connections:
        await connection.set_trace_callback(None)  # type: ignore[arg-type]
    return said


async def test_no_query_looks_at_every_row(store: Store) -> None:
    """Each searches by a key or an index, or reads the short index of jobs that are still to be done; none sorts."""
    public = {name for name, _ in inspect.getmembers(Store, inspect.iscoroutinefunction) if not name.startswith("_")}
    assert public == CALLS.keys()
    said = await statements(store)
    assert len(said) >= len(CALLS)
    for sql in said:
        if sql.startswith(("PRAGMA", "BEGIN", "COMMIT", "--")):
            continue
        async with store._db._reading.execute(f"EXPLAIN QUERY PLAN {sql}") as rows:
            plan = [row["detail"] for row in await rows.fetchall()]
        for step in plan:
            assert not re.match(r"SCAN (?!jobs USING INDEX jobs_un(ended|delivered))", step), (sql, step)
            assert "TEMP B-TREE" not in step, (sql, step)


async def test_expiry_goes_in_batches(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """One statement deletes no more than so many notes, the oldest first, and the next ones the rest."""
    monkeypatch.setattr("transcription.storage.store.EXPIRED_AT_ONCE", 2)
    messages = itertools.count(1)
    for _ in range(5):
        job, _ = await store.add(Request(Origin("", 7, next(messages)), 7, File("f", "u"), "base", None, "en"))
        await store.finish(job.id, HEARD)
        await store.mark_delivered(job.id)
    later = time.time() + 60
    assert [await store.expire(later, later) for _ in range(4)] == [2, 2, 1, 0]
