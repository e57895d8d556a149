"""The web chat over HTTP: the page, its event stream, files, and actions only the page needs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiohttp import web

from sandbox.bot_api.core import Sandbox
from sandbox.bot_api.params import Upload
from sandbox.bot_api.request_reader import read_params
from sandbox.control.actions import Actions
from sandbox.control.json_handlers import json_errors, post_json
from sandbox.telegram.errors import bad_request
from sandbox.telegram.files import StoredFile
from sandbox.telegram.model import Json
from sandbox.web import seed
from sandbox.web.event_stream import EventStream
from sandbox.web.fault_presets import FaultPresets
from sandbox.web.origin_guard import PAGE_HEADERS
from sandbox.web.recording import MAX_RECORDING_BYTES, as_voice_note, ogg_duration_s
from sandbox.web.samples import read_samples
from sandbox.web.view import View

_PAGE = Path(__file__).parent / "page"
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_MEDIA_TYPES = {
    "voice": "audio/ogg",
    "audio": "audio/mpeg",
    "video": "video/mp4",
    "video_note": "video/mp4",
    "photo": "image/jpeg",
}
_FILE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, max-age=3600",
    "Accept-Ranges": "bytes",
}


class WebChat:
    """Routes of the page under a path; `restart` takes the whole server down and up again."""

    def __init__(self, sandbox: Sandbox, base: str, restart: Callable[[], None]) -> None:
        self._sandbox = sandbox
        self._base = base
        self._restart = restart
        self._actions = Actions(sandbox)
        self._samples = read_samples(sandbox.options.samples_dir)
        self._presets = FaultPresets(sandbox.faults)
        self._stream = EventStream(sandbox.bus, View(sandbox, self._presets, self._samples))

    def routes(self) -> list[web.RouteDef]:
        """Its routes."""
        base = self._base
        return [
            web.get(f"{base}/", self.on_page),
            web.get(f"{base}/page/{{name}}", self.on_page),
            web.get(f"{base}/events", self._stream.on_connect),
            web.get(f"{base}/files/{{file_id}}", self.on_file),
            web.post(f"{base}/record", json_errors(self._record)),
            web.post(f"{base}/sample", post_json(self._send_sample)),
            web.post(f"{base}/fault-preset", post_json(self._switch_preset)),
            web.post(f"{base}/start-over", post_json(self._start_over)),
            web.post(f"{base}/restart", self.on_restart),
        ]

    async def on_page(self, request: web.Request) -> web.Response:
        """Serve the page and its scripts and styles."""
        path = _PAGE / request.match_info.get("name", "index.html")
        if path.parent != _PAGE or path.suffix not in _TYPES or not path.is_file():
            raise web.HTTPNotFound
        content = await asyncio.to_thread(path.read_bytes)
        return web.Response(body=content, content_type=_TYPES[path.suffix], charset="utf-8", headers=PAGE_HEADERS)

    async def on_file(self, request: web.Request) -> web.Response:
        """Serve a file of a message; what is neither media nor an image is a download and never opens here."""
        stored = self._sandbox.state.files.get(request.match_info["file_id"])
        if stored is None:
            raise web.HTTPNotFound
        headers = {**_FILE_HEADERS, **_disposition(stored)}
        media_type = _MEDIA_TYPES.get(stored.kind, "application/octet-stream")
        return _ranged(request, stored.content, media_type, headers)

    async def on_restart(self, request: web.Request) -> web.StreamResponse:
        """Answer, then restart the server."""
        response = web.Response(text="{}", content_type="application/json")
        await response.prepare(request)
        await response.write_eof()
        self._restart()
        return response

    async def _record(self, request: web.Request) -> Json:
        params = await read_params(request, MAX_RECORDING_BYTES)
        recording = params.uploads.get("file")
        if recording is None:
            raise bad_request("there is no file in the request")
        payload = params.json("payload", "payload")
        content, mime_type = await as_voice_note(recording.content)
        duration_s = ogg_duration_s(content) or payload.pop("duration_s", 1)
        media = {"mime_type": mime_type, "duration": max(1, round(duration_s))}
        return self._actions.send({**payload, "kind": "voice", "media": media}, Upload("voice.ogg", content))

    async def _send_sample(self, payload: Json) -> Json:
        sample = self._samples.get(payload.pop("sample", ""))
        if sample is None:
            raise bad_request("no such sample")
        content = await asyncio.to_thread(sample.path.read_bytes)
        media = {"duration": max(1, round(sample.duration_s))}
        return self._actions.send({**payload, "kind": "voice", "media": media}, Upload(sample.path.name, content))

    def _switch_preset(self, payload: Json) -> Any:
        self._presets.switch(payload["name"], bool(payload["on"]))
        self._sandbox.bus.publish("faults")
        return {}

    def _start_over(self, _payload: Json) -> Json:
        self._sandbox.reset()
        seed.seed(self._sandbox.people)
        return {}


def _disposition(stored: StoredFile) -> dict[str, str]:
    if stored.kind in _MEDIA_TYPES:
        return {}
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(stored.name or 'file', safe='')}"}


def _ranged(request: web.Request, content: bytes, media_type: str, headers: dict[str, str]) -> web.Response:
    """The whole content, or the range that was asked for: players seek this way."""
    try:
        wanted = request.http_range
    except ValueError:
        raise web.HTTPRequestRangeNotSatisfiable from None
    if "Range" not in request.headers:
        return web.Response(body=content, content_type=media_type, headers=headers)
    start, stop, _ = wanted.indices(len(content))
    if start >= stop:
        raise web.HTTPRequestRangeNotSatisfiable
    shown = {**headers, "Content-Range": f"bytes {start}-{stop - 1}/{len(content)}"}
    return web.Response(status=206, body=content[start:stop], content_type=media_type, headers=shown)
