"""Whether the server is there, and whether it is ready: for load balancers and people, without a key."""

from fastapi import APIRouter

from api.dependencies import GetApi


def build_router() -> APIRouter:
    """`/health` and `/ready`."""
    router = APIRouter(tags=["health"])

    @router.get("/health")
    async def health(api: GetApi) -> dict[str, str]:
        """Say that the server answers, and which model is the default."""
        return {"status": "ok", "model": f"whisper-{api.services.service.defaults.model}"}

    return router
