"""The sound of recordings for workers, at addresses that are signed: no key is asked for."""

from http import HTTPStatus

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from api.dependencies import GetApi
from api.errors import ApiError, not_found


def build_router() -> APIRouter:
    """`/queue/recordings/{task}`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/queue/recordings/{task}")
    async def recording(task: str, expires: int, signature: str, api: GetApi) -> StreamingResponse:
        """The bytes of a recording that was handed out to a worker, while they are wanted."""
        queue = api.services.queue
        if queue is None or not queue.sounds.is_signed(task, expires, signature):
            raise ApiError(HTTPStatus.FORBIDDEN, "forbidden", "This address is not good, or no more.")
        chunks = queue.sounds.get(task)
        if chunks is None:
            raise not_found("recording")
        return StreamingResponse(chunks, media_type="application/octet-stream")

    return router
