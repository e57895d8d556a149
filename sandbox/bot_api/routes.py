"""The Bot API over HTTP: /bot<token>/<method>."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from sandbox.bot_api.call_log import CallRecord
from sandbox.bot_api.core import Sandbox
from sandbox.bot_api.faults import Fault
from sandbox.bot_api.methods import METHODS
from sandbox.bot_api.methods.call import MethodCall
from sandbox.bot_api.params import Params
from sandbox.bot_api.request_reader import read_params
from sandbox.bot_api.responses import before_effect, drop_connection, error_response, result_response
from sandbox.telegram.errors import ApiError


class BotApi:
    """Answers Bot API calls."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def routes(self) -> list[web.RouteDef]:
        """Its routes."""
        return [web.route("*", "/bot{token}/{method}", self.on_call)]

    async def on_call(self, request: web.Request) -> web.StreamResponse:
        """Answer one method call with the fault that matches it, and log it."""
        method = request.match_info["method"]
        refusal = self._sandbox.refusal(request.match_info["token"])
        if refusal is not None:
            return error_response(refusal)
        with self._sandbox.logged(method) as entry:
            fault = self._sandbox.faults.match(method.lower())
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

    async def _answer(self, request: web.Request, entry: CallRecord, fault: Fault | None) -> web.Response | None:
        """The response; None when the connection is to break."""
        if entry.fault == "reset":
            return None
        params = await read_params(request, self._sandbox.options.max_upload_bytes)
        entry.params = params.loggable()
        if fault is not None and (early_response := await before_effect(fault)) is not None:
            return early_response
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
        return method(MethodCall(sandbox.state, sandbox.limiter, params))
