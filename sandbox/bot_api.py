"""The Bot API over HTTP: /bot<token>/<method> and /file/bot<token>/<path>."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

from aiohttp import web

from sandbox.call_log import OpenCall
from sandbox.core import Sandbox
from sandbox.errors import ApiError, too_many_requests
from sandbox.faults import Fault
from sandbox.methods import METHODS
from sandbox.methods.call import Call
from sandbox.params import Params
from sandbox.request_reader import read_params

_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
_BAD_GATEWAY = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>502 Bad Gateway</body>\r\n</html>\r\n"


class BotApi:
    """Answers Bot API calls on a sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def routes(self) -> list[web.RouteDef]:
        """Its routes."""
        return [web.route("*", "/bot{token}/{method}", self.on_call)]

    async def on_call(self, request: web.Request) -> web.StreamResponse:
        """One method call, with the fault that strikes it; it is logged when it ends."""
        method = request.match_info["method"]
        refusal = self.refusal(request.match_info["token"])
        if refusal is not None:
            return error_response(refusal)
        with self._sandbox.logged(method) as entry:
            fault = self._sandbox.faults.strike(method.lower())
            entry.fault = fault.kind if fault is not None else None
            try:
                response = await self._answer(request, entry, fault)
            except ApiError as error:
                entry.status, entry.description = error.code, error.description
                return error_response(error)
            if response is None:
                return drop_connection(request)
            entry.status = response.status
            return response

    async def _answer(self, request: web.Request, entry: OpenCall, fault: Fault | None) -> web.Response | None:
        """The response; None when the connection is to break."""
        if entry.fault == "reset":
            return None
        params = await read_params(request, self._sandbox.options.max_upload_bytes)
        entry.params = params.loggable()
        if fault is not None and (spoiled := await before_effect(fault)) is not None:
            return spoiled
        result = await self._call(entry.method.lower(), params)
        if fault is not None and fault.kind == "hang_after":
            await asyncio.sleep(fault.seconds)
        return None if entry.fault == "reset_after" else result_response(result)

    async def _call(self, name: str, params: Params) -> Any:
        sandbox = self._sandbox
        if name == "getupdates":
            return await sandbox.poller.get_updates(sandbox.state, params)
        method = METHODS.get(name)
        if method is None:
            raise ApiError(404, "Not Found")
        return method(Call(sandbox.state, sandbox.limiter, params))

    def refusal(self, token: str) -> ApiError | None:
        """Why a token is not let in."""
        if token == self._sandbox.options.token:
            return None
        return ApiError(401, "Unauthorized") if _TOKEN.fullmatch(token) else ApiError(404, "Not Found")


async def before_effect(fault: Fault) -> web.Response | None:
    """What a fault does ahead of the effect: an answer instead of it, an error, or a delay."""
    if fault.kind == "flood":
        raise too_many_requests(fault.retry_after)
    if fault.kind == "error":
        raise ApiError(fault.code, fault.text)
    if fault.kind == "bad_gateway":
        return web.Response(status=502, text=_BAD_GATEWAY, content_type="text/html")
    if fault.kind == "hang":
        await asyncio.sleep(fault.seconds)
    return None


def result_response(result: Any) -> web.Response:
    """A success."""
    return web.Response(text=json.dumps({"ok": True, "result": result}), content_type="application/json")


def error_response(error: ApiError) -> web.Response:
    """A refusal, with Retry-After where there is one."""
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after is not None else None
    text = json.dumps(error.body())
    return web.Response(text=text, status=error.code, headers=headers, content_type="application/json")


def drop_connection(request: web.Request) -> web.Response:
    """Break the connection; what is returned reaches nobody."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
