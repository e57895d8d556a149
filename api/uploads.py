"""Uploads: files that lie in a folder from the request that brought them until their task has ended."""

import asyncio
import errno
import hashlib
import os
import shutil
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

import structlog

from api.errors import ApiError
from transcription import File, FileGone

log = structlog.get_logger()

CHUNK_BYTES = 1 << 18
"""What is written, or read, in one go."""
SPARE_BYTES = 500 << 20
"""Free disk that is left to everything else."""


@dataclass(slots=True)
class IncomingFile:
    """A file that is being written; `write` is called with its bytes as they come."""

    id: str
    path: Path
    uploads: "Uploads"
    size: int = 0
    name: str = ""
    """As its sender called it, which is never a path here."""
    _buffer: bytearray = field(default_factory=bytearray)
    _digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    async def write(self, chunk: bytes) -> None:
        """Add bytes. Raises `ApiError` where it gets too large (413) or there is no room (503)."""
        self.uploads.reserve(self.size + len(chunk), len(chunk))
        self.size += len(chunk)
        self._buffer += chunk
        if len(self._buffer) >= CHUNK_BYTES:
            await self.flush()

    async def flush(self) -> None:
        """Have all bytes in the file."""
        buffer, self._buffer = self._buffer, bytearray()
        try:
            await asyncio.to_thread(self._put, buffer)
        except OSError as error:
            log.warning("an upload can't be kept on the disk", error=error.strerror, bytes=self.size)
            raise no_room() from None

    def _put(self, buffer: bytearray) -> None:
        if shutil.disk_usage(self.path.parent).free < SPARE_BYTES:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._digest.update(buffer)
        with self.path.open("ab") as file:
            file.write(buffer)

    @property
    def sha256(self) -> str:
        """Of all bytes, once they are flushed."""
        return self._digest.hexdigest()


class Uploads:
    """The folder, which holds at most `max_total_bytes` in files of at most `max_file_bytes` each."""

    def __init__(self, folder: Path, max_file_bytes: int, max_total_bytes: int) -> None:
        self.max_file_bytes = max_file_bytes
        self._folder = folder
        self._max_total_bytes = max_total_bytes
        self._total_bytes = 0
        self._loose: set[str] = set()

    async def open(self, known: Iterable[str]) -> None:
        """Make the folder, and erase all files in it but the known ones."""
        await asyncio.to_thread(self._open, frozenset(known))

    def _open(self, known: frozenset[str]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        files = [file for file in self._folder.iterdir() if file.is_file()]
        for file in files:
            if file.name not in known:
                file.unlink(missing_ok=True)
        self._total_bytes = sum(file.stat().st_size for file in files if file.name in known)

    @property
    def has_room(self) -> bool:
        """Whether another file may come, as far as disk and bound go."""
        used = self._total_bytes >= self._max_total_bytes
        return not used and shutil.disk_usage(self._folder).free > SPARE_BYTES

    def check(self, announced_bytes: int | None) -> None:
        """Refuse a file of that size before its first byte. Raises `ApiError` as `IncomingFile.write` does."""
        if announced_bytes is not None and announced_bytes > self.max_file_bytes + CHUNK_BYTES:  # with its form
            raise self._too_big()
        if not self.has_room:
            raise no_room()

    def reserve(self, size: int, more: int) -> None:
        """Count bytes that a file of `size` has more. Raises `ApiError`."""
        if size > self.max_file_bytes:
            raise self._too_big()
        if self._total_bytes + more > self._max_total_bytes:
            raise no_room()
        self._total_bytes += more

    def _too_big(self) -> ApiError:
        return ApiError.of("too-big", {"limit_mb": self.max_file_bytes >> 20})

    @asynccontextmanager
    async def receive(self) -> AsyncIterator[IncomingFile]:
        """A new file, which is erased should the block fail."""
        file_id = uuid.uuid4().hex
        file = IncomingFile(file_id, self._folder / file_id, self)
        self._loose.add(file_id)
        try:
            yield file
            await file.flush()
        except BaseException:
            await self.erase(file_id, file.size)
            raise

    def take_over(self, file_id: str) -> None:
        """A received file belongs to a task from now on, or is kept."""
        self._loose.discard(file_id)

    async def release(self, file_id: str) -> None:
        """Erase a received file if nobody has taken it over."""
        if file_id in self._loose:
            await self.erase(file_id)

    async def copy(self, file_id: str) -> str:
        """The same bytes as a file of its own, which is received and not taken over. Raises `FileGone`."""
        twin = uuid.uuid4().hex
        self._loose.add(twin)
        try:
            self._total_bytes += await asyncio.to_thread(self._link, self._folder / file_id, self._folder / twin)
        except FileNotFoundError:
            self._loose.discard(twin)
            raise FileGone from None
        return twin

    def _link(self, path: Path, twin: Path) -> int:
        twin.hardlink_to(path)
        return twin.stat().st_size

    async def fetch(self, file: File) -> AsyncGenerator[bytes]:
        """A file's bytes. Raises `FileGone`."""
        position = 0
        try:
            while chunk := await asyncio.to_thread(self._read, file.file_id, position):
                position += len(chunk)
                yield chunk
        except FileNotFoundError:
            raise FileGone from None

    def _read(self, file_id: str, position: int) -> bytes:
        with (self._folder / file_id).open("rb") as opened:
            opened.seek(position)
            return opened.read(CHUNK_BYTES)

    async def erase(self, file_id: str, counted: int | None = None) -> None:
        """Delete a file, if it is there; `counted` is what was reserved for one that is not whole."""
        self._loose.discard(file_id)
        self._total_bytes -= await asyncio.to_thread(self._erase, self._folder / file_id, counted)

    def _erase(self, path: Path, counted: int | None) -> int:
        try:
            size = path.stat().st_size
            path.unlink()
        except FileNotFoundError:
            size = 0
        except OSError as error:  # the next start tries again
            log.warning("an upload can't be erased", error=error.strerror)
            return 0
        return size if counted is None else counted


def no_room() -> ApiError:
    """For an upload that finds no place."""
    return ApiError(HTTPStatus.SERVICE_UNAVAILABLE, "no-room", "There is no room for another file. Send it later.")
