"""HTTP handlers around plain functions: JSON in, JSON out."""

from __future__ import annotations

import inspect
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from sandbox.bot_api.responses import error_response
from sandbox.telegram.errors import ApiError, bad_request
from sandbox.telegram.model import Json

Handler = Callable[[web.Request], Awaitable[web.Response]]


def post_json(action: Callable[[Json], Any]) -> Handler:
    """A handler of POST requests: the JSON object that was sent goes to `action`."""

    async def handle(request: web.Request) -> Any:
        try:
            payload = await request.json() if request.can_read_body else {}
        except ValueError:
            raise bad_request("can't parse request JSON object") from None
        return action(payload)

    return json_errors(handle)


def get_json(action: Callable[[Json], Any]) -> Handler:
    """A handler of GET requests: the query goes to `action`."""

    async def handle(request: web.Request) -> Any:
        return action(dict(request.query))

    return json_errors(handle)


def json_errors(handle: Callable[[web.Request], Awaitable[Any]]) -> Handler:
    """Answer with JSON; a malformed payload is a 400 that says what is wrong."""

    async def answer(request: web.Request) -> web.Response:
        try:
            result = await handle(request)
            if inspect.isawaitable(result):
                result = await result
        except ApiError as error:
            return error_response(error)
        except (KeyError, TypeError, ValueError) as error:
            return error_response(bad_request(f"{type(error).__name__}: {error}"))
        return web.Response(text=json.dumps(result), content_type="application/json")

    return answer
