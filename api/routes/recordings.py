"""Recordings of two people on the telephone: kept for some days, and transcribed with who said what."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel, Field, ValidationError

from api.dependencies import GetApi, ReceivedFile, Submitter, Transcriber
from api.documentation import FILE_BODY, errors
from api.errors import ApiError, invalid
from api.parameters import Parameters
from api.schemas import EXAMPLE_ID
from transcription import TaskOptions, Transcript

SELLER, CLIENT = 0, 1
"""Who is who: whoever calls or answers for the shop speaks first."""
MAX_JSON_BYTES = 64 << 10

RecordingId = Annotated[str, Path(examples=[EXAMPLE_ID])]


class Kept(BaseModel):
    """A recording that is kept."""

    id: str = Field(examples=[EXAMPLE_ID])


class WhisperxRequest(BaseModel):
    """How a recording is to be transcribed. Token and batch size are taken and not needed."""

    model: str | None = Field(None, max_length=100, examples=["base"])
    language: str | None = Field(None, max_length=20)
    hf_token: str | None = Field(None, max_length=1000)
    batch_size: int | None = Field(None, ge=1)


class Speakers(BaseModel):
    """The voices: the names of the first and the second, and how many there are."""

    seller: str | None = Field(examples=["SPEAKER_00"])
    client: str | None = Field(examples=["SPEAKER_01"])
    total_speakers: int


class Metadata(BaseModel):
    """How it was done: on `cpu` or `cuda`, in so many segments."""

    transcription_method: str
    segments: int
    device: str


class Dialogue(BaseModel):
    """The text of a recording, whole and of each of the first two voices."""

    success: bool
    transcription: str
    seller_text: str
    client_text: str
    speakers: Speakers
    metadata: Metadata


def build_router() -> APIRouter:
    """`/api/recordings` and what is below it."""
    router = APIRouter(prefix="/api/recordings", tags=["recordings"])
    router.add_api_route(
        "",
        keep,
        methods=["POST"],
        status_code=HTTPStatus.CREATED,
        response_model=Kept,
        openapi_extra=FILE_BODY,
        responses=errors(400, 401, 413, 415, 422, 429, 503),
    )
    router.add_api_route(
        "/{recording_id}",
        delete,
        methods=["DELETE"],
        status_code=HTTPStatus.NO_CONTENT,
        response_class=Response,
        responses=errors(401, 404),
    )
    router.add_api_route(
        "/{recording_id}/transcribe-whisperx",
        transcribe,
        methods=["POST"],
        response_model=Dialogue,
        responses=errors(401, 404, 413, 422, 429, 503),
        openapi_extra={
            "requestBody": {"content": {"application/json": {"schema": WhisperxRequest.model_json_schema()}}}
        },
    )
    return router


async def get_asked(request: Request, _caller: Submitter) -> WhisperxRequest:
    """The JSON body, if there is one. Raises `ApiError` (413 or 422)."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_JSON_BYTES:
            raise ApiError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body-too-big", "The body is too large.")
    try:
        return WhisperxRequest.model_validate_json(bytes(body) or b"{}")
    except ValidationError as error:
        raise invalid(error.errors(include_input=False, include_url=False)[0]) from None


async def keep(api: GetApi, caller: Submitter, upload: ReceivedFile, response: Response) -> Kept:
    """Send a recording that is to be kept.

    `curl -F file=@call.mp3 http://127.0.0.1:8000/api/recordings`
    """
    recording_id = await api.recordings.add(caller, upload)
    response.headers["Location"] = f"/api/recordings/{recording_id}"
    return Kept(id=recording_id)


async def delete(api: GetApi, caller: Transcriber, recording_id: RecordingId) -> Response:
    """Erase a recording.

    `curl -X DELETE http://127.0.0.1:8000/api/recordings/$ID`
    """
    await api.recordings.delete(caller, recording_id)
    return Response(status_code=HTTPStatus.NO_CONTENT)


async def transcribe(
    request: Request,
    api: GetApi,
    caller: Submitter,
    recording_id: RecordingId,
    asked: Annotated[WhisperxRequest, Depends(get_asked)],
) -> dict[str, Any]:
    """Transcribe a recording with its speakers; answers when it is done. Hanging up before cancels the work.

    `curl -X POST http://127.0.0.1:8000/api/recordings/$ID/transcribe-whisperx`
    """
    parameters = Parameters(model=asked.model, language=asked.language)
    wishes = parameters.wishes(api.services.service.defaults, options=TaskOptions(speakers=2))
    file = await api.recordings.copy(caller, recording_id)
    try:
        job = await api.tasks.submit(caller, file, wishes)
    finally:
        await api.uploads.release(file.file_id)
    view = await api.tasks.wait(request, job)
    assert view.transcript
    return dialogue_of(view.transcript, api.services.models.device_of(view.transcript.model))


def dialogue_of(transcript: Transcript, device: str) -> dict[str, Any]:
    """A transcript as `Dialogue` has it; what nobody is known to have said is in the whole text only."""
    voices = {segment.speaker for segment in transcript.segments if segment.speaker is not None}
    return {
        "success": True,
        "transcription": transcript.text,
        "seller_text": _said_by(SELLER, transcript),
        "client_text": _said_by(CLIENT, transcript),
        "speakers": {
            "seller": _name(SELLER) if SELLER in voices else None,
            "client": _name(CLIENT) if CLIENT in voices else None,
            "total_speakers": len(voices),
        },
        "metadata": {"transcription_method": "whisperx", "segments": len(transcript.segments), "device": device},
    }


def _said_by(voice: int, transcript: Transcript) -> str:
    return " ".join(segment.text for segment in transcript.segments if segment.speaker == voice)


def _name(voice: int) -> str:
    return f"SPEAKER_{voice:02}"
