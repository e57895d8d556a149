"""Every query of every store finds its rows by an index, however many there are."""

import inspect
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from transcription.jobs import File, Job, JobState, Request, Source
from transcription.storage import jobs as jobs_module
from transcription.storage.api_keys import ApiKey
from transcription.storage.recordings import Recording
from transcription.storage.storage import Storage
from transcription.text_search import TextQuery
from transcription.transcript import Segment, Transcript

HEARD = Transcript((Segment(0, 900, "Hello."),), "en", 0.97, 900, "base")
ASKED = Request(Source("test", "1", "here"), 7, File("f1", "u1", 1000, 1.5), "base", None, "en")

JOBS: dict[str, tuple[Any, ...]] = {
    "add": (ASKED,),
    "find": (ASKED.source,),
    "get": (1,),
    "unfinished": (7, ASKED.source),
    "count_undelivered": (7,),
    "requeue": ("test",),
    "undelivered": ("test",),
    "transition": (1, JobState.RUNNING),
    "identify": (1, "content"),
    "finish": (1, HEARD),
    "mark_delivered": (1,),
    "transcript": (1,),
    "ids_of_texts": (7, "test"),
    "following": (Job(1, ASKED, JobState.DONE, 0.0), 5),
    "latest": (ASKED.source, 5),
    "row": (1,),
    "find_cached": (ASKED,),
    "dominant_language": (ASKED.source,),
    "forget": (8,),
    "expire": (time.time() - 1, time.time() - 2),
    "erase": (99,),
}
DELIVERIES: dict[str, tuple[Any, ...]] = {
    "chat_id": (1,),
    "find_job": (7, 5),
    "set_status_message": (1, 7, 5),
    "set_moved_chat": (1, -100),
    "set_inline_message": (2, 7, "inline"),
    "inline_message_id": (2,),
    "set_part": (1, 1, 6),
    "remove_part": (1, 1),
    "messages": (1,),
    "change_look": (1, {"times": True}),
    "looks": (1,),
    "set_shown_look": (1, None),
    "stale": (),
}
SETTINGS: dict[str, tuple[Any, ...]] = {
    "preferences": (7,),
    "change_preferences": (7, {"model": "base"}),
    "forget": (7,),
    "speeds": ("here",),
    "record_speed": ("here", "base", 0.1),
    "auto_model": ("here",),
    "set_auto_model": ("here", "base"),
}
API_KEYS: dict[str, tuple[Any, ...]] = {
    "add": (ApiKey("1", "ann", b"hash", frozenset({"transcribe"})),),
    "find": ("1",),
    "all": (),
    "any": (),
    "remove": ("ann",),
}
TEXTS: dict[str, tuple[Any, ...]] = {
    "find": (TextQuery.parse("hello"), 7, ASKED.source),
    "count": (TextQuery.parse("hello"), 7),
    "scrub": (),
    "index_former": (),
}
RECORDINGS: dict[str, tuple[Any, ...]] = {
    "add": (Recording("1", "ann", "hash", 1000),),
    "find": ("1",),
    "ids": (),
    "remove": ("1",),
    "expire": (time.time() - 1,),
}


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    async with Storage.open(tmp_path / "bot.sqlite3") as storage:
        yield storage


def calls(storage: Storage) -> list[tuple[object, dict[str, tuple[Any, ...]]]]:
    """Every store, and its methods with what they are called with."""
    return [
        (storage.jobs, JOBS),
        (storage.jobs.texts, TEXTS),
        (storage.deliveries, DELIVERIES),
        (storage.settings, SETTINGS),
        (storage.api_keys, API_KEYS),
        (storage.recordings, RECORDINGS),
    ]


async def statements(storage: Storage) -> list[str]:
    """All that the stores say to SQLite when each of their methods is called, values included."""
    said: list[str] = []
    connections = storage.database._changing, storage.database._reading
    for connection in connections:
        await connection.set_trace_callback(said.append)
    for store, methods in calls(storage):
        for name, values in methods.items():
            await getattr(store, name)(*values)
    for connection in connections:
        await connection.set_trace_callback(None)  # type: ignore[arg-type]
    return said


async def plan(storage: Storage, sql: str) -> list[str]:
    """How SQLite goes about a statement."""
    async with storage.database._changing.execute(f"EXPLAIN QUERY PLAN {sql}") as rows:
        return [row["detail"] for row in await rows.fetchall()]


MAY_BE_READ = (
    "jobs USING INDEX jobs_unended|deliveries USING INDEX deliveries_stale|CONSTANT ROW|api_keys"
    "|recordings USING COVERING INDEX|text_index VIRTUAL TABLE INDEX [0-9]+:M|main.text_index_config|unindexed"
)
"""Short lists, those of which all is asked for, and what FTS5 finds by its own index."""


async def test_no_query_looks_at_every_row(storage: Storage) -> None:
    """Each searches by a key or an index, or reads the short index of jobs that are still to be done; none sorts."""
    for store, methods in calls(storage):
        public = inspect.getmembers(type(store), inspect.iscoroutinefunction)
        assert {name for name, _ in public if not name.startswith("_")} == methods.keys()
    said = await statements(storage)
    assert len(said) >= sum(len(methods) for _, methods in calls(storage))
    for sql in said:
        if sql.startswith(("PRAGMA", "BEGIN", "COMMIT", "--")):
            continue
        for step in await plan(storage, sql):
            assert not re.match(rf"SCAN (?!{MAY_BE_READ})", step), (sql, step)
            assert "TEMP B-TREE" not in step, (sql, step)


@pytest.mark.parametrize(
    ("call", "index"),
    [
        ("unfinished", "jobs_unended"),
        ("count_undelivered", "jobs_unsaid"),
        ("undelivered", "jobs_undelivered"),
        ("requeue", "jobs_unended"),
        ("dominant_language", "jobs_by_conversation"),
    ],
)
async def test_the_shortest_index_is_searched(storage: Storage, call: str, index: str) -> None:
    """Not another one that fits, too, but in which a heavy sender has all that is kept."""
    said: list[str] = []
    await storage.database._reading.set_trace_callback(said.append)
    await getattr(storage.jobs, call)(*JOBS[call])
    await storage.database._reading.set_trace_callback(None)  # type: ignore[arg-type]
    (step,) = await plan(storage, said[0])
    assert f"INDEX {index} " in f"{step} "


async def test_expiry_goes_in_batches(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    """One statement deletes no more than so many notes, the oldest first, and the next ones the rest."""
    monkeypatch.setattr(jobs_module, "EXPIRED_AT_ONCE", 2)
    store = storage.jobs
    for number in range(5):
        job, _ = await store.add(Request(Source("test", str(number)), 7, File("f", "u"), "base", None, "en"))
        await store.finish(job.id, HEARD)
        await store.mark_delivered(job.id)
    later = time.time() + 60
    assert [await store.expire(later, later) for _ in range(4)] == [2, 2, 1, 0]
