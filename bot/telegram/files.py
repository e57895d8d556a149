"""Downloads of files from the Bot API server, and what their failures mean."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from http import HTTPStatus
from pathlib import Path

import aiohttp
import structlog
from aiogram import Bot
from aiogram.client.telegram import PRODUCTION
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.types import File as Announced

from transcription import FetchFailed, File, FileGone, SourceUnavailable, TooBig, TranscriptionError

log = structlog.get_logger()

LIMIT_MB = 20
"""The largest file that a Bot API server gives out without --local; Telegram's own is such a server."""
CHUNK_BYTES = 1 << 16
TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=20, sock_read=20)
"""A slow download may last; one from which nothing comes for so long has failed."""
GET_FILE_TIMEOUT_S = 60.0
"""How long an own server may take to answer getFile for an empty file: it answers after its own download."""
MIN_BYTES_PER_S = 1 << 18
"""The slowest download of an own server that is waited for; a later attempt finds it further on."""
MAX_BYTES = 2000 << 20
"""What a file of unknown size may have."""
FINAL = ("invalid file_id", "file_id not specified")
"""Refusals of getFile that no other attempt would change."""


async def fetch(bot: Bot, file: File) -> AsyncGenerator[bytes]:
    """A file's bytes as they arrive; its link is asked for anew each time, for it lives an hour only.

    Raises `TooBig`, `FileGone`, `SourceUnavailable` where the token or the server's files are refused to us, and
    `FetchFailed` for all that may pass, also when fewer bytes came than were announced.
    """
    announced = await _locate(bot, file)
    path = announced.file_path or ""
    # An own server in local mode shares its disk; the cloud has no business with ours.
    chunks = _read(Path(path)) if Path(path).is_absolute() and _is_own(bot) else _download(bot, path)
    received = 0
    async with aclosing(chunks):
        async for chunk in chunks:
            received += len(chunk)
            yield chunk
    if announced.file_size is not None and received < announced.file_size:
        raise FetchFailed


def _is_own(bot: Bot) -> bool:
    return bot.session.api.base != PRODUCTION.base


async def _locate(bot: Bot, file: File) -> Announced:
    """Have the server fetch the file and say where it is. Errors come without their causes, which know the token."""
    timeout = None
    if _is_own(bot):
        size = MAX_BYTES if file.size_bytes is None else file.size_bytes
        timeout = aiohttp.ClientTimeout(
            total=GET_FILE_TIMEOUT_S + size / MIN_BYTES_PER_S, sock_connect=TIMEOUT.sock_connect
        )
    try:
        return await bot.get_file(file.file_id, request_timeout=timeout)  # type: ignore[arg-type]
    except TelegramBadRequest as error:
        raise _classify(bot, error.message.lower()) from None
    except TelegramUnauthorizedError:
        raise SourceUnavailable from None
    except TelegramRetryAfter as error:
        raise _failed(error.retry_after) from None
    except (TelegramAPIError, ClientDecodeError):
        raise FetchFailed from None


def _classify(bot: Bot, refusal: str) -> TranscriptionError:
    """What a 400 to getFile means: the server gives one for each of its own failures, passing or not."""
    if "file is too big" in refusal:
        if _is_own(bot):
            log.warning("the Bot API server was started without --local, which limits files", limit_mb=LIMIT_MB)
        return TooBig(limit_mb=LIMIT_MB)
    if any(sign in refusal for sign in FINAL):
        return FileGone()
    return SourceUnavailable() if "logged out" in refusal else FetchFailed()


async def _download(bot: Bot, path: str) -> AsyncGenerator[bytes]:
    url = bot.session.api.file_url(bot.token, path)
    try:
        async for chunk in bot.session.stream_content(url, timeout=TIMEOUT, chunk_size=CHUNK_BYTES):  # type: ignore[arg-type]
            yield chunk
    except aiohttp.ClientResponseError as error:
        if error.status == HTTPStatus.UNAUTHORIZED:
            raise SourceUnavailable from None
        if error.status == HTTPStatus.NOT_FOUND and _is_own(bot):
            log.warning("the Bot API server hands out no such file: was it started without --local?")
        raise _failed(_retry_after_s(error)) from None
    except (aiohttp.ClientError, TimeoutError):
        raise FetchFailed from None


def _failed(retry_after_s: float | None) -> FetchFailed:
    """A failure after which the server wants to be left alone for so many seconds."""
    error = FetchFailed()
    error.retry_after_s = retry_after_s
    return error


def _retry_after_s(error: aiohttp.ClientResponseError) -> float | None:
    value = error.headers.get("Retry-After", "") if error.headers else ""
    return float(value) if value.isdecimal() else None


async def _read(path: Path) -> AsyncGenerator[bytes]:
    """A file on the disk that an own server shares with us. What can't be read is the owner's to mend."""
    try:
        with await asyncio.to_thread(path.open, "rb") as file:
            while chunk := await asyncio.to_thread(file.read, CHUNK_BYTES):
                yield chunk
    except PermissionError:
        log.warning("this user may not read the Bot API server's files; notes wait until it may", path=str(path))
        raise SourceUnavailable from None
    except OSError as error:
        log.warning("a file of the Bot API server is not here; is its disk shared?", reason=error.strerror)
        raise FetchFailed from None
