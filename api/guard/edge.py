"""The outermost layer: request ids, the access log, security headers, and an answer where something broke."""

import re
import time
import traceback
import uuid
from pathlib import Path
from typing import Any

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import ApiError
from transcription import receiving

log = structlog.get_logger()

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
"""A caller's own id that is taken over; anything else gets one of ours."""
OWN = str(Path(__file__).parents[1])
"""Where the API's own code lies."""
QUIET = frozenset({"/health", "/ready", "/metrics"})
"""Asked for every few seconds by programs that watch."""
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""Unless an answer has its own, as a page does."""


class Edge:
    """ASGI middleware. What a call puts into `request.state.headers` is added to its answer, also where it fails."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and see to its answer."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("X-Request-ID", "")
        request_id = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        scope.setdefault("state", {})["headers"] = headers = {"X-Request-ID": request_id}
        status, began = 0, time.monotonic()

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                status = int(message["status"])
                _add_headers(message, headers)
            await send(message)

        traceparent = Headers(scope=scope).get("traceparent")
        with receiving(traceparent), structlog.contextvars.bound_contextvars(request=request_id):
            try:
                await self._app(scope, receive, send_with_headers)
            except Exception as error:  # noqa: BLE001 - nothing of it is told, and it ends here
                _log_failure(error, request_id)
                if status == 0 and scope["type"] == "http":
                    await ApiError.of("unknown", {"incident": request_id}).response(scope, receive, send_with_headers)
            _log_request(scope, status, time.monotonic() - began)


def _add_headers(message: Message, headers: dict[str, str]) -> None:
    answer = MutableHeaders(scope=message)
    for name, value in headers.items():
        answer[name] = value
    for name, value in SECURITY_HEADERS.items():
        answer.setdefault(name, value)


def _log_failure(error: Exception, request_id: str) -> None:
    """Write down what broke and where, but not its words, which may hold what people sent."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].name}:{frames[-1].lineno}" if frames else ""
    own = next((frame for frame in reversed(frames) if frame.filename.startswith(OWN)), None)
    log.error(
        "request failed",
        error=type(error).__name__,
        where=where,
        called_from=f"{own.name}:{own.lineno}" if own else "",
        incident=request_id,
    )


def _log_request(scope: Scope, status: int, took_s: float) -> None:
    route: Any = scope.get("route")
    client = scope.get("client")
    path = getattr(route, "path", None)
    (log.debug if path in QUIET else log.info)(
        "request",
        method=scope.get("method", "WEBSOCKET"),
        route=path,
        status=status,
        took_s=round(took_s, 3),
        address=client[0] if client else None,
        caller=scope["state"].get("caller"),
    )
