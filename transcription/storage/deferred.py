"""Requests that wait until somebody wants their text, in SQLite: no jobs yet."""

import json
import time
from dataclasses import asdict

from transcription.jobs import File, Request, Source
from transcription.storage.database import Database
from transcription.task import TaskOptions

KEPT_S = 7 * 86400.0
"""How long a text can be asked for. Whoever reads a chat once a week still can."""


class DeferredStore:
    """Requests by their source; those that are too old go when others come."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def add(self, request: Request) -> None:
        """Keep a request; the same source again changes nothing."""
        now = time.time()
        await self._db.rows("DELETE FROM deferred WHERE created_at < ?", (now - KEPT_S,))
        await self._db.rows(
            "INSERT OR IGNORE INTO deferred VALUES (?, ?, ?, ?, ?)",
            (request.source.kind, request.source.key, request.user_id, json.dumps(asdict(request)), now),
        )

    async def find(self, source: Source) -> Request | None:
        """The request of a source's kind and key, if it is still kept."""
        sql = "SELECT request FROM deferred WHERE source = ? AND source_key = ? AND created_at >= ?"
        rows = await self._db.rows(sql, (source.kind, source.key, time.time() - KEPT_S))
        return _parse(rows[0]["request"]) if rows else None

    async def forget(self, user_id: int) -> None:
        """Delete a person's requests; the journal may still hold them until it is emptied."""
        await self._db.rows("DELETE FROM deferred WHERE user_id = ?", (user_id,))


def _parse(text: str) -> Request:
    saved = json.loads(text)
    parts = {"source": Source(**saved["source"]), "file": File(**saved["file"])}
    return Request(**{**saved, **parts, "options": TaskOptions(**saved["options"])})
