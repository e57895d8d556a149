"""Metrics of the API's requests: by route, method and status."""

import time
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NAMESPACE = "stenobot_http"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER = "other"
"""Any other method, and any path that no route has: callers make up as many as they like."""
SECONDS = (0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)


class RequestMetrics:
    """ASGI middleware that counts requests, and measures how long they take until the last byte of the answer."""

    def __init__(self, app: ASGIApp, registry: CollectorRegistry) -> None:
        self._app = app
        self._requests = Counter(
            "requests", "Requests.", ("route", "method", "status"), namespace=NAMESPACE, registry=registry
        )
        self._seconds = Histogram(
            "request_seconds",
            "How long requests took, upload and waiting for a result included.",
            ("route",),
            namespace=NAMESPACE,
            buckets=SECONDS,
            registry=registry,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and count it once it is over."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, began = "0", time.monotonic()  # 0: hung up before there was an answer

        async def send_counted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, send_counted)
        finally:
            route: Any = scope.get("route")
            path = getattr(route, "path", OTHER)
            method = scope["method"] if scope["method"] in METHODS else OTHER
            self._requests.labels(path, method, status).inc()
            self._seconds.labels(path).observe(time.monotonic() - began)
