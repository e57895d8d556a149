"""`/v1/models`, in the shape of OpenAI's list, with what each model takes here."""

from typing import Any

from fastapi import APIRouter

from api.dependencies import Api, GetApi, Transcriber
from api.documentation import errors
from api.openai.parameters import model_of
from api.openai.route import OpenAIRoute
from transcription import Model, catalogue

OWNER = "stenobot"


def build_router() -> APIRouter:
    """The list and each of its models."""
    router = APIRouter(tags=["OpenAI"], route_class=OpenAIRoute)

    @router.get("/v1/models", responses=errors(401))
    async def models(api: GetApi, _caller: Transcriber) -> dict[str, Any]:
        """List the models that a file can be transcribed with."""
        return {"object": "list", "data": [_shown(api, model) for model in catalogue.MODELS.values()]}

    @router.get("/v1/models/{model_id:path}", responses=errors(401, 404))
    async def model(model_id: str, api: GetApi, _caller: Transcriber) -> dict[str, Any]:
        """Say what one model takes; OpenAI's own ids mean the default."""
        return {**_shown(api, model_of(model_id, api.services.service.defaults).model), "id": model_id}

    return router


def _shown(api: Api, model: Model) -> dict[str, Any]:
    """A model in OpenAI's shape, and what /model says of it. `rtf` is seconds of work for a second of sound."""
    speed = api.services.service.speed(model.name)
    return {
        "id": model.name,
        "object": "model",
        "created": 0,
        "owned_by": OWNER,
        "is_default": model.name == api.services.service.defaults.model,
        "is_available": api.services.models.available(model.name),
        "is_loaded": api.services.models.is_loaded(model.name),
        "english_only": model.english_only,
        "languages": sorted(model.languages),
        "engine": model.engine,
        "licence": model.licence,
        "disk_mb": model.disk_mb,
        "memory_mb": model.memory_mb(api.services.sizing.compute_type),
        "rtf": round(speed.rtf, 3),
        "is_measured": speed.is_measured,
    }
