"""Tasks: a file is sent in one call, and what became of it is asked for, streamed or cancelled in others."""

from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Response
from fastapi.responses import JSONResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api.dependencies import GetApi, GetWishes, ReceivedUpload, Submitter, Transcriber
from api.documentation import UPLOAD_BODY, errors, errors_of_stream
from api.schemas import EXAMPLE_ID, Submitted, TaskStatus, status_of
from transcription import Job

TaskId = Annotated[str, Path(examples=[EXAMPLE_ID])]


async def get_job(task_id: TaskId, api: GetApi, caller: Transcriber) -> Job:
    """The caller's task of this id. Raises `ApiError` (404)."""
    return await api.tasks.find(caller, task_id)


GetJob = Annotated[Job, Depends(get_job)]


def build_router() -> APIRouter:
    """`POST /transcribe/`, and what can be done with the task that it makes."""
    router = APIRouter(tags=["tasks"])
    router.add_api_route(
        "/transcribe/",
        submit,
        methods=["POST"],
        status_code=HTTPStatus.ACCEPTED,
        response_model=Submitted,
        openapi_extra=UPLOAD_BODY,
        responses=errors(400, 401, 413, 415, 422, 429, 503),
    )
    for path in ("/transcribe/{task_id}", "/status/{task_id}", "/result/{task_id}"):
        router.add_api_route(
            path,
            status,
            name=f"status at {path.split('/')[1]}",
            methods=["GET"],
            response_model=TaskStatus,
            responses=errors(401, 404),
        )
    router.add_api_route(
        "/transcribe/{task_id}",
        delete,
        methods=["DELETE"],
        status_code=HTTPStatus.NO_CONTENT,
        response_class=Response,
        responses=errors(401, 404),
    )
    router.add_api_route(
        "/transcribe/{task_id}/events",
        events,
        methods=["GET"],
        response_class=EventSourceResponse,
        responses=errors_of_stream(401, 404),
    )
    return router


async def submit(api: GetApi, caller: Submitter, upload: ReceivedUpload, wishes: GetWishes) -> JSONResponse:
    """Send a file, and get the id of the task that transcribes it, at once.

    `curl -F file=@note.ogg -F language=en http://127.0.0.1:8000/transcribe/`
    """
    job = await api.tasks.submit(caller, upload.file, wishes)
    task_id = job.request.source.key
    content = {"task_id": task_id, "status": "queued"}
    return JSONResponse(content, HTTPStatus.ACCEPTED, {"Location": f"/transcribe/{task_id}"})


async def status(api: GetApi, job: GetJob) -> JSONResponse:
    """Where a task stands, and its result once it is done.

    `curl http://127.0.0.1:8000/transcribe/$ID`
    """
    return JSONResponse(status_of(await api.tasks.view(job.id)))


async def delete(api: GetApi, job: GetJob) -> Response:
    """Cancel a task; erase one that has ended, with its text.

    `curl -X DELETE http://127.0.0.1:8000/transcribe/$ID`
    """
    await api.tasks.delete(job)
    return Response(status_code=HTTPStatus.NO_CONTENT)


async def events(api: GetApi, job: GetJob) -> AsyncIterator[ServerSentEvent]:
    """The task as server-sent events, one for each change, named after its status; the last is `done` or `error`.

    `curl -N http://127.0.0.1:8000/transcribe/$ID/events`
    """
    async for view in api.tasks.views(job.id):
        content: dict[str, Any] = status_of(view)
        yield ServerSentEvent(event=content["status"], data=content)
