"""A transcription in one call, which answers when it is done."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field

from api.dependencies import GetApi, GetWishes, ReceivedUpload, Submitter
from api.documentation import UPLOAD_BODY, flat_errors
from api.errors import as_api_error


class Text(BaseModel):
    """What was said."""

    text: str = Field(examples=["Good morning."])
    language: str = Field(examples=["en"])
    duration: float = Field(description="Seconds of audio.")


class FlatErrorRoute(APIRoute):
    """A route whose errors are `{"error": "<sentence>"}`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, with errors in that shape."""
        handle = super().get_route_handler()

        async def handle_flatly(request: Request) -> Response:
            try:
                return await handle(request)
            except Exception as error:
                api_error = as_api_error(error)
                if api_error is None:
                    raise
                return JSONResponse({"error": api_error.message}, api_error.status, api_error.headers)

        return handle_flatly


def build_router() -> APIRouter:
    """`POST /transcribe`."""
    router = APIRouter(tags=["tasks"], route_class=FlatErrorRoute)
    router.add_api_route(
        "/transcribe",
        transcribe,
        methods=["POST"],
        response_model=Text,
        openapi_extra=UPLOAD_BODY,
        responses=flat_errors(400, 401, 413, 415, 422, 429, 503),
    )
    return router


async def transcribe(
    request: Request, api: GetApi, caller: Submitter, upload: ReceivedUpload, wishes: GetWishes
) -> dict[str, str | float]:
    """Send a file, and get its text when it is done. Hanging up before cancels the work.

    `curl -F file=@note.ogg http://127.0.0.1:8000/transcribe`
    """
    view = await api.tasks.wait(request, await api.tasks.submit(caller, upload.file, wishes))
    assert view.transcript
    duration_s = view.transcript.duration_ms / 1000
    return {"text": view.transcript.text, "language": view.transcript.language, "duration": duration_s}
