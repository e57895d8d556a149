"""A task's text as OpenAI's server-sent events, while it grows."""

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

from api.errors import error_of
from api.openai.answers import diarized_segments, done_event
from api.tasks import Tasks
from transcription import Job, View


async def text_events(tasks: Tasks, job: Job, *, diarized: bool) -> AsyncIterator[str]:
    """Deltas of the text, or segments with their voices once these are known, and the whole text at the end.

    Where a text turns out otherwise, as with a second pass, only the end has it.
    """
    sent = ""
    async for view in tasks.views(job.id):
        if view.job.state.ended:
            for event in _last_events(view, sent, diarized=diarized):
                yield _line(event)
        elif not diarized and view.text.startswith(sent) and view.text != sent:
            yield _line({"type": "transcript.text.delta", "delta": view.text[len(sent) :]})
            sent = view.text


def _last_events(view: View, sent: str, *, diarized: bool) -> list[Mapping[str, Any]]:
    if view.transcript is None:
        error = error_of(view.job)
        return [error.content] if error else []
    text = view.transcript.text
    if diarized:
        return [*diarized_segments(view.transcript), done_event(view.transcript)]
    rest = text[len(sent) :] if text.startswith(sent) else ""
    delta = [{"type": "transcript.text.delta", "delta": rest}] if rest else []
    return [*delta, done_event(view.transcript)]


def _line(event: Mapping[str, Any]) -> str:
    return f"data: {json.dumps(event, ensure_ascii=False)}\n\n"
