"""The index that texts are found by, in SQLite's FTS5; triggers of the schema keep it equal to the jobs."""

import asyncio
import time

import aiosqlite

from transcription.jobs import Source
from transcription.storage.database import Database
from transcription.text_search import TextQuery

INDEXED_AT_ONCE = 20
"""Jobs of a former version that are indexed in one statement, for others wait meanwhile."""

IS_INDEXED = "source = 'telegram' AND based_on IS NULL AND json_array_length(transcript, '$.segments') > 0"
"""Which jobs are: nobody looks for texts of others, or for one text twice."""
TERMS = "'_' || user_id || ' ' || search_terms(transcript)"
"""What a job is found by: see `text_search.owner_term`."""


async def index_new_texts(db: aiosqlite.Connection) -> None:
    """Have each text indexed by the statement that stores it, for as long as this connection lasts.

    A trigger of the schema would keep versions that lack `search_terms` from storing texts at all.
    """
    await db.execute_fetchall(
        f"""CREATE TEMP TRIGGER index_text AFTER UPDATE OF transcript ON main.jobs WHEN new.transcript IS NOT NULL BEGIN
            INSERT INTO texts SELECT id, {TERMS} FROM jobs WHERE id = new.id AND {IS_INDEXED};
        END"""
    )


class TextIndex:
    """Finds jobs by their texts.

    A text leaves the index with its job. What a former version stored is indexed in the background.
    """

    def __init__(self, db: Database) -> None:
        self._db = db

    async def find(
        self, query: TextQuery, user_id: int, beside: Source | None = None, *, first: int = 0, count: int = 1
    ) -> list[int]:
        """Ids of a person's jobs whose text is asked for, the newest first, in all conversations or in a source's."""
        rows = await self._db.rows(
            """SELECT text_index.rowid AS id FROM text_index CROSS JOIN jobs ON jobs.id = text_index.rowid
               WHERE text_index MATCH ? AND (? IS NULL OR conversation = ?)
               ORDER BY text_index.rowid DESC LIMIT ? OFFSET ?""",
            (*_values(query, user_id, beside), count, first),
        )
        return [row["id"] for row in rows]

    async def count(self, query: TextQuery, user_id: int, beside: Source | None = None) -> int:
        """How many jobs `find` finds in all."""
        rows = await self._db.rows(
            """SELECT count(*) AS count FROM text_index CROSS JOIN jobs ON jobs.id = text_index.rowid
               WHERE text_index MATCH ? AND (? IS NULL OR conversation = ?)""",
            _values(query, user_id, beside),
        )
        return int(rows[0]["count"])

    async def scrub(self) -> None:
        """Write the index anew without what was deleted, whose words are in it until then."""
        await self._db.rows("INSERT INTO text_index (text_index) VALUES ('optimize')", ())

    async def index_former(self) -> None:
        """Index what a former version stored, the newest first, and at most half of the time."""
        while below := await self._next():
            began = time.monotonic()
            lowest = below - INDEXED_AT_ONCE
            await self._db.rows(
                f"INSERT OR IGNORE INTO texts SELECT id, {TERMS} FROM jobs WHERE id >= ? AND id < ? AND {IS_INDEXED}",
                (lowest, below),
                durable=False,
            )
            await self._db.rows("UPDATE unindexed SET below = ?", (lowest,), durable=False)
            await asyncio.sleep(time.monotonic() - began)

    async def _next(self) -> int | None:
        """Below which job there are some to be indexed; None where all is."""
        rows = await self._db.rows("SELECT below FROM unindexed WHERE below > 0", ())
        return rows[0]["below"] if rows else None


def _values(query: TextQuery, user_id: int, beside: Source | None) -> tuple[object, ...]:
    conversation = beside.conversation if beside else None
    return query.expression(user_id), conversation, conversation
