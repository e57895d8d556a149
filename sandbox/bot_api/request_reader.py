"""Parses an HTTP request into parameters: query string, form, JSON or multipart."""

from __future__ import annotations

import json

from aiohttp import BodyPartReader, web

from sandbox.bot_api.params import Params, Upload
from sandbox.telegram.errors import ApiError, bad_request
from sandbox.telegram.model import Json


async def read_params(request: web.Request, max_upload_bytes: int) -> Params:
    """All parameters of a call; raises a 413 when a file is over the limit."""
    values: Json = dict(request.query)
    if request.content_type == "multipart/form-data":
        return await _read_multipart(request, values, max_upload_bytes)
    if request.content_type == "application/json":
        values.update(_object(await request.read()))
    elif request.content_type == "application/x-www-form-urlencoded":
        values.update({name: str(value) for name, value in (await request.post()).items()})
    return Params(values)


def _object(body: bytes) -> Json:
    try:
        parsed = json.loads(body) if body.strip() else {}
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict):
        raise bad_request("can't parse request JSON object")
    return parsed


async def _read_multipart(request: web.Request, values: Json, max_upload_bytes: int) -> Params:
    uploads: dict[str, Upload] = {}
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:
            continue
        content = await _read_part(part, max_upload_bytes)
        if part.filename is None:
            values[part.name] = content.decode(errors="replace")
        else:
            uploads[part.name] = Upload(part.filename, content)
    return Params(values, uploads)


async def _read_part(part: BodyPartReader, max_bytes: int) -> bytes:
    content = bytearray()
    while chunk := await part.read_chunk(256 * 1024):
        content += chunk
        if len(content) > max_bytes:
            raise ApiError(413, "Request Entity Too Large")
    return bytes(content)
