"""Tasks of another Stenobot: submitted once, followed by their events, and erased there when they have ended."""

import json
from collections.abc import Mapping
from contextlib import aclosing
from typing import Any

from transcription import errors
from transcription.errors import TranscriberFailed, TranscriberRefused, TranscriberUnavailable, TranscriptionError
from transcription.models.sources import Stage
from transcription.progress import TranscriptionProgress
from transcription.remote.answers import UnreadableAnswerError, parse_object
from transcription.remote.connection import Connection, Submission

SAME = (errors.NotAudio, errors.EmptyAudio, errors.DecodeTimeout, TranscriberFailed, TranscriberUnavailable)
"""Errors that mean here what they mean there, and need no details."""
FAILURES = frozenset({"unknown", "fetch-failed", "file-gone", "given-up"})
"""Codes of what went wrong there and may go well in another attempt, or here."""


async def run_task(connection: Connection, submission: Submission, progress: TranscriptionProgress) -> bytes:
    """Have a task done, with its progress, and return what the server says of it in the end.

    A task that was submitted with the same key before, and not erased, is taken up again. Raises
    `TranscriberUnavailable` where the server goes away meanwhile, for the task goes on when it is back, and the errors
    of `Connection`.
    """
    where = f"{submission.path}{_task_id(await connection.send(submission))}"
    try:
        await _follow(connection, f"{where}/events", progress)
        ended = await connection.call("GET", where)
    except TranscriberFailed:
        raise TranscriberUnavailable from None
    except TranscriberUnavailable:
        raise
    except BaseException:  # cancelled, mostly
        await _erase(connection, where)
        raise
    await _erase(connection, where)
    if error := parse_object(ended.body).get("error"):
        raise _error_of(error)
    return ended.body


def _task_id(body: bytes) -> str:
    task_id = parse_object(body).get("task_id")
    if not isinstance(task_id, str) or not task_id.isalnum():
        raise UnreadableAnswerError("no id of a task")
    return task_id


async def _follow(connection: Connection, path: str, progress: TranscriptionProgress) -> None:
    """Report progress until the task has ended."""
    async with aclosing(connection.follow(path)) as lines:
        async for line in lines:
            if line in {b"event: done", b"event: error"}:
                return
            if line.startswith(b'data: {"') and b'"processing"' in line:
                _report(json.loads(line.removeprefix(b"data: ")), progress)
    raise TranscriberUnavailable  # it stops


def _report(event: Mapping[str, Any], progress: TranscriptionProgress) -> None:
    fraction = float(event.get("progress") or 0.0)
    if event.get("stage") in set(Stage):
        progress.on_stage(Stage(event["stage"]), fraction)
    elif event.get("text"):
        progress.on_model()
        progress.on_text(str(event["text"]), fraction)


async def _erase(connection: Connection, where: str) -> None:
    """End a task, and erase it; one that has not ended yet takes two calls, and may be left cancelled."""
    try:
        await connection.call("DELETE", where)
    except (TranscriberFailed, TranscriberUnavailable):
        return  # it is kept there for some days


def _error_of(error: Mapping[str, Any]) -> TranscriptionError:
    code = error.get("code")
    for same in SAME:
        if same.code == code:
            return same()
    return TranscriberFailed() if code in FAILURES else TranscriberRefused()
