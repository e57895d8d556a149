"""How much was transcribed for whom, in SQLite: numbers that outlive the jobs they are of."""

import math
from datetime import date, datetime

from transcription.storage.database import Database
from transcription.usage import SHOWN, Bar, Period, Statistics, starts

_BUCKETS = {
    Period.HOUR: "strftime('%Y-%m-%dT%H:00:00', ended_at, 'unixepoch', 'localtime')",
    Period.DAY: "date(ended_at, 'unixepoch', 'localtime')",
    Period.WEEK: "date(ended_at, 'unixepoch', 'localtime', 'weekday 0', '-6 days')",
}
"""When the hour, day or week (from Monday) began in which a job ended, in ISO 8601."""


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

    async def statistics(
        self, source: str, period: Period, user_id: int | None = None, count: int | None = None
    ) -> Statistics:
        """What was done of this kind of source in the last `count` periods (`SHOWN`), for a person or for all."""
        begun = starts(period, datetime.now(), count or SHOWN[period])  # noqa: DTZ005 - SQLite's localtime is this machine's, too
        where, values = "source = ? AND ended_at >= ?", [source, begun[0].timestamp()]
        if user_id is not None:
            where, values = f"{where} AND user_id = ?", [*values, user_id]
        bars = await self._db.rows(
            f"""SELECT {_BUCKETS[period]} AS start, count(*) AS notes, total(audio_s) AS audio_s
                FROM usage WHERE {where} AND state = 'done' GROUP BY start""",
            values,
        )
        by_start = {datetime.fromisoformat(row["start"]): row for row in bars}
        people = await self._db.rows(f"SELECT count(DISTINCT user_id) AS count FROM usage WHERE {where}", values)
        speeds = await self._db.rows(
            f"""SELECT model, total(work_s) / total(audio_s) AS rtf FROM usage
                WHERE {where} AND work_s > 0 AND audio_s > 0 GROUP BY model ORDER BY count(*) DESC""",
            values,
        )
        failures = await self._db.rows(
            f"""SELECT error, count(*) AS count FROM usage WHERE {where} AND state = 'failed'
                GROUP BY error ORDER BY count DESC, error""",
            values,
        )
        return Statistics(
            period,
            tuple(
                Bar(start, row["notes"] if row else 0, row["audio_s"] if row else 0.0)
                for start in begun
                for row in [by_start.get(start)]
            ),
            people[0]["count"],
            await self._wait_s(where, values, sum(row["notes"] for row in bars)),
            {row["model"]: row["rtf"] for row in speeds},
            {row["error"]: row["count"] for row in failures},
        )

    async def _wait_s(self, where: str, values: list[object], count: int) -> tuple[float, float] | None:
        """Median and 95th percentile of so many waits for a transcript (nearest rank)."""
        if not count:
            return None
        sql = f"SELECT took_s FROM usage WHERE {where} AND state = 'done' ORDER BY took_s LIMIT 1 OFFSET ?"
        ranks = [max(0, math.ceil(count * share) - 1) for share in (0.5, 0.95)]
        median, p95 = [(await self._db.rows(sql, (*values, rank)))[0]["took_s"] for rank in ranks]
        return median, p95
