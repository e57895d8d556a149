"""Files at links: their bytes as they arrive, from wherever redirects lead, and nothing but files."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Protocol

import aiohttp
from yarl import URL

from transcription.errors import LinkDenied, LinkFailed, LinkNoMedia, LinkRefused, TooBig
from transcription.jobs import File
from transcription.links.addresses import Gate

CHUNK_BYTES = 1 << 16
MAX_REDIRECTS = 8
TIMEOUT = aiohttp.ClientTimeout(total=None, connect=30, sock_read=20)
"""Seconds for a connection, of which its name's address is a part, and for the next bytes."""
MIN_BYTES_PER_S = 1 << 14
"""Slower sites are not waited for, `GRACE_S` after their first byte: one could keep our turns by sending bit by bit."""
GRACE_S = 60.0
# Packed answers are not asked for, and not unpacked: a few bytes would be a disk full.
HEADERS = {"User-Agent": "Stenobot", "Accept": "*/*", "Accept-Encoding": "identity"}
REDIRECTS = frozenset({301, 302, 303, 307, 308})
GONE = frozenset({404, 410})
PAGES = (b"<", b"#EXTM3U")
"""How pages and playlists begin, and no file with sound. What a site says of a file's type is not asked."""


class Sites(Protocol):
    """What knows how to get the sound of a site's page."""

    def fetch(self, url: str) -> AsyncGenerator[bytes]:
        """The bytes of the recording on a page. Raises `TranscriptionError`."""
        ...


@dataclass(frozen=True, slots=True)
class Links:
    """Fetches files at links, of at most `max_bytes`, and recordings on pages where there is what knows `sites`."""

    max_bytes: int
    gate: Gate = field(default_factory=Gate)
    sites: Sites | None = None
    grace_s: float = GRACE_S
    min_bytes_per_s: float = MIN_BYTES_PER_S

    async def fetch(self, file: File) -> AsyncGenerator[bytes]:
        """The bytes at a link as they arrive.

        Raises `LinkRefused`, `LinkDenied` where the site gives nothing out, `LinkNoMedia` for a page, `TooBig`, and
        `LinkFailed` for all that may pass.
        """
        loop = asyncio.get_running_loop()
        received, first_s = 0, 0.0
        async with aclosing(self._fetch(file.file_id)) as chunks:
            async for chunk in chunks:
                first_s = first_s or loop.time()
                received, spent_s = received + len(chunk), loop.time() - first_s
                if spent_s > self.grace_s and received < spent_s * self.min_bytes_per_s:
                    raise LinkFailed
                yield chunk

    async def _fetch(self, address: str) -> AsyncGenerator[bytes]:
        refusal: LinkDenied | LinkNoMedia = LinkNoMedia()
        async with AsyncExitStack() as stack:
            try:
                chunks = await stack.enter_async_context(aclosing(self._download(address)))
                if not (head := await anext(chunks, b"")).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(PAGES):
                    yield head
                    async for chunk in chunks:
                        yield chunk
                    return
            except LinkDenied as denied:
                if denied.details["status"] in GONE:
                    raise
                refusal = denied
        if self.sites is None:
            raise refusal
        try:  # a site may know other ways in than its front door
            async with aclosing(self.sites.fetch(address)) as recording:
                async for chunk in recording:
                    yield chunk
        except LinkNoMedia:
            raise refusal from None

    async def _download(self, address: str) -> AsyncGenerator[bytes]:
        connector = aiohttp.TCPConnector(
            socket_factory=self.gate.open_socket,
            happy_eyeballs_delay=None,  # with it, aiohttp would only expect errors of the network from our gate
            use_dns_cache=False,
            force_close=True,
        )
        try:
            async with (
                aiohttp.ClientSession(
                    connector=connector,
                    cookie_jar=aiohttp.DummyCookieJar(),
                    headers=HEADERS,
                    timeout=TIMEOUT,
                    auto_decompress=False,
                    trust_env=False,
                ) as session,
                await self._open(session, address) as response,
            ):
                if (response.content_length or 0) > self.max_bytes:
                    raise TooBig(limit_mb=self.max_bytes >> 20)
                async for chunk in response.content.iter_chunked(CHUNK_BYTES):
                    yield chunk
        except (aiohttp.InvalidURL, ValueError):
            raise LinkRefused from None
        except (aiohttp.ClientError, OSError):
            raise LinkFailed from None

    async def _open(self, session: aiohttp.ClientSession, address: str) -> aiohttp.ClientResponse:
        """The answer at the end of all redirects, each of which the gate lets pass."""
        url = URL(address)
        for _ in range(MAX_REDIRECTS):
            self.gate.check(url)
            response = await session.get(url, allow_redirects=False)
            if response.status not in REDIRECTS:
                break
            response.close()
            url = url.join(URL(response.headers.get("Location", "")))
        else:
            raise LinkDenied(status=response.status)
        if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR or response.status == HTTPStatus.TOO_MANY_REQUESTS:
            response.close()
            raise LinkFailed
        if response.status != HTTPStatus.OK:
            response.close()
            raise LinkDenied(status=response.status)
        return response
