"""Live transcription: a WebSocket in the shape of OpenAI's transcription sessions."""

from http import HTTPStatus

import structlog
from fastapi import APIRouter, WebSocket
from starlette.datastructures import Headers

from api.dependencies import Api, GetApi
from api.errors import ApiError
from api.guard.authentication import secret_of
from api.guard.caller import Caller, Scope
from api.openai.realtime import RealtimeConnection
from api.openai.realtime_session import Session
from transcription import TooManySessions

log = structlog.get_logger()

PROTOCOL = "realtime"
KEY_PREFIX = "openai-insecure-api-key."
"""Browsers can send no header with a WebSocket, but names of protocols: one of them is the key."""


def build_router() -> APIRouter:
    """`/v1/realtime`."""
    router = APIRouter()

    @router.websocket("/v1/realtime")
    async def realtime(websocket: WebSocket, api: GetApi) -> None:
        try:
            await serve(websocket, api)
        except ApiError as error:
            await websocket.send_denial_response(error.response)

    return router


async def serve(websocket: WebSocket, api: Api) -> None:
    """Admit a client and speak with it. Raises `ApiError` for one that is not admitted."""
    caller = await _admit(websocket, api)
    model = websocket.query_params.get("model")
    session = Session().updated({"audio": {"input": {"transcription": {"model": model}}}} if model else {})
    defaults = api.services.service.defaults
    try:
        async with api.services.live.open(session.live_options(defaults)) as live:
            offered = websocket.scope.get("subprotocols", ())
            await websocket.accept(subprotocol=PROTOCOL if PROTOCOL in offered else None)
            log.info("live session opened", caller=caller.name)
            await RealtimeConnection(websocket, live, session, defaults).run()
    except TooManySessions:
        message = "As many live sessions are open as this server takes."
        raise ApiError(HTTPStatus.SERVICE_UNAVAILABLE, "too_many_sessions", message) from None


async def _admit(websocket: WebSocket, api: Api) -> Caller:
    """Who it is; a session counts for the rate limit as a file does."""
    headers = websocket.headers
    caller = await api.authenticator.authenticate(secret_of(headers) or _secret_in_protocols(headers))
    websocket.scope["state"]["caller"] = caller.name
    if not caller.may(Scope.TRANSCRIBE):
        raise ApiError(HTTPStatus.FORBIDDEN, "forbidden", "This key may not transcribe.")
    await api.limiter.hit(caller, websocket.client.host if websocket.client else "")
    return caller


def _secret_in_protocols(headers: Headers) -> str | None:
    offered = (name.strip() for name in headers.get("Sec-WebSocket-Protocol", "").split(","))
    return next((name.removeprefix(KEY_PREFIX) for name in offered if name.startswith(KEY_PREFIX)), None)
