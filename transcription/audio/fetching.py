"""A note's file on its way in, fetched as a whole: what is decoded is here, so that decoding never waits."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from transcription.audio.spool import Spool
from transcription.errors import FetchFailed, TooBig
from transcription.jobs import File

Fetch = Callable[[File], AsyncIterator[bytes]]
"""The bytes of a file as they arrive. Raises `FetchFailed` (worth another try), `FileGone` or `TooBig`."""

FETCH_TIMEOUT_S = 900.0
"""The longest that one try to fetch a file may take."""
IN_MEMORY_BYTES = 1 << 20
"""Larger files lie on the disk until they are decoded."""


@asynccontextmanager
async def fetch_file(file: File, fetch: Fetch, most_bytes: int, folder: Path | None) -> AsyncIterator[Spool]:
    """A file's bytes for as long as the block lasts; those of a large one lie in `folder`.

    Raises `FetchFailed`, `FileGone` or `TooBig`.
    """
    with Spool(IN_MEMORY_BYTES, folder) as spool:
        try:
            async with asyncio.timeout(FETCH_TIMEOUT_S):
                async for chunk in fetch(file):
                    await spool.write(chunk)
                    if spool.size > most_bytes:
                        raise TooBig(limit_mb=most_bytes >> 20)
        except TimeoutError:
            raise FetchFailed from None
        yield spool
