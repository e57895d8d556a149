"""From a file at Telegram to samples: decoded while it arrives, and fetched again after failures."""

import asyncio
from collections.abc import AsyncIterator, Callable

import structlog

from transcription.audio import DecodeLimits, Samples, decode
from transcription.errors import FetchFailed, TooBig
from transcription.jobs import File

log = structlog.get_logger()

Fetch = Callable[[File], AsyncIterator[bytes]]
"""The bytes of a file as they arrive. Raises `FetchFailed` (worth another try), `FileGone` or `TooBig`."""

FETCH_MOST_S = 900.0
"""The longest that one try to fetch and decode a file may take."""
FETCH_PAUSES_S = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Pauses between the tries to fetch one file."""


async def take_in(file: File, fetch: Fetch, limits: DecodeLimits, most_bytes: int) -> tuple[Samples, int]:
    """A file's samples, and how many bytes it had.

    Raises `FetchFailed` once all tries failed, `FileGone`, `TooBig`, and what `decode` raises.
    """
    size = 0

    async def arriving() -> AsyncIterator[bytes]:
        nonlocal size
        size = 0
        async for chunk in fetch(file):
            size += len(chunk)
            if size > most_bytes:
                raise TooBig(limit_mb=most_bytes >> 20)
            yield chunk

    for pause_s in (*FETCH_PAUSES_S, None):
        try:
            async with asyncio.timeout(FETCH_MOST_S):
                return await decode(arriving(), limits), size
        except (FetchFailed, TimeoutError):
            if pause_s is None:
                raise FetchFailed from None
            log.info("fetch failed, will try again", file=file.unique_id, pause_s=pause_s)
            await asyncio.sleep(pause_s)
    raise AssertionError
