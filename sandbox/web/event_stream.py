"""Server-sent events for the page; after a cut it resumes at the last event it saw, or gets a new snapshot."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets

from aiohttp import ClientConnectionResetError, web

from sandbox.telegram.events import EventBus
from sandbox.telegram.model import Json
from sandbox.web.view import View

_HEARTBEAT_S = 15.0
_RETRY_MS = 500


class EventStream:
    """Streams changes of a sandbox; an event id is this stream's name and the event's number."""

    def __init__(self, bus: EventBus, view: View) -> None:
        self._bus = bus
        self._view = view
        self._name = secrets.token_hex(4)

    async def on_connect(self, request: web.Request) -> web.StreamResponse:
        """Serve one page: a snapshot or what it missed, then every change until it disconnects."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        seen = self._seen(request.headers.get("Last-Event-ID", ""))
        with contextlib.suppress(ClientConnectionResetError):  # the page was closed while something was written
            await self._send_all(response, seen)
        return response

    async def _send_all(self, response: web.StreamResponse, seen: int | None) -> None:
        with self._bus.subscribe() as queue:
            if seen is None:
                seen = self._bus.last_seq
                await self._write(response, seen, "snapshot", self._view.snapshot())
            for event in self._bus.since(seen):
                queue.put_nowait(event)
            while True:
                try:
                    event = await asyncio.wait_for(queue.get(), _HEARTBEAT_S)
                except TimeoutError:
                    await response.write(b":\n\n")
                    continue
                change = self._view.change(event)
                if change is not None:
                    await self._write(response, event.seq, *change)

    def _seen(self, event_id: str) -> int | None:
        """The number of the last event the page saw, if all after it are still known."""
        name, _, number = event_id.partition("-")
        if name != self._name or not number.isdigit() or not self._bus.covers(int(number)):
            return None
        return int(number)

    async def _write(self, response: web.StreamResponse, seq: int, kind: str, data: Json) -> None:
        text = f"retry: {_RETRY_MS}\nid: {self._name}-{seq}\nevent: {kind}\ndata: {json.dumps(data)}\n\n"
        await response.write(text.encode())
