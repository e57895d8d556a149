"""How many jobs are where, for those who watch the queue."""

from dataclasses import dataclass

from transcription.jobs import JobState
from transcription.storage.database import Database


@dataclass(frozen=True, slots=True)
class JobCount:
    """Jobs of one kind of source in one state whose result was not delivered; `oldest_at` is when the first came."""

    source: str
    state: JobState
    count: int
    oldest_at: float


async def job_counts(db: Database) -> list[JobCount]:
    """The jobs that wait, are worked on, or have ended and were not delivered, by source and state."""
    sql = """SELECT source, state, count(*) AS count, min(created_at) AS oldest_at FROM jobs
             WHERE delivered_at IS NULL GROUP BY source, state"""
    return [JobCount(row["source"], JobState(row["state"]), *row[2:]) for row in await db.rows(sql, ())]
