"""The control API over HTTP: …/control/…, JSON in and out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiohttp import web

from sandbox.bot_api.core import Sandbox
from sandbox.bot_api.faults import Fault
from sandbox.bot_api.request_reader import read_params
from sandbox.control.actions import Actions
from sandbox.control.conditions import Condition, Waiter
from sandbox.control.json_handlers import get_json, json_errors, post_json
from sandbox.telegram.model import Json

MAX_FILE_BYTES = 2 * 1024**3


class Control:
    """Routes of the control API under a path."""

    def __init__(self, sandbox: Sandbox, base: str = "") -> None:
        self._base = base
        self._sandbox = sandbox
        self._actions = Actions(sandbox)
        self._waiter = Waiter(sandbox)

    def routes(self) -> list[web.RouteDef]:
        """Its routes."""
        actions, base = self._actions, f"{self._base}/control"
        posts: dict[str, Callable[[Json], Any]] = {
            "users": actions.add_user,
            "change-user": actions.change_user,
            "chats": actions.add_chat,
            "upgrade": actions.upgrade_chat,
            "business": actions.connect_business,
            "forward": actions.forward,
            "press": actions.press,
            "ask-inline": actions.ask_inline,
            "choose": actions.choose,
            "react": actions.react,
            "promote": actions.promote,
            "stop-draft": actions.stop_draft,
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
            web.post(f"{base}/send", json_errors(self._send)),
            *(web.post(f"{base}/{name}", post_json(action)) for name, action in posts.items()),
            *(web.get(f"{base}/{name}", get_json(action)) for name, action in gets.items()),
        ]

    async def _send(self, request: web.Request) -> Any:
        params = await read_params(request, MAX_FILE_BYTES)
        payload = params.json("payload", "payload") if "payload" in params.values else params.values
        return self._actions.send(payload, params.uploads.get("file"))

    async def _wait(self, payload: Json) -> Json:
        return await self._waiter.wait(Condition.from_json(payload))

    def _add_fault(self, payload: Json) -> Json:
        self._sandbox.faults.add(Fault.from_json(payload))
        return {}

    def _clear_faults(self, _payload: Json) -> Json:
        self._sandbox.faults.clear()
        return {}

    def _reset(self, _payload: Json) -> Json:
        self._sandbox.reset()
        return {}

    def _calls(self, query: Json) -> list[Json]:
        return [call.to_json() for call in self._sandbox.calls.of(query.get("method"))]
