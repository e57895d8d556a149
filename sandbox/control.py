"""The control API over HTTP: /control/…, JSON in and out; it moves people, not the bot."""

from __future__ import annotations

import inspect
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from sandbox.control_actions import Actions
from sandbox.core import Sandbox
from sandbox.errors import ApiError, bad_request
from sandbox.faults import Fault
from sandbox.model import Json
from sandbox.request_reader import read_params
from sandbox.responses import error_response
from sandbox.waiting import Condition, Waiter

Handler = Callable[[web.Request], Awaitable[web.Response]]
MAX_FILE_BYTES = 2 * 1024**3


class Control:
    """Routes of the control API."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._actions = Actions(sandbox)
        self._waiter = Waiter(sandbox)

    def routes(self) -> list[web.RouteDef]:
        """Its routes."""
        actions = self._actions
        posts: dict[str, Callable[[Json], Any]] = {
            "users": actions.add_user,
            "chats": actions.add_chat,
            "business": actions.connect_business,
            "forward": actions.forward,
            "press": actions.press,
            "edit": actions.edit,
            "delete": actions.delete,
            "bot-status": actions.set_bot_status,
            "updates": actions.push_update,
            "wait": self._wait,
            "faults": self._add_fault,
            "clear-faults": self._clear_faults,
            "reset": self._reset,
        }
        gets: dict[str, Callable[[Json], Any]] = {
            "chat": actions.read_chat,
            "calls": self._calls,
            "bot": lambda _query: actions.read_bot(),
        }
        return [
            web.post("/control/send", _guarded(self._send)),
            *(web.post(f"/control/{name}", _posted(action)) for name, action in posts.items()),
            *(web.get(f"/control/{name}", _asked(action)) for name, action in gets.items()),
        ]

    async def _send(self, request: web.Request) -> Any:
        params = await read_params(request, MAX_FILE_BYTES)
        order = params.json("payload", "payload") if "payload" in params.values else params.values
        return self._actions.send(order, params.uploads.get("file"))

    async def _wait(self, order: Json) -> Json:
        return await self._waiter.wait(Condition.from_json(order))

    def _add_fault(self, order: Json) -> Json:
        self._sandbox.faults.add(Fault.from_json(order))
        return {}

    def _clear_faults(self, _order: Json) -> Json:
        self._sandbox.faults.clear()
        return {}

    def _reset(self, _order: Json) -> Json:
        self._sandbox.reset()
        return {}

    def _calls(self, query: Json) -> list[Json]:
        return [call.to_json() for call in self._sandbox.calls.of(query.get("method"))]


def _posted(action: Callable[[Json], Any]) -> Handler:
    async def handle(request: web.Request) -> Any:
        try:
            order = await request.json() if request.can_read_body else {}
        except ValueError:
            raise bad_request("can't parse request JSON object") from None
        return action(order)

    return _guarded(handle)


def _asked(action: Callable[[Json], Any]) -> Handler:
    async def handle(request: web.Request) -> Any:
        return action(dict(request.query))

    return _guarded(handle)


def _guarded(handle: Callable[[web.Request], Awaitable[Any]]) -> Handler:
    """Answer with JSON; a wrong order is a 400 that says what is wrong."""

    async def guarded(request: web.Request) -> web.Response:
        try:
            result = await handle(request)
            if inspect.isawaitable(result):
                result = await result
        except ApiError as error:
            return error_response(error)
        except (KeyError, TypeError, ValueError) as error:
            return error_response(bad_request(f"{type(error).__name__}: {error}"))
        return web.Response(text=json.dumps(result), content_type="application/json")

    return guarded
