"""Recordings that are kept to be transcribed on demand, in SQLite; their files lie elsewhere."""

import time
from dataclasses import dataclass
from sqlite3 import Row

from transcription.storage.database import Database


@dataclass(frozen=True, slots=True)
class Recording:
    """A file that somebody sent; `owner` is who may use it, and `sha256` is of its bytes."""

    id: str
    owner: str
    sha256: str
    size_bytes: int


class RecordingStore:
    """The recordings by their ids, which are also the names of their files."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def add(self, recording: Recording) -> None:
        """Write a recording."""
        values = (recording.id, recording.owner, recording.sha256, recording.size_bytes, time.time())
        await self._db.rows("INSERT INTO recordings VALUES (?, ?, ?, ?, ?)", values)

    async def find(self, recording_id: str) -> Recording | None:
        """The recording with this id."""
        rows = await self._db.rows("SELECT * FROM recordings WHERE id = ?", (recording_id,))
        return _recording(rows[0]) if rows else None

    async def ids(self) -> list[str]:
        """Ids of all."""
        return [row["id"] for row in await self._db.rows("SELECT id FROM recordings", ())]

    async def remove(self, recording_id: str) -> None:
        """Delete a recording, if it is there."""
        await self._db.rows("DELETE FROM recordings WHERE id = ?", (recording_id,))

    async def expire(self, before: float) -> list[str]:
        """Delete those that came before a time (Unix seconds); returns their ids."""
        rows = await self._db.rows("DELETE FROM recordings WHERE created_at < ? RETURNING id", (before,))
        return [row["id"] for row in rows]


def _recording(row: Row) -> Recording:
    return Recording(row["id"], row["owner"], row["sha256"], row["size_bytes"])
