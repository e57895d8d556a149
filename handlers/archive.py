"""Zip archives of many small files, one after the other, each no larger than may be sent."""

import asyncio
import tempfile
import zipfile
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import IO

from aiogram import Bot
from aiogram.types import InputFile

MAX_BYTES = 49 << 20
"""The Bot API takes 50 MiB."""
ENTRY_BYTES = 46
"""What the list at the end of an archive has of each file, beside its name."""

NamedFiles = Sequence[tuple[str, bytes]]
"""Names and contents of files that belong together."""


class StreamedFile(InputFile):
    """A file that was never given a name, read as it is sent: so nothing of it is left should the process die."""

    def __init__(self, file: IO[bytes], filename: str) -> None:
        super().__init__(filename)
        self._file = file

    async def read(self, bot: Bot) -> AsyncGenerator[bytes, None]:  # noqa: ARG002 - aiogram's signature
        """Its bytes from the first one, also when it is sent again."""
        self._file.seek(0)
        while chunk := self._file.read(self.chunk_size):
            yield chunk


@dataclass(slots=True)
class _Archive:
    """An archive that is being written; `names` is how many bytes its list of files will take."""

    file: IO[bytes] = field(default_factory=tempfile.TemporaryFile)
    names: int = 0
    zip: zipfile.ZipFile = field(init=False)

    def __post_init__(self) -> None:
        self.zip = zipfile.ZipFile(self.file, "w", zipfile.ZIP_DEFLATED)

    def has_room(self, files: NamedFiles, max_bytes: int) -> bool:
        """Whether some more files fit in, even if they could not be compressed at all."""
        added = sum(len(content) + 2 * _entry_bytes(name) for name, content in files)
        return not self.zip.namelist() or self.file.tell() + self.names + added < max_bytes

    def add(self, files: NamedFiles) -> None:
        """Write files to it."""
        for name, content in files:
            self.zip.writestr(name, content)
            self.names += _entry_bytes(name)

    def close(self) -> None:
        """Let go of it, whole or not."""
        self.zip.close()
        self.file.close()


def _entry_bytes(name: str) -> int:
    return ENTRY_BYTES + len(name.encode())


async def zipped(files: AsyncIterator[NamedFiles], max_bytes: int = MAX_BYTES) -> AsyncGenerator[IO[bytes], None]:
    """Files in as many archives as it takes; each is gone once the next one is asked for."""
    archive = _Archive()
    try:
        async for group in files:
            if not archive.has_room(group, max_bytes):
                archive.zip.close()
                yield archive.file
                archive.close()
                archive = _Archive()
            await asyncio.to_thread(archive.add, group)
        if archive.zip.namelist():
            archive.zip.close()
            yield archive.file
    finally:
        archive.close()
