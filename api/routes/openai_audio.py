"""`/v1/audio/transcriptions` and `/v1/audio/translations`, as OpenAI's clients call them."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from api.dependencies import Api, GetApi, ReceivedUpload, Submitter
from api.documentation import errors
from api.errors import error_of
from api.forms import Upload
from api.guard.caller import Caller
from api.openai.answers import answer
from api.openai.audio_parameters import AudioParameters, form_schema
from api.openai.route import OpenAIRoute
from api.openai.streaming import text_events
from transcription import Job

STREAM_HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
"""The latter has nginx pass events on as they come."""

TEXTS: dict[str, Any] = {
    "description": "The text, in the format that was asked for.",
    "content": {
        "application/json": {"schema": {"type": "object"}, "example": {"text": "Good morning."}},
        "text/plain": {"schema": {"type": "string"}, "example": "1\n00:00:00,000 --> 00:00:01,200\nGood morning.\n"},
        "text/event-stream": {"schema": {"type": "string"}},
    },
}
ANSWERS = errors(400, 401, 404, 413, 415, 429, 503) | {200: TEXTS}


def build_router() -> APIRouter:
    """The two calls."""
    router = APIRouter(tags=["OpenAI"], route_class=OpenAIRoute)
    watchers: set[asyncio.Task[None]] = set()

    async def respond(request: Request, api: Api, caller: Caller, upload: Upload, *, translate: bool) -> Response:
        parameters = AudioParameters.of(upload.fields)
        wishes = parameters.wishes(api.services.service.defaults, translate=translate)
        job = await api.tasks.submit(caller, upload.file, wishes)
        if error := error_of(job):
            raise error
        if parameters.stream:
            watcher = asyncio.create_task(_cancel_if_gone(request, api, job))
            watchers.add(watcher)
            watcher.add_done_callback(watchers.discard)
            events = text_events(api.tasks, job, diarized=parameters.response_format == "diarized_json")
            return StreamingResponse(events, media_type="text/event-stream", headers=STREAM_HEADERS)
        view = await api.tasks.wait(request, job)
        assert view.transcript
        return await asyncio.to_thread(answer, view.transcript, parameters)

    @router.post("/v1/audio/transcriptions", openapi_extra=form_schema(), response_class=Response, responses=ANSWERS)
    async def transcriptions(request: Request, api: GetApi, caller: Submitter, upload: ReceivedUpload) -> Response:
        """Transcribe a file, and answer with its text or, with `stream`, send it as it grows."""
        return await respond(request, api, caller, upload, translate=False)

    @router.post("/v1/audio/translations", openapi_extra=form_schema(), response_class=Response, responses=ANSWERS)
    async def translations(request: Request, api: GetApi, caller: Submitter, upload: ReceivedUpload) -> Response:
        """Translate what is said in a file into English."""
        return await respond(request, api, caller, upload, translate=True)

    return router


async def _cancel_if_gone(request: Request, api: Api, job: Job) -> None:
    """End a task whose stream nobody reads any more; one that has ended stays as it is."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
    await api.services.service.cancel(job.id)
