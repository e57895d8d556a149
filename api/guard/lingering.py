"""Refusals that reach their client: the rest of a body that is not wanted is read and thrown away for a while."""

import asyncio
import contextlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

UNREAD = frozenset({401, 403, 413, 415, 429, 503})
"""Refusals after which the rest of the body, which may be large, is not waited for."""
LINGER_S = 5.0
"""A connection that is closed on a client that still sends is reset, and the client never reads why."""


class Lingering:
    """ASGI middleware: after a refusal the connection is closed, once the client has had time to read the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and see to the end of its connection."""
        # A client that waits for 100-continue has sent nothing, and would take reading on for consent.
        if scope["type"] != "http" or "Expect" in Headers(scope=scope):
            await self._app(scope, receive, send)
            return
        is_read = is_refused = False

        async def receive_and_see() -> Message:
            nonlocal is_read
            message = await receive()
            is_read = not message.get("more_body", False)
            return message

        async def send_and_linger(message: Message) -> None:
            nonlocal is_refused
            if message["type"] == "http.response.start" and message["status"] in UNREAD and not is_read:
                is_refused = True
                MutableHeaders(scope=message)["Connection"] = "close"
            if is_refused and message["type"] == "http.response.body" and not message.get("more_body", False):
                await send({**message, "more_body": True})
                await discard()
                message = {"type": "http.response.body"}
            await send(message)

        async def discard() -> None:
            now_s = asyncio.get_running_loop().time
            until_s = now_s() + LINGER_S
            with contextlib.suppress(TimeoutError):
                while not is_read and now_s() < until_s:
                    async with asyncio.timeout_at(until_s):
                        await receive_and_see()

        await self._app(scope, receive_and_see, send_and_linger)
