"""Troubles that the owner was told of and that are not over, in SQLite: a new start tells of them no second time."""

import time

from transcription.storage.database import Database


class AlertStore:
    """Troubles by their kind and subject."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def all(self) -> set[tuple[str, str]]:
        """Kind and subject of each that is not over."""
        return {(row["kind"], row["subject"]) for row in await self._db.rows("SELECT kind, subject FROM alerts", ())}

    async def begin(self, kind: str, subject: str) -> None:
        """One has begun."""
        await self._db.rows("INSERT OR IGNORE INTO alerts VALUES (?, ?, ?)", (kind, subject, time.time()))

    async def end(self, kind: str, subject: str) -> None:
        """One is over."""
        await self._db.rows("DELETE FROM alerts WHERE kind = ? AND subject = ?", (kind, subject))
