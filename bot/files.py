"""The bytes of a file from the Bot API server."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
from aiogram import Bot
from aiogram.client.telegram import PRODUCTION
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)

from transcription.errors import FetchFailed, FileGone, TooBig
from transcription.jobs import File

CLOUD_LIMIT_MB = 20
"""The largest file that Telegram's own server hands to a bot."""
CHUNK_BYTES = 1 << 16
TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=20, sock_read=20)
"""A slow download may last; one from which nothing comes for so long has failed."""


async def fetch(bot: Bot, file: File) -> AsyncIterator[bytes]:
    """A file's bytes as they arrive; its link is asked for anew each time, for it lives an hour only.

    Raises `TooBig`, `FileGone`, or `FetchFailed` where another try may help: after network trouble, or when fewer
    bytes came than were announced.
    """
    try:
        announced = await bot.get_file(file.file_id)
        path = announced.file_path or ""
        # An own server in local mode shares its disk; the cloud has no business with ours.
        if Path(path).is_absolute() and bot.session.api.base != PRODUCTION.base:
            chunks = _read(Path(path))
        else:
            url = bot.session.api.file_url(bot.token, path)
            chunks = bot.session.stream_content(url, timeout=TIMEOUT, chunk_size=CHUNK_BYTES)  # type: ignore[arg-type]
        came = 0
        async for chunk in chunks:
            came += len(chunk)
            yield chunk
    except TelegramBadRequest as error:
        raise TooBig(limit_mb=CLOUD_LIMIT_MB) if "too big" in error.message else FileGone from None
    except (
        TelegramNetworkError,
        TelegramRetryAfter,
        TelegramServerError,
        ClientDecodeError,
        aiohttp.ClientError,
        TimeoutError,
    ):
        # Without the cause: its text holds the link, and the link holds the token.
        raise FetchFailed from None
    if announced.file_size is not None and came < announced.file_size:
        raise FetchFailed


async def _read(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while chunk := await asyncio.to_thread(file.read, CHUNK_BYTES):
            yield chunk
