"""A server to send recordings to, what it may answer, and how it may fail."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import BodyPartReader, web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class FarEnd:
    """A server on a port of its own that can be stopped and started, and keeps what it was sent.

    `broken` is called in place of an answer, once for each of them.
    """

    breaks_later = False

    def __init__(self) -> None:
        self.forms: list[dict[str, Any]] = []
        self.headers: list[Any] = []
        self.broken: list[Handler] = []
        self.arrived = asyncio.Event()
        self.left = asyncio.Event()
        self.server_name = "stand-in"
        self.port = 0
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        app = web.Application(client_max_size=25 << 20)
        for method, path, handler in self.routes():
            app.router.add_route(method, path, handler)
        app.on_response_prepare.append(self._sign)
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        if self._runner:
            await self._runner.cleanup()

    def routes(self) -> list[tuple[str, str, Handler]]:
        raise NotImplementedError

    async def _sign(self, _request: web.Request, response: web.StreamResponse) -> None:
        response.headers["Server"] = self.server_name

    async def take(self, request: web.Request) -> dict[str, Any]:
        """The form: text by field (lists joined), and the file's name and bytes."""
        form: dict[str, Any] = {}
        self.headers.append(request.headers)
        async for part in await request.multipart():
            assert isinstance(part, BodyPartReader)
            name = part.name or ""
            if part.filename:
                form[name], form["ending"] = bytes(await part.read()), part.filename.rpartition(".")[2]
            else:
                form[name] = ",".join(filter(None, [form.get(name), await part.text()]))
        self.forms.append(form)
        self.arrived.set()
        return form

    def handles(self, answer: Callable[[web.Request, dict[str, Any]], web.Response]) -> Handler:
        """A handler that takes the form first, and breaks where that is due."""

        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                form = await self.take(request)
                if self.broken and not self.breaks_later:
                    return await self.broken.pop(0)(request)
                return answer(request, form)
            except asyncio.CancelledError:
                self.left.set()
                raise

        return handle


async def hang_up(request: web.Request) -> web.StreamResponse:
    """As a process does that is killed."""
    assert request.transport
    request.transport.abort()
    return web.Response()


async def break_off(request: web.Request) -> web.StreamResponse:
    """As a process does that is killed in the middle of an answer."""
    response = web.StreamResponse()
    await response.prepare(request)
    await response.write(b"event: ")
    return await hang_up(request)


async def never(_request: web.Request) -> web.StreamResponse:
    await asyncio.Event().wait()
    return web.Response()


def answering(body: object, status: int = 200, **headers: str) -> Handler:
    """Always the same: text as it is, all else as JSON."""

    async def handle(_request: web.Request) -> web.StreamResponse:
        if isinstance(body, str):
            return web.Response(status=status, text=body, headers=headers)
        return web.json_response(body, status=status, headers=headers)

    return handle


HEALTHY = answering({"status": "ok"})
