"""A site on loopback, of which one address is allowed, as public ones are, and all others are not."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from ipaddress import ip_address

from aiohttp import web

from transcription.errors import TranscriptionError
from transcription.jobs import File
from transcription.links.addresses import Gate
from transcription.links.fetching import Links

ALLOWED, FORBIDDEN = "127.0.0.2", "127.0.0.1"
Handler = Callable[[web.Request], web.StreamResponse]


@dataclass
class Site:
    """Answers by path at both addresses; `asked` is what it was asked for, with the host that was named."""

    answers: dict[str, Handler]
    asked: list[str]
    port: int = 0

    @property
    def gate(self) -> Gate:
        return Gate(lambda address: address == ip_address(ALLOWED), frozenset({self.port}))

    def url(self, path: str, host: str = ALLOWED) -> str:
        return f"http://{host}:{self.port}{path}"

    async def get(self, link: str, links: Links | None = None) -> bytes | str:
        """What is at a link, or the code of the error."""
        links = links or Links(1 << 20, self.gate)
        try:
            return b"".join([chunk async for chunk in links.fetch(File.at(link))])
        except TranscriptionError as error:
            return error.code

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(f"{request.host.partition(':')[0]}{request.path}")
        return self.answers[request.path](request)


@asynccontextmanager
async def open_site(answers: dict[str, Handler]) -> AsyncIterator[Site]:
    site = Site(answers, [])
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", site._answer)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        first = web.TCPSite(runner, ALLOWED, 0)
        await first.start()
        site.port = runner.addresses[0][1]
        await web.TCPSite(runner, FORBIDDEN, site.port).start()
        yield site
    finally:
        await runner.cleanup()


def redirect(to: str) -> Handler:
    return lambda _request: web.Response(status=302, headers={"Location": to})


def file(content: bytes, type_: str = "audio/ogg") -> Handler:
    return lambda _request: web.Response(body=content, content_type=type_)
