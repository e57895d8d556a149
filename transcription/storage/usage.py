"""How much was transcribed for whom, in SQLite: numbers that outlive the jobs they are of."""

from datetime import date

from transcription.storage.database import Database


class UsageStore:
    """A row for each job that has ended, which triggers of the schema write in the statement that ends it.

    It is nobody's any more once its job is deleted.
    """

    def __init__(self, db: Database) -> None:
        self._db = db

    async def used_s(self, source: str, user_id: int, day: date) -> float:
        """Seconds of a person's recordings of this kind of source that became text on a day, or wait to."""
        rows = await self._db.rows(
            """SELECT (SELECT total(audio_s) FROM used_today WHERE source = ? AND user_id = ? AND day = ?)
                   + (SELECT total(file_duration_s) FROM jobs WHERE user_id = ? AND source = ? AND ended_at IS NULL)
                   AS used_s""",
            (source, user_id, day.isoformat(), user_id, source),
        )
        return float(rows[0]["used_s"])
