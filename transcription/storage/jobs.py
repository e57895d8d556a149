"""Jobs and transcripts in SQLite: each change is a single statement."""

import json
import time
from collections import Counter

from transcription.errors import TranscriptionError
from transcription.jobs import TRANSITIONS, Job, JobState, Request, Source
from transcription.languages import IN_TWO_SCRIPTS
from transcription.observer import Observer
from transcription.storage.database import Database
from transcription.storage.job_rows import job_of, options_json, result_of
from transcription.storage.search import TextIndex
from transcription.transcript import Transcript, from_json, to_json

RECENT_JOBS = 20
"""How many recordings tell a conversation's likely language."""
EXPIRED_AT_ONCE = 100
"""Jobs that are deleted in one statement, for others wait meanwhile."""


class JobStore:
    """Jobs, their states and transcripts. A change is whole and on disk when its method returns.

    `observer` is told of each new job and of each end, whoever makes it. `texts` finds those that are kept.
    """

    def __init__(self, db: Database, observer: Observer | None = None) -> None:
        self._db = db
        self._observer = observer or Observer()
        self.texts = TextIndex(db)

    async def add(self, request: Request) -> tuple[Job, bool]:
        """Write a job, queued, and say whether it is new; the same source again gives the job that was there."""
        source, file, start_s = request.source, request.file, time.monotonic()
        job = await self._one(
            """INSERT INTO jobs (source, source_key, conversation, reply_to, user_id, file_id, file_unique_id,
                   file_size_bytes, file_duration_s, model, language, locale, prompt, options, based_on,
                   app_language, sent_at, row_of, state, created_at)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
               ON CONFLICT DO NOTHING RETURNING *""",
            source.kind,
            source.key,
            source.conversation,
            source.reply_to,
            request.user_id,
            file.file_id,
            file.unique_id,
            file.size_bytes,
            file.duration_s,
            request.model,
            request.language,
            request.locale,
            request.prompt,
            options_json(request.options),
            request.based_on,
            request.app_language,
            request.sent_at,
            request.row_of,
            JobState.QUEUED,
            time.time(),
        )
        if job is not None:
            self._observer.job_added(job.id, source.kind, time.monotonic() - start_s)
            return job, True
        known = await self.find(source)
        if known is None:  # forgotten between the two statements
            return await self.add(request)
        return known, False

    async def find(self, source: Source) -> Job | None:
        """The job of a source's kind and key, if there is one."""
        return await self._one("SELECT * FROM jobs WHERE source = ? AND source_key = ?", source.kind, source.key)

    async def get(self, job_id: int) -> Job | None:
        """A job, or None once it was forgotten."""
        return await self._one("SELECT * FROM jobs WHERE id = ?", job_id)

    async def unfinished(self, user_id: int, beside: Source | None = None) -> list[Job]:
        """A person's jobs that are queued or running, in all conversations or in that of one source."""
        jobs = await self._all("SELECT * FROM jobs WHERE user_id = ? AND ended_at IS NULL ORDER BY id", user_id)
        return [job for job in jobs if beside is None or job.request.source.is_beside(beside)]

    async def count_undelivered(self, user_id: int) -> int:
        """How many jobs of a person have not had their result delivered, ended or not."""
        sql = "SELECT count(*) AS count FROM jobs WHERE user_id = ? AND delivered_at IS NULL"
        return int((await self._db.rows(sql, (user_id,)))[0]["count"])

    async def requeue(self, source: str) -> list[Job]:
        """Turn a kind of source's jobs that a former process left running back into queued.

        Returns all of them that are queued, oldest first.
        """
        # The plus keeps SQLite from an index of sources, in which all ended ones are, too.
        sql = "UPDATE jobs SET state = 'queued' WHERE ended_at IS NULL AND state = 'running' AND +source = ?"
        await self._db.rows(sql, (source,))
        jobs = await self._all("SELECT * FROM jobs WHERE ended_at IS NULL AND +source = ?", source)
        return sorted(jobs, key=lambda job: job.id)

    async def undelivered(self, source: str) -> list[int]:
        """Ids of a kind of source's jobs whose result was not delivered, oldest first."""
        sql = "SELECT id FROM jobs WHERE delivered_at IS NULL AND source = ? ORDER BY id"
        return [row["id"] for row in await self._db.rows(sql, (source,))]

    async def transition(self, job_id: int, to: JobState, error: TranscriptionError | None = None) -> Job | None:
        """Take a job to a state if that is legal from where it is; None (and no change) where it is not.

        Each time it runs is an attempt, unless it is put back in good order.
        """
        return await self._transition(job_id, to, error=error)

    async def finish(self, job_id: int, transcript: Transcript, work_s: float | None = None) -> Job | None:
        """End a job as done together with its transcript; None (and no change) where it had ended otherwise.

        `work_s` is for how long it kept a thread busy, where it did.
        """
        return await self._transition(job_id, JobState.DONE, transcript=transcript, work_s=work_s)

    async def _transition(
        self,
        job_id: int,
        to: JobState,
        *,
        error: TranscriptionError | None = None,
        transcript: Transcript | None = None,
        work_s: float | None = None,
    ) -> Job | None:
        former = [state for state, legal in TRANSITIONS.items() if to in legal]
        job = await self._one(
            f"""UPDATE jobs SET state = ?, error = ?, error_details = ?, transcript = ?, ended_at = ?,
                    work_s = ?, tries = max(0, tries + ? - ?)
                WHERE id = ? AND state IN ({", ".join("?" * len(former))}) RETURNING *""",
            to,
            error.code if error else None,
            json.dumps(error.details) if error else None,
            to_json(transcript) if transcript else None,
            time.time() if to.ended else None,
            work_s,
            to is JobState.RUNNING,
            to is JobState.QUEUED,
            job_id,
            *former,
        )
        if job and to.ended:
            took_s = max(0.0, time.time() - job.created_at)
            self._observer.job_ended(job.id, job.request.source.kind, to, result_of(job, transcript), took_s)
        return job

    async def identify(self, job_id: int, unique_id: str) -> None:
        """Tell a job's file from others by this from now on."""
        await self._db.rows("UPDATE jobs SET file_unique_id = ? WHERE id = ?", (unique_id, job_id))

    async def mark_delivered(self, job_id: int) -> None:
        """The job's result has reached whoever asked for it, or never can."""
        # Not durable: at worst the same text is put into the same message once more.
        sql = "UPDATE jobs SET delivered_at = ? WHERE id = ? RETURNING source, ended_at"
        now = time.time()
        for row in await self._db.rows(sql, (now, job_id), durable=False):
            self._observer.job_delivered(job_id, row["source"], max(0.0, now - (row["ended_at"] or now)))

    async def transcript(self, job_id: int) -> Transcript | None:
        """The transcript of a job that is done."""
        return await self._transcript("SELECT transcript FROM jobs WHERE id = ?", job_id)

    async def ids_of_texts(self, user_id: int, source: str) -> list[int]:
        """Ids of a person's jobs of a kind of source that have a text, the oldest first.

        Those that only say more of a text are left out, but for translations, which are texts of their own.
        """
        sql = """SELECT id FROM jobs WHERE user_id = ? AND source = ?
                 AND json_array_length(transcript, '$.segments') > 0
                 AND (based_on IS NULL OR json_extract(options, '$.translate')) ORDER BY id"""
        return [row["id"] for row in await self._db.rows(sql, (user_id, source))]

    async def following(self, job: Job, count: int) -> list[Job]:
        """At most so many jobs of new recordings after one in its conversation, in the order in which they came."""
        source = job.request.source
        sql = """SELECT * FROM jobs WHERE source = ? AND conversation = ? AND id > ? AND based_on IS NULL
                 ORDER BY id LIMIT ?"""
        return await self._all(sql, source.kind, source.conversation, job.id, count)

    async def latest(self, source: Source, count: int) -> list[Job]:
        """The last jobs of new recordings in a source's conversation, at most so many, the latest first."""
        sql = """SELECT * FROM jobs WHERE source = ? AND conversation = ? AND based_on IS NULL
                 ORDER BY id DESC LIMIT ?"""
        return await self._all(sql, source.kind, source.conversation, count)

    async def row(self, first_id: int) -> list[Job]:
        """The jobs of a row by the first of them, in the order in which they came; that may be there no more."""
        jobs = await self._all("SELECT * FROM jobs WHERE id = ? OR row_of = ?", first_id, first_id)
        return sorted(jobs, key=lambda job: job.id)

    async def find_cached(self, request: Request) -> Transcript | None:
        """The transcript of the same file, with the same model, language, prompt and options, if one is kept.

        Where its language chose the model, that is any model. One in a language of two scripts was for the same app's.
        """
        made_by = "model" if request.options.by_language else "json_extract(transcript, '$.model')"
        return await self._transcript(
            f"""SELECT transcript FROM jobs
               WHERE file_unique_id = ? AND {made_by} = ? AND transcript IS NOT NULL AND language IS ?
               AND ifnull(json_extract(transcript, '$.is_partial'), 0) = 0
               AND prompt IS ? AND options = ?
               AND (app_language IS ? OR json_extract(transcript, '$.language') NOT IN {IN_TWO_SCRIPTS}) LIMIT 1""",
            request.file.unique_id,
            request.model,
            request.language,
            request.prompt,
            options_json(request.options),
            request.app_language,
        )

    async def dominant_language(self, source: Source) -> str | None:
        """The language of most of the latest recordings in a source's conversation."""
        rows = await self._db.rows(
            """SELECT json_extract(transcript, '$.language') AS language FROM jobs
               WHERE source = ? AND conversation = ? AND json_array_length(transcript, '$.segments') > 0
                   AND ifnull(json_extract(transcript, '$.is_partial'), 0) = 0
               ORDER BY id DESC LIMIT ?""",
            (source.kind, source.conversation, RECENT_JOBS),
        )
        languages = Counter(row["language"] for row in rows)
        return languages.most_common(1)[0][0] if languages else None

    async def forget(self, user_id: int) -> int:
        """Delete a person's jobs and transcripts, and what the journal holds of former deletions; returns how many."""
        gone = await self._db.rows("DELETE FROM jobs WHERE user_id = ? RETURNING id", (user_id,))
        await self.texts.scrub()
        await self._db.empty_journal()
        return len(gone)

    async def erase(self, job_id: int) -> bool:
        """Delete a job that has ended, with its transcript, also from the journal; False where there is none."""
        sql = "DELETE FROM jobs WHERE id = ? AND ended_at IS NOT NULL RETURNING id"
        gone = await self._db.rows(sql, (job_id,))
        await self._db.empty_journal()
        return bool(gone)

    async def expire(self, before: float, undelivered_before: float) -> int:
        """Delete the oldest `EXPIRED_AT_ONCE` jobs at most, with their transcripts; returns how many.

        Delivered ones that ended before a time (Unix seconds), and those not delivered that ended before another one.
        """
        gone = await self._db.rows(
            """DELETE FROM jobs WHERE id IN (SELECT id FROM jobs
                   WHERE ended_at < ? AND (delivered_at IS NOT NULL OR ended_at < ?) ORDER BY ended_at LIMIT ?)
               RETURNING id""",
            (before, undelivered_before, EXPIRED_AT_ONCE),
        )
        return len(gone)

    async def _one(self, sql: str, *values: object) -> Job | None:
        return next(iter(await self._all(sql, *values)), None)

    async def _all(self, sql: str, *values: object) -> list[Job]:
        return [job_of(row) for row in await self._db.rows(sql, values)]

    async def _transcript(self, sql: str, *values: object) -> Transcript | None:
        rows = await self._db.rows(sql, values)
        return from_json(rows[0]["transcript"]) if rows and rows[0]["transcript"] else None
