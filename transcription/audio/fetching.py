"""Download of a file as a whole, so that decoding never waits for the network."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from transcription.audio.spool import Spool
from transcription.errors import FetchFailed, LinkFailed, LinkRefused, TooBig
from transcription.jobs import File
from transcription.timings import Timings

Fetch = Callable[[File], AsyncGenerator[bytes]]
"""The bytes of a file as they arrive. Raises `FetchFailed` (worth another attempt), `FileGone` or `TooBig`."""
OnSize = Callable[[int], None]
"""Called with how many bytes are here."""


@dataclass(frozen=True, slots=True)
class Fetcher:
    """How files are had, and how large they may be."""

    fetch: Fetch
    max_bytes: int


@dataclass(frozen=True, slots=True)
class SourceKind:
    """What all recordings of one kind of source have in common: how their files are had, and how large they may be.

    `is_polled` says that results stay here until they are asked for, so that jobs which have ended keep nobody from
    sending more. `counts_voices` says that it is asked how many voices are in a recording, once its text is delivered.
    `links` fetches files at links, where those are followed.
    """

    fetch: Fetch
    max_file_bytes: int
    is_polled: bool = False
    counts_voices: bool = False
    links: Fetcher | None = None

    def fetcher_of(self, file: File) -> Fetcher:
        """How a file is had. Raises `LinkRefused` for a link where none are taken any more."""
        if not file.is_link:
            return Fetcher(self.fetch, self.max_file_bytes)
        if self.links is None:
            raise LinkRefused
        return self.links


def any_size(_size_bytes: int) -> None:
    """For callers whom nobody asks how far it is."""


FETCH_TIMEOUT_S = 900.0
"""Timeout of one attempt to fetch a file."""
IN_MEMORY_BYTES = 1 << 20
"""Larger files are on disk until they are decoded."""


@asynccontextmanager
async def fetch_file(
    file: File, fetcher: Fetcher, folder: Path | None, timings: Timings, on_size: OnSize = any_size
) -> AsyncIterator[Spool]:
    """A file's bytes for as long as the block lasts; those of a large one are in `folder`.

    Raises `FetchFailed`, `FileGone` or `TooBig`, and what `fetcher.fetch` raises.
    """
    with Spool(IN_MEMORY_BYTES, folder) as spool:
        try:
            async with (
                asyncio.timeout(FETCH_TIMEOUT_S),
                aclosing(fetcher.fetch(file)) as chunks,
                aclosing(_timed(chunks, timings)) as timed,
            ):
                async for chunk in timed:
                    await spool.write(chunk)
                    if spool.size > fetcher.max_bytes:
                        raise TooBig(limit_mb=fetcher.max_bytes >> 20)
                    on_size(spool.size)
        except TimeoutError:
            raise (LinkFailed if file.is_link else FetchFailed) from None
        yield spool


async def _timed(chunks: AsyncIterator[bytes], timings: Timings) -> AsyncGenerator[bytes]:
    """The same chunks; the first one takes a source the time to find the file, the others are the download."""
    stage = "locate"
    while True:
        with timings.measure(stage):
            chunk = await anext(chunks, None)
        if chunk is None:
            return
        yield chunk
        stage = "download"
