"""Loading and unloading of models, for keys with the scope `admin`."""

from http import HTTPStatus

from fastapi import APIRouter

from api.dependencies import Admin, GetApi
from api.errors import ApiError
from transcription import catalogue


def build_router() -> APIRouter:
    """`POST` and `DELETE /v1/models/{name}`."""
    router = APIRouter(tags=["models"])

    @router.post("/v1/models/{name}")
    async def load(name: str, api: GetApi, _caller: Admin) -> dict[str, str | bool]:
        """Load a model, fetching it first where it is not here; answers once it is in memory.

        Where `MAX_MODELS` are in memory, the one that was not used for the longest time goes.
        """
        model = catalogue.find(name)
        await api.services.models.ensure(model.name)
        return {"id": model.name, "object": "model", "loaded": True}

    @router.delete("/v1/models/{name}")
    async def unload(name: str, api: GetApi, _caller: Admin) -> dict[str, str | bool]:
        """Give a model's memory back; its files stay, and the next task that wants it loads it again.

        A model in use stays: 409.
        """
        model = catalogue.find(name)
        if not await api.services.models.unload(model.name):
            raise ApiError(HTTPStatus.CONFLICT, "model-in-use", f"The model {model.name} is in use; try again later.")
        return {"id": model.name, "object": "model", "deleted": True}

    return router
