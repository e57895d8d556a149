"""What must survive a killed process, in SQLite: jobs, transcripts, preferences and measured speeds."""

import contextlib
import json
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from sqlite3 import Row
from typing import Self

from transcription.errors import TranscriptionError
from transcription.jobs import TRANSITIONS, File, Job, JobState, Origin, Preferences, Request
from transcription.storage.database import Database
from transcription.storage.migrations import migrate, missing_steps
from transcription.transcript import Transcript, from_json, to_json

RECENT_JOBS = 20
"""How many notes tell a chat's usual language."""
EXPIRED_AT_ONCE = 100
"""Notes that are deleted in one statement, for others wait meanwhile."""


class Store:
    """Every change is a single statement, so it is whole and on disk when its method returns, whatever runs beside it.

    While the disk is full or the file locked, a method waits until it can be done.
    """

    def __init__(self, db: Database) -> None:
        self._db = db

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path) -> AsyncIterator[Self]:
        """The store at `path`, made or migrated as needed, and readable to its owner only."""
        _make_private(path)
        async with Database.connect(path) as db:
            await migrate(db.schema)
            yield cls(db)

    @classmethod
    @asynccontextmanager
    async def look(cls, path: Path) -> AsyncIterator[Self | None]:
        """The store at `path` to be read only, whoever works with it; None where its schema is not the newest."""
        async with Database.look(path) as db:
            yield None if await missing_steps(db.schema) else cls(db)

    async def add(self, request: Request) -> tuple[Job, bool]:
        """Write a job, queued, and say whether it is new; the same origin again gives the job that was there."""
        origin, file = request.origin, request.file
        job = await self._one(
            """INSERT INTO jobs (business_connection_id, chat_id, message_id, thread_id, user_id, file_id,
                   file_unique_id, file_size_bytes, file_duration_s, model, language, locale, state, created_at, prompt)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING *""",
            origin.business_connection_id,
            origin.chat_id,
            origin.message_id,
            origin.thread_id,
            request.user_id,
            file.file_id,
            file.unique_id,
            file.size_bytes,
            file.duration_s,
            request.model,
            request.language,
            request.locale,
            JobState.QUEUED,
            time.time(),
            request.prompt,
        )
        if job is not None:
            return job, True
        known = await self.find(origin)
        if known is None:  # forgotten between the two statements
            return await self.add(request)
        return known, False

    async def find(self, origin: Origin) -> Job | None:
        """The job of a message, if there is one."""
        return await self._one(
            "SELECT * FROM jobs WHERE business_connection_id = ? AND chat_id = ? AND message_id = ?",
            origin.business_connection_id,
            origin.chat_id,
            origin.message_id,
        )

    async def find_by_status(self, chat_id: int, message_id: int) -> Job | None:
        """The job whose status message this is, if there is one."""
        return await self._one(
            "SELECT * FROM jobs WHERE status_message_id = ? AND ifnull(moved_to_chat_id, chat_id) = ?",
            message_id,
            chat_id,
        )

    async def get(self, job_id: int) -> Job | None:
        """A job, or None once it was forgotten."""
        return await self._one("SELECT * FROM jobs WHERE id = ?", job_id)

    async def unfinished(self, user_id: int, chat_id: int | None = None) -> list[Job]:
        """A person's jobs that are queued or running, in one chat or in all."""
        return await self._all(
            "SELECT * FROM jobs WHERE user_id = ? AND ended_at IS NULL AND chat_id = ifnull(?, chat_id) ORDER BY id",
            user_id,
            chat_id,
        )

    async def count_undelivered(self, user_id: int) -> int:
        """How many jobs of a person have not had their last word said in the chat, ended or not."""
        sql = "SELECT count(*) AS count FROM jobs WHERE user_id = ? AND delivered_at IS NULL"
        return int((await self._rows(sql, user_id))[0]["count"])

    async def requeue(self) -> list[Job]:
        """Turn what a former process left running back into queued; returns all that is queued, oldest first."""
        await self._rows("UPDATE jobs SET state = 'queued' WHERE ended_at IS NULL AND state = 'running'")
        jobs = await self._all("SELECT * FROM jobs WHERE ended_at IS NULL")
        return sorted(jobs, key=lambda job: job.id)

    async def undelivered(self) -> list[Job]:
        """Jobs whose last word has not reached the chat, oldest first."""
        return await self._all("SELECT * FROM jobs WHERE delivered_at IS NULL ORDER BY id")

    async def transition(self, job_id: int, to: JobState, error: TranscriptionError | None = None) -> Job | None:
        """Take a job to a state if that is legal from where it is; None (and no change) where it is not.

        Each time it runs is a try, unless it is put back in good order.
        """
        return await self._transition(job_id, to, error=error)

    async def finish(self, job_id: int, transcript: Transcript) -> Job | None:
        """End a job as done together with its transcript; None (and no change) where it had ended otherwise."""
        return await self._transition(job_id, JobState.DONE, transcript=transcript)

    async def _transition(
        self,
        job_id: int,
        to: JobState,
        *,
        error: TranscriptionError | None = None,
        transcript: Transcript | None = None,
    ) -> Job | None:
        origins = [state for state, legal in TRANSITIONS.items() if to in legal]
        return await self._one(
            f"""UPDATE jobs SET state = ?, error = ?, error_details = ?, transcript = ?, ended_at = ?,
                    tries = max(0, tries + ? - ?)
                WHERE id = ? AND state IN ({", ".join("?" * len(origins))}) RETURNING *""",
            to,
            error.code if error else None,
            json.dumps(error.details) if error else None,
            to_json(transcript) if transcript else None,
            time.time() if to.ended else None,
            to is JobState.RUNNING,
            to is JobState.QUEUED,
            job_id,
            *origins,
        )

    async def set_status_message(self, job_id: int, message_id: int | None) -> None:
        """Keep the id of the message that is edited into the text (None: it is gone, send a fresh one)."""
        await self._rows("UPDATE jobs SET status_message_id = ? WHERE id = ?", message_id, job_id)

    async def set_moved_chat(self, job_id: int, chat_id: int) -> None:
        """A job's group has become this supergroup, which has none of the messages."""
        await self._rows("DELETE FROM parts WHERE job_id = ?", job_id)
        sql = "UPDATE jobs SET moved_to_chat_id = ?, status_message_id = NULL WHERE id = ?"
        await self._rows(sql, chat_id, job_id)

    async def mark_delivered(self, job_id: int) -> None:
        """The job's last word has reached its chat, or never can."""
        # Not durable: at worst the same text is put into the same message once more.
        await self._rows("UPDATE jobs SET delivered_at = ? WHERE id = ?", time.time(), job_id, durable=False)

    async def set_part(self, job_id: int, ordinal: int, message_id: int) -> None:
        """Keep the id of a further message (1, 2, …) of a long text, or of its file."""
        await self._rows("INSERT OR REPLACE INTO parts VALUES (?, ?, ?)", job_id, ordinal, message_id)

    async def parts(self, job_id: int) -> dict[int, int]:
        """Ids of the further messages of a long text by their ordinal."""
        rows = await self._rows("SELECT ordinal, message_id FROM parts WHERE job_id = ?", job_id)
        return {row["ordinal"]: row["message_id"] for row in rows}

    async def transcript(self, job_id: int) -> Transcript | None:
        """What was heard in a job's note."""
        return await self._transcript("SELECT transcript FROM jobs WHERE id = ?", job_id)

    async def find_cached(self, request: Request) -> Transcript | None:
        """The transcript of the same file, with the same model, language and prompt, if one is kept."""
        return await self._transcript(
            """SELECT transcript FROM jobs
               WHERE file_unique_id = ? AND json_extract(transcript, '$.model') = ? AND language IS ?
               AND prompt IS ? LIMIT 1""",
            request.file.unique_id,
            request.model,
            request.language,
            request.prompt,
        )

    async def dominant_language(self, business_connection_id: str, chat_id: int) -> str | None:
        """The language of most of a chat's latest notes."""
        rows = await self._rows(
            """SELECT json_extract(transcript, '$.language') AS language FROM jobs
               WHERE business_connection_id = ? AND chat_id = ? AND json_array_length(transcript, '$.segments') > 0
               ORDER BY message_id DESC LIMIT ?""",
            business_connection_id,
            chat_id,
            RECENT_JOBS,
        )
        languages = Counter(row["language"] for row in rows)
        return languages.most_common(1)[0][0] if languages else None

    async def forget(self, user_id: int) -> int:
        """Delete a person's jobs and transcripts, and what they chose in their private chat; returns how many jobs."""
        gone = await self._rows("DELETE FROM jobs WHERE user_id = ? RETURNING id", user_id)
        await self._rows("DELETE FROM preferences WHERE chat_id = ?", user_id)
        await self._db.empty_journal()
        return len(gone)

    async def expire(self, before: float, undelivered_before: float) -> int:
        """Delete the oldest `EXPIRED_AT_ONCE` jobs at most, with their transcripts; returns how many.

        Delivered ones that ended before a time (Unix seconds), and those that nobody could be told before another one.
        """
        gone = await self._rows(
            """DELETE FROM jobs WHERE id IN (SELECT id FROM jobs
                   WHERE ended_at < ? AND (delivered_at IS NOT NULL OR ended_at < ?) ORDER BY ended_at LIMIT ?)
               RETURNING id""",
            before,
            undelivered_before,
            EXPIRED_AT_ONCE,
        )
        return len(gone)

    async def preferences(self, chat_id: int) -> Preferences:
        """What a chat chose."""
        rows = await self._rows("SELECT model, language, prompt FROM preferences WHERE chat_id = ?", chat_id)
        return Preferences(*rows[0]) if rows else Preferences()

    async def set_preferences(self, chat_id: int, preferences: Preferences) -> None:
        """Keep what a chat chose."""
        sql = "INSERT OR REPLACE INTO preferences (chat_id, model, language, prompt) VALUES (?, ?, ?, ?)"
        await self._rows(sql, chat_id, preferences.model, preferences.language, preferences.prompt)

    async def speeds(self, machine: str) -> dict[str, float]:
        """Real-time factors (seconds of work per second of audio) that were measured on a machine, by model."""
        rows = await self._rows("SELECT model, rtf FROM speeds WHERE machine = ?", machine)
        return {row["model"]: row["rtf"] for row in rows}

    async def record_speed(self, machine: str, model: str, rtf: float) -> None:
        """Keep a model's real-time factor."""
        await self._rows("INSERT OR REPLACE INTO speeds VALUES (?, ?, ?)", machine, model, rtf, durable=False)

    async def auto_model(self, machine: str) -> str | None:
        """The model that was chosen for a machine, if one was."""
        rows = await self._rows("SELECT model FROM chosen_models WHERE machine = ?", machine)
        return rows[0]["model"] if rows else None

    async def set_auto_model(self, machine: str, model: str) -> None:
        """Keep the model chosen for a machine."""
        await self._rows("INSERT OR REPLACE INTO chosen_models VALUES (?, ?)", machine, model)

    async def _one(self, sql: str, *values: object) -> Job | None:
        return next(iter(await self._all(sql, *values)), None)

    async def _all(self, sql: str, *values: object) -> list[Job]:
        return [_job(row) for row in await self._rows(sql, *values)]

    async def _rows(self, sql: str, *values: object, durable: bool = True) -> list[Row]:
        return await self._db.rows(sql, values, durable=durable)

    async def _transcript(self, sql: str, *values: object) -> Transcript | None:
        rows = await self._rows(sql, *values)
        return from_json(rows[0]["transcript"]) if rows and rows[0]["transcript"] else None


def _make_private(path: Path) -> None:
    """Make the file, which its journal is to be like; the folder may be open to others, as others may have made it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with contextlib.suppress(OSError):  # SQLite says better what is wrong
        path.touch()
        path.chmod(0o600)


def _job(row: Row) -> Job:
    return Job(
        id=row["id"],
        request=Request(
            origin=Origin(row["business_connection_id"], row["chat_id"], row["message_id"], row["thread_id"]),
            user_id=row["user_id"],
            file=File(row["file_id"], row["file_unique_id"], row["file_size_bytes"], row["file_duration_s"]),
            model=row["model"],
            language=row["language"],
            locale=row["locale"],
            prompt=row["prompt"],
        ),
        state=JobState(row["state"]),
        created_at=row["created_at"],
        attempts=row["tries"],
        status_message_id=row["status_message_id"],
        error=row["error"],
        error_details=json.loads(row["error_details"]) if row["error_details"] else None,
        moved_to_chat_id=row["moved_to_chat_id"],
        is_delivered=row["delivered_at"] is not None,
    )
