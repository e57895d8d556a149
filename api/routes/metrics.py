"""Prometheus metrics of the whole process, on the API's own port."""

from typing import Annotated

from fastapi import APIRouter, Header, Response

from api.dependencies import GetApi, Observer
from api.errors import not_found


def build_router() -> APIRouter:
    """`/metrics`."""
    router = APIRouter(tags=["metrics"])

    @router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
    async def metrics(api: GetApi, _caller: Observer, accept: Annotated[str, Header()] = "") -> Response:
        """Jobs, models, memory, disk and calls in Prometheus' text format, or OpenMetrics' where that is accepted."""
        if api.services.metrics is None:
            raise not_found("page")
        body, content_type = await api.services.metrics.render(accept)
        return Response(body, media_type=content_type)

    return router
