"""What a chat was sent for each job, in SQLite: ids of the messages, so that none is sent twice, and how they look."""

import json
from collections.abc import Mapping

from transcription.storage.database import Database


class DeliveryStore:
    """The chat in which a job is answered, its status message, the further parts of its text, and how that looks.

    A job has a row here once something of it was sent, or its chat has moved. Rows go with their job.
    """

    def __init__(self, db: Database) -> None:
        self._db = db

    async def chat_id(self, job_id: int) -> int | None:
        """The chat in which a job was answered, or to which its chat has moved; None where neither happened yet."""
        rows = await self._db.rows("SELECT chat_id FROM deliveries WHERE job_id = ?", (job_id,))
        return rows[0]["chat_id"] if rows else None

    async def find_job(self, chat_id: int, message_id: int) -> int | None:
        """The id of the job that this message answers, be it its status or a further one, if there is one."""
        rows = await self._db.rows(
            """SELECT job_id FROM deliveries WHERE status_message_id = ? AND chat_id = ?
               UNION ALL
               SELECT job_id FROM parts JOIN deliveries USING (job_id) WHERE message_id = ? AND chat_id = ?""",
            (message_id, chat_id, message_id, chat_id),
        )
        return rows[0]["job_id"] if rows else None

    async def set_status_message(self, job_id: int, chat_id: int, message_id: int) -> None:
        """Keep the id of the message that is edited into the text. No effect for a job that was forgotten."""
        await self._place(job_id, chat_id, message_id)

    async def inline_message_id(self, job_id: int) -> str | None:
        """By what the one message is edited that answers a job where the bot is no member; None before there is one."""
        rows = await self._db.rows("SELECT inline_message_id FROM deliveries WHERE job_id = ?", (job_id,))
        return rows[0]["inline_message_id"] if rows else None

    async def set_inline_message(self, job_id: int, chat_id: int, inline_message_id: str) -> None:
        """Keep by what that message is edited. No effect for a job that was forgotten."""
        await self._db.rows(
            "INSERT INTO deliveries (job_id, chat_id, inline_message_id) SELECT id, ?, ? FROM jobs WHERE id = ?",
            (chat_id, inline_message_id, job_id),
        )

    async def set_moved_chat(self, job_id: int, chat_id: int) -> None:
        """A job's group has become this supergroup, which has none of the messages."""
        await self._db.rows("DELETE FROM parts WHERE job_id = ?", (job_id,))
        await self._place(job_id, chat_id, None)

    async def _place(self, job_id: int, chat_id: int, status_message_id: int | None) -> None:
        await self._db.rows(
            """INSERT INTO deliveries (job_id, chat_id, status_message_id) SELECT id, ?, ? FROM jobs WHERE id = ?
               ON CONFLICT (job_id)
               DO UPDATE SET chat_id = excluded.chat_id, status_message_id = excluded.status_message_id""",
            (chat_id, status_message_id, job_id),
        )

    async def set_part(self, job_id: int, ordinal: int, message_id: int) -> None:
        """Keep the id of a further message (1, 2, …) of a long text, or of its file.

        Raises `sqlite3.IntegrityError` for a job that was forgotten.
        """
        await self._db.rows("INSERT OR REPLACE INTO parts VALUES (?, ?, ?)", (job_id, ordinal, message_id))

    async def remove_part(self, job_id: int, ordinal: int) -> None:
        """A further message is there no more."""
        await self._db.rows("DELETE FROM parts WHERE job_id = ? AND ordinal = ?", (job_id, ordinal))

    async def change_look(self, job_id: int, changes: Mapping[str, object]) -> None:
        """Change some fields of how a job's text is to look, in the words of the front; None is a field's default."""
        sql = """UPDATE deliveries SET wanted_look = json_patch(coalesce(wanted_look, shown_look, '{}'), ?)
                 WHERE job_id = ?"""
        await self._db.rows(sql, (json.dumps(changes), job_id))

    async def looks(self, job_id: int) -> tuple[str | None, str | None]:
        """How a job's text is to look, and how its messages do, as JSON; None is how all texts look at first."""
        rows = await self._db.rows("SELECT wanted_look, shown_look FROM deliveries WHERE job_id = ?", (job_id,))
        return (rows[0]["wanted_look"], rows[0]["shown_look"]) if rows else (None, None)

    async def set_shown_look(self, job_id: int, look: str | None) -> None:
        """A job's messages look so now."""
        await self._db.rows("UPDATE deliveries SET shown_look = ? WHERE job_id = ?", (look, job_id))

    async def stale(self) -> list[int]:
        """Ids of the jobs whose text is to look otherwise than it does, oldest first."""
        rows = await self._db.rows(
            "SELECT job_id FROM deliveries WHERE wanted_look IS NOT shown_look ORDER BY job_id", ()
        )
        return [row["job_id"] for row in rows]

    async def messages(self, job_id: int) -> dict[int, int]:
        """Ids of the messages that a job was answered with by their ordinal, which is 0 for the status message."""
        rows = await self._db.rows(
            """SELECT 0 AS ordinal, status_message_id AS message_id FROM deliveries
                   WHERE job_id = ? AND status_message_id IS NOT NULL
               UNION ALL SELECT ordinal, message_id FROM parts WHERE job_id = ?""",
            (job_id, job_id),
        )
        return {row["ordinal"]: row["message_id"] for row in rows}
