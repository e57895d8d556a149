"""HTTP responses: results, errors, and faults that replace or delay them."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from aiohttp import web

from sandbox.bot_api.faults import Fault
from sandbox.telegram.errors import UNAVAILABLE, ApiError, bad_request, too_many_requests

_BAD_GATEWAY = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>502 Bad Gateway</body>\r\n</html>\r\n"


async def before_effect(fault: Fault) -> web.Response | None:
    """Apply a fault before the call takes effect: returns a response in its place, raises an error, or waits."""
    if fault.kind == "flood":
        raise too_many_requests(fault.retry_after)
    if fault.kind == "error":
        raise ApiError(fault.code, fault.text)
    if fault.kind == "unavailable":
        raise bad_request(UNAVAILABLE)
    if fault.kind == "bad_gateway":
        return web.Response(status=502, text=_BAD_GATEWAY, content_type="text/html")
    if fault.kind == "bad_page":
        page = _BAD_GATEWAY.replace("Bad Gateway", "Ошибка шлюза").encode("cp1251")
        return web.Response(status=502, body=page, content_type="text/html", charset="utf-8")
    if fault.kind == "hang":
        await asyncio.sleep(fault.seconds)
    return None


def result_response(result: Any) -> web.Response:
    """A successful answer."""
    return web.Response(text=json.dumps({"ok": True, "result": result}), content_type="application/json")


def error_response(error: ApiError) -> web.Response:
    """An error, with a Retry-After header where there is one."""
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after is not None else None
    text = json.dumps(error.body())
    return web.Response(text=text, status=error.code, headers=headers, content_type="application/json")


def drop_connection(request: web.Request) -> web.Response:
    """Break the connection; the returned response is never sent."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
