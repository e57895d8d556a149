"""File downloads over HTTP: /file/bot<token>/<path>, with injected faults."""

from __future__ import annotations

import asyncio
import time

from aiohttp import web

from sandbox.bot_api.core import Sandbox
from sandbox.bot_api.faults import DOWNLOAD, Fault
from sandbox.bot_api.responses import before_effect, drop_connection, error_response
from sandbox.telegram.errors import ApiError

_SLICES_PER_S = 10


class Downloads:
    """Serves the file paths that getFile returned."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def routes(self) -> list[web.RouteDef]:
        """Its routes."""
        return [web.get("/file/bot{token}/{path:.+}", self.on_download)]

    async def on_download(self, request: web.Request) -> web.StreamResponse:
        """Serve one download with the fault that matches it, and log it."""
        with self._sandbox.logged(DOWNLOAD) as entry:
            entry.params = {"path": request.match_info["path"]}
            fault = self._sandbox.faults.match(DOWNLOAD)
            entry.fault = fault.kind if fault is not None else None
            try:
                response = await self._answer(request, request.match_info["path"], fault)
            except ApiError as error:
                response = error_response(error)
            entry.status = response.status
            return response

    async def _answer(self, request: web.Request, path: str, fault: Fault | None) -> web.StreamResponse:
        refusal = self._sandbox.refusal(request.match_info["token"])
        if refusal is not None:
            raise refusal
        stored = self._sandbox.state.files.open(path, time.monotonic())
        if stored is None or self._sandbox.options.local_dir is not None:
            raise ApiError(404, "Not Found")
        if fault is None:
            return web.Response(body=stored.content, content_type="application/octet-stream")
        if fault.kind in ("reset", "reset_after"):
            return drop_connection(request)
        early_response = await before_effect(fault)
        return early_response if early_response is not None else await _send_with_fault(request, stored.content, fault)


async def _send_with_fault(request: web.Request, content: bytes, fault: Fault) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/octet-stream"})
    response.content_length = len(content)
    await response.prepare(request)
    if fault.kind == "truncate":
        await response.write(content[: int(len(content) * fault.fraction)])
        if request.transport is not None:
            request.transport.close()
        return response
    step = max(1, fault.bytes_per_s // _SLICES_PER_S) if fault.kind == "slow" else max(1, len(content))
    for start in range(0, len(content), step):
        await response.write(content[start : start + step])
        if fault.kind == "slow":
            await asyncio.sleep(1 / _SLICES_PER_S)
    await response.write_eof()
    return response
