"""Whether the server is there, and whether it is ready: for load balancers and people, without a key."""

from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from api.dependencies import GetApi
from api.documentation import NO_KEY


class Health(BaseModel):
    """The server answers."""

    status: Literal["ok"] = "ok"
    model: str = Field(examples=["whisper-base"])


class Readiness(BaseModel):
    """Whether each thing that a new task needs is there."""

    status: Literal["ready", "not ready"]
    model_loaded: bool
    queue_has_room: bool
    disk_has_room: bool


def build_router() -> APIRouter:
    """`/health` and `/ready`."""
    router = APIRouter(tags=["health"])
    router.add_api_route("/health", health, methods=["GET"], response_model=Health, openapi_extra=NO_KEY)
    router.add_api_route(
        "/ready",
        ready,
        methods=["GET"],
        response_model=Readiness,
        openapi_extra=NO_KEY,
        responses={HTTPStatus.SERVICE_UNAVAILABLE: {"model": Readiness}},
    )
    return router


async def health(api: GetApi) -> Health:
    """Say that the server answers, and which model is the default.

    `curl http://127.0.0.1:8000/health`
    """
    return Health(model=f"whisper-{api.services.service.defaults.model}")


async def ready(api: GetApi) -> JSONResponse:
    """Say whether a new task would be taken, and begun at once or in its turn.

    `curl http://127.0.0.1:8000/ready`
    """
    model = api.services.service.defaults.model
    found = {
        "model_loaded": model is not None and api.services.models.is_loaded(model),
        "queue_has_room": api.tasks.has_room,
        "disk_has_room": api.uploads.has_room,
    }
    is_ready = all(found.values())
    status = HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE
    return JSONResponse({"status": "ready" if is_ready else "not ready", **found}, status)
