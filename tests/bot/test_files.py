"""The bytes of a file."""

from pathlib import Path
from typing import Any

import pytest
from aiogram import Bot
from aiogram.types import File as Announced

from bot.files import fetch
from bot.session import Session
from transcription.errors import FetchFailed
from transcription.jobs import File


class Server(Session):
    """Says that every file is at `path`, and has none to download."""

    def __init__(self, api_url: str, path: Path) -> None:
        super().__init__(api_url)
        self.path = path

    async def make_request(self, bot: Bot, method: Any, timeout: int | None = None) -> Any:  # noqa: ASYNC109
        return Announced(file_id="f", file_unique_id="u", file_path=str(self.path))

    async def stream_content(self, *args: Any, **kwargs: Any) -> Any:  # type: ignore[override]
        raise TimeoutError
        yield b""


async def read(api_url: str, path: Path) -> bytes:
    bot = Bot("42:token", session=Server(api_url, path))
    return b"".join([chunk async for chunk in fetch(bot, File("f", "u"))])


async def test_only_an_own_server_names_files_of_this_machine(tmp_path: Path) -> None:
    """A server in local mode shares its disk; a path from the cloud is never opened here."""
    path = tmp_path / "voice.ogg"
    path.write_bytes(b"OggS")
    assert await read("http://127.0.0.1:8081", path) == b"OggS"
    with pytest.raises(FetchFailed):
        await read("https://api.telegram.org/", path)
