"""Download of a file as a whole, so that decoding never waits for the network."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from transcription.audio.spool import Spool
from transcription.errors import FetchFailed, TooBig
from transcription.jobs import File
from transcription.timings import Timings

Fetch = Callable[[File], AsyncIterator[bytes]]
"""The bytes of a file as they arrive. Raises `FetchFailed` (worth another attempt), `FileGone` or `TooBig`."""


@dataclass(frozen=True, slots=True)
class SourceKind:
    """What all recordings of one kind of source have in common: how their files are had, and how large they may be.

    `is_polled` says that results stay here until they are asked for, so that jobs which have ended keep nobody from
    sending more. `counts_voices` says that it is asked how many voices are in a recording, once its text is delivered.
    """

    fetch: Fetch
    max_file_bytes: int
    is_polled: bool = False
    counts_voices: bool = False


FETCH_TIMEOUT_S = 900.0
"""Timeout of one attempt to fetch a file."""
IN_MEMORY_BYTES = 1 << 20
"""Larger files are on disk until they are decoded."""


@asynccontextmanager
async def fetch_file(
    file: File, fetch: Fetch, max_bytes: int, folder: Path | None, timings: Timings
) -> AsyncIterator[Spool]:
    """A file's bytes for as long as the block lasts; those of a large one are in `folder`.

    Raises `FetchFailed`, `FileGone` or `TooBig`.
    """
    with Spool(IN_MEMORY_BYTES, folder) as spool:
        try:
            async with asyncio.timeout(FETCH_TIMEOUT_S):
                async for chunk in _timed(fetch(file), timings):
                    await spool.write(chunk)
                    if spool.size > max_bytes:
                        raise TooBig(limit_mb=max_bytes >> 20)
        except TimeoutError:
            raise FetchFailed from None
        yield spool


async def _timed(chunks: AsyncIterator[bytes], timings: Timings) -> AsyncIterator[bytes]:
    """The same chunks; the first one takes a source the time to find the file, the others are the download."""
    stage = "locate"
    while True:
        with timings.measure(stage):
            chunk = await anext(chunks, None)
        if chunk is None:
            return
        yield chunk
        stage = "download"
