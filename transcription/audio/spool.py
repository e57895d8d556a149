"""A spooled temporary file: bytes in memory while they are few, and in a file without a name from then on."""

import asyncio
import hashlib
import os
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Self

import structlog

from transcription.errors import FetchFailed

log = structlog.get_logger()

CHUNK_BYTES = 1 << 16


class Spool:
    """Bytes that are written once, in order, and then read; beyond `max_in_memory` they are in a file in `folder`.

    The file is never to be seen in the folder and is gone with the process, however that ends. None is the system's
    folder for temporary files.
    """

    def __init__(self, max_in_memory: int, folder: Path | None) -> None:
        self.size = 0
        self.read_bytes = 0
        """How many of them `chunks` gave away."""
        self._max_in_memory = max_in_memory
        where = None if folder is None else str(folder)
        self._file = tempfile.SpooledTemporaryFile(max_in_memory, dir=where)  # noqa: SIM115 - closed by our own exit

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()

    @property
    def in_memory(self) -> bool:
        """Whether there is no file."""
        return self.size <= self._max_in_memory

    async def write(self, chunk: bytes) -> None:
        """Add bytes; a slow disk keeps nobody else waiting. Raises `FetchFailed` where the disk takes no more."""
        self.size += len(chunk)
        if self.in_memory:
            self._file.write(chunk)
            return
        try:
            await asyncio.to_thread(self._put, chunk)
        except OSError as error:
            log.warning("a note can't be kept on the disk", error=str(error), bytes=self.size)
            raise FetchFailed from None

    def _put(self, chunk: bytes) -> None:
        self._file.write(chunk)
        self._file.flush()  # what finds no room is to be known now

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self.chunks()

    async def chunks(self) -> AsyncIterator[bytes]:
        """All bytes, from the first on; others may read them at the same time. Ends where the spool is closed."""
        self.read_bytes = position = 0
        file = None if self.in_memory else self.open_file()
        while chunk := await asyncio.to_thread(file.read, position, CHUNK_BYTES) if file else self._part(position):
            self.read_bytes = position = position + len(chunk)
            yield chunk

    def _part(self, position: int) -> bytes:
        if self._file.closed:
            return b""
        self._file.seek(position)
        return self._file.read(CHUNK_BYTES)

    def content(self) -> bytes:
        """All bytes at once."""
        self._file.seek(0)
        return self._file.read()

    async def sha256(self) -> str:
        """The digest of all bytes."""
        digest = hashlib.sha256()
        async for chunk in self.chunks():
            digest.update(chunk)
        return digest.hexdigest()

    def open_file(self) -> "NamelessFile":
        """The file, which outlives the spool."""
        return NamelessFile(os.dup(self._file.fileno()))


class NamelessFile:
    """A file of which any thread may read any part; closed with the last reference to it, so never while one reads."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def read(self, start: int, size: int) -> bytes:
        """`size` bytes from position `start`."""
        return os.pread(self._descriptor, size, start)

    def __del__(self) -> None:
        os.close(self._descriptor)
