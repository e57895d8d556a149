"""A recording as a worker has it: read from the front while it is decoded, and kept nowhere."""

from collections.abc import AsyncIterator
from http import HTTPStatus

import aiohttp
import structlog

from transcription.errors import FetchFailed

log = structlog.get_logger()

CHUNK_BYTES = 1 << 16
TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=10.0, sock_read=30.0)


class UnwantedError(Exception):
    """The front knows no such task any more."""


class FetchedSound:
    """The bytes at an address of the front's, from the first on, each time."""

    def __init__(self, session: aiohttp.ClientSession, address: str) -> None:
        self._session = session
        self._address = address

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """All bytes. Raises `UnwantedError`, and `FetchFailed` where there are none to be had."""
        try:
            async with self._session.get(self._address, timeout=TIMEOUT, allow_redirects=False) as response:
                if response.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
                    raise UnwantedError
                response.raise_for_status()
                async for chunk in response.content.iter_chunked(CHUNK_BYTES):
                    yield chunk
        except (aiohttp.ClientError, TimeoutError) as error:
            status = error.status if isinstance(error, aiohttp.ClientResponseError) else None
            front, reason = self._address.split("/queue/")[0], type(error).__name__  # the rest is signed
            log.warning("a recording can't be fetched from the front", front=front, reason=reason, status=status)
            raise FetchFailed from None
