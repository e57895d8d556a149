"""Jobs as rows of the database, and back."""

import json
from dataclasses import asdict
from sqlite3 import Row

from transcription.jobs import File, Job, JobState, Request, Source
from transcription.task import TaskOptions
from transcription.transcript import Transcript


def options_json(options: TaskOptions) -> str:
    """What differs from the defaults, so that an option that is new leaves the old ones as they are stored."""
    given, defaults = asdict(options), asdict(TaskOptions())
    return json.dumps({name: value for name, value in given.items() if value != defaults[name]}, sort_keys=True)


def job_of(row: Row) -> Job:
    """The job that a row holds."""
    return Job(
        id=row["id"],
        request=Request(
            source=Source(row["source"], row["source_key"], row["conversation"], row["reply_to"]),
            user_id=row["user_id"],
            file=File(row["file_id"], row["file_unique_id"], row["file_size_bytes"], row["file_duration_s"]),
            model=row["model"],
            language=row["language"],
            locale=row["locale"],
            prompt=row["prompt"],
            options=TaskOptions(**json.loads(row["options"])),
            based_on=row["based_on"],
            app_language=row["app_language"],
            sent_at=row["sent_at"],
            row_of=row["row_of"],
        ),
        state=JobState(row["state"]),
        created_at=row["created_at"],
        attempts=row["tries"],
        error=row["error"],
        error_details=json.loads(row["error_details"]) if row["error_details"] else None,
        is_delivered=row["delivered_at"] is not None,
    )


def result_of(job: Job, transcript: Transcript | None) -> str:
    """What became of a job that has ended, in the words of `Observer.job_ended`."""
    if transcript is None:
        return job.error or job.state
    if job.attempts == 0:
        return "known"
    return "text" if transcript.segments else "silence"
