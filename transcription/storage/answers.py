"""What a language model made of texts, in SQLite: kept for as long as the text."""

from dataclasses import dataclass

from transcription.storage.database import Database


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer; `share` is how much of the text was read for it (0..1), and whether it `is_whole`."""

    text: str
    share: float = 1.0
    is_whole: bool = True


class AnswerStore:
    """Answers by job and kind, of which each has one; rows go with their job."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def find(self, job_id: int, kind: str, digest: str) -> KeptAnswer | None:
        """The answer to the very question that a digest stands for, if it is kept."""
        sql = "SELECT text, share, is_whole FROM answers WHERE job_id = ? AND kind = ? AND digest = ?"
        rows = await self._db.rows(sql, (job_id, kind, digest))
        return KeptAnswer(rows[0]["text"], rows[0]["share"], bool(rows[0]["is_whole"])) if rows else None

    async def keep(self, job_id: int, kind: str, digest: str, answer: KeptAnswer) -> None:
        """Keep an answer in place of a former one. No effect for a job that was forgotten."""
        await self._db.rows(
            "INSERT OR REPLACE INTO answers SELECT id, ?, ?, ?, ?, ? FROM jobs WHERE id = ?",
            (kind, digest, answer.text, answer.share, answer.is_whole, job_id),
        )
