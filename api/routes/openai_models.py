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
        """List the models that a file can be transcribed with; where workers do that, those that they have now."""
        workers = api.services.models.workers
        offered = [model for model in catalogue.MODELS.values() if workers is None or model.name in workers]
        return {"object": "list", "data": [_shown(api, model) for model in offered]}

    @router.get("/v1/models/{model_id:path}", responses=errors(401, 404))
    async def model(model_id: str, api: GetApi, _caller: Transcriber) -> dict[str, Any]:
        """Say what one model takes; OpenAI's own ids mean the default."""
        return {**_shown(api, model_of(model_id, api.services.service.defaults).model), "id": model_id}

    return router


def _shown(api: Api, model: Model) -> dict[str, Any]:
    """A model in OpenAI's shape, and what /model says of it.

    `rtf` is seconds of work for a second of sound; `workers` is how many have it, where workers transcribe.
    """
    speed, workers = api.services.service.speed(model.name), api.services.models.workers
    return {
        "id": model.name,
        "object": "model",
        "created": 0,
        "owned_by": OWNER,
        "is_default": model.name == api.services.service.defaults.model,
        "is_available": api.services.models.available(model.name),
        "is_loaded": api.services.models.is_loaded(model.name),
        **({} if workers is None else {"workers": workers.get(model.name, 0)}),
        "english_only": model.english_only,
        "languages": sorted(model.languages),
        "engine": model.engine,
        "licence": model.licence,
        "disk_mb": model.disk_mb,
        "memory_mb": model.memory_mb(api.services.sizing.compute_type),
        "rtf": round(speed.rtf, 3),
        "is_measured": speed.is_measured,
    }
