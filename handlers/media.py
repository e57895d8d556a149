"""Submits a durable job for each message with audio that its chat wants as text, and does nothing else.

Updates are handled one by one.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

import structlog
from aiogram import Bot, Router
from aiogram.enums import ChatType
from aiogram.types import Document, Message

from handlers.address import Address, Deferred
from handlers.chat_settings import Mode, effective_settings, mode_for
from handlers.dependencies import RunInBackground, Say
from handlers.errors import SubmitFailed
from handlers.message_links import links_in
from handlers.people import Allowance
from handlers.permissions import sender_id
from handlers.rate_limit import Rate, RateLimiter, pauses
from handlers.replies import mentions_bot, reply_in_chat
from handlers.row import row_of
from transcription import File, Request, Service, TaskOptions, TranscriptionError

log = structlog.get_logger()

T = TypeVar("T")

DURABLE = "durable"
"""Flag of handlers that have to end before Telegram may forget the update."""

WRITE_PAUSES_S = (0.1, 0.4, 1.6, 5.0)
"""Pauses between attempts to store a job while the database is busy or its disk full; the last one repeats."""

REFUSAL_EVERY_S = 60.0
"""Seconds between refusals that one person gets in a chat; those in between are dropped."""

AUDIO_TYPES = ("audio/", "video/", "application/ogg", "application/mp4", "application/x-matroska")
"""How the MIME types of files begin that may hold audio."""

AUDIO_SUFFIXES = (
    *(".3ga", ".3gp", ".aac", ".ac3", ".aif", ".aiff", ".amr", ".ape", ".au", ".avi", ".caf", ".flac", ".flv", ".m4a"),
    *(".m4b", ".m4v", ".mka", ".mkv", ".mov", ".mp2", ".mp3", ".mp4", ".mpeg", ".mpg", ".mpga", ".oga", ".ogg", ".ogv"),
    *(".opus", ".spx", ".wav", ".weba", ".webm", ".wma", ".wmv", ".wv"),
)


def has_audio(message: Message) -> bool:
    """Whether there may be speech in a message, going by what its sender announced; what is inside is seen later."""
    if message.voice or message.video_note or message.audio or message.video:
        return True
    document = message.document
    # A GIF is a document too, for the sake of old apps.
    if document is None or message.animation:
        return False
    type_, name = (document.mime_type or "").lower(), (document.file_name or "").lower()
    return type_.startswith(AUDIO_TYPES) or name.endswith(AUDIO_SUFFIXES)


def is_recording(message: Message, *, takes_links: bool) -> bool:
    """Whether there may be speech in a message, or at a link in it where those are followed."""
    return has_audio(message) or (takes_links and bool(links_in(message)))


@dataclass(frozen=True, slots=True)
class MediaHandler:
    """Submits jobs; of refusals, a person gets one now and then in a chat."""

    refusals: RateLimiter = field(default_factory=lambda: RateLimiter(Rate(REFUSAL_EVERY_S)))

    async def on_media(
        self,
        message: Message,
        *,
        bot: Bot,
        service: Service,
        deferred: Deferred,
        allowance: Allowance,
        run_in_background: RunInBackground,
        say: Say,
        locale: str,
    ) -> None:
        """Store a job, or what is needed for one where people ask first; a refusal is said in the background.

        Raises `SubmitFailed`.
        """
        try:
            await durably(
                partial(_take, message, bot=bot, service=service, deferred=deferred, allowance=allowance, locale=locale)
            )
        except TranscriptionError as error:
            if message.chat.type != ChatType.CHANNEL and self.refusals.try_acquire(
                (message.chat.id, sender_id(message))
            ):
                run_in_background(reply_in_chat(message, say(f"error-{error.code}", **error.details)))


async def durably(write: Callable[[], Awaitable[T]]) -> T:
    """The result of what writes to the database. Raises `TranscriptionError` and `SubmitFailed`.

    While the database can't take it, this does not return: the update stays unconfirmed, and Telegram keeps it.
    """
    for pause_s in pauses(WRITE_PAUSES_S):
        try:
            return await write()
        except sqlite3.OperationalError as error:
            log.warning("note not written down, will try again", error=str(error), pause_s=pause_s)
            await asyncio.sleep(pause_s)
        except TranscriptionError:
            raise
        except Exception as error:
            raise SubmitFailed from error
    raise AssertionError


async def _take(
    message: Message, *, bot: Bot, service: Service, deferred: Deferred, allowance: Allowance, locale: str
) -> None:
    """Do with a recording what its chat wants."""
    mode = await mode_for(service, message)
    if mode is Mode.OFF:
        return
    request = await request_for(message, service, locale)
    if not mode.is_on_request:
        await submit(replace(request, row_of=await row_of(message, request, service)), service, allowance)
    elif not await mentions_bot(message, bot) or (mode is Mode.PRIVATE and message.sender_chat):
        await deferred.add(request)
    else:
        asked = for_reader(request, sender_id(message)) if mode is Mode.PRIVATE else request
        await submit(asked, service, allowance)


async def submit(request: Request, service: Service, allowance: Allowance) -> None:
    """Submit a recording, if its sender has as much left of today. Raises `TranscriptionError`."""
    if await service.find(request.source) is None:
        await allowance.check(request)
    await service.submit(request)


async def request_for(message: Message, service: Service, locale: str, chat_id: int | None = None) -> Request:
    """What is to be transcribed of a message with audio or a link to it, as its chat wants it, or that of this id.

    What is written in the name of a chat is answered in the language of who chose its mode, if that is known.
    """
    settings = await effective_settings(service, message.chat.id if chat_id is None else chat_id)
    if message.sender_chat:
        locale = (await service.preferences(message.sender_chat.id)).locale or locale
    return Request(
        source=Address.of(message).source,
        user_id=sender_id(message),
        file=file_of(message),
        model=settings.model.name,
        language=settings.language,
        locale=locale,
        prompt=settings.prompt,
        app_language=message.from_user.language_code if message.from_user else None,
        options=TaskOptions(speakers=settings.speakers, by_language=settings.by_language),
        sent_at=message.date.timestamp(),
    )


def for_reader(request: Request, user_id: int) -> Request:
    """The same recording, whose text is for one person only."""
    return replace(request, source=replace(Address.parse(request.source), reader_id=user_id).source)


def file_of(message: Message) -> File:
    """The file of a message with audio, or at its first link."""
    media = message.voice or message.video_note or message.audio or message.video or message.document
    if media is None or not has_audio(message):
        return File.at(links_in(message)[0])
    duration_s = None if isinstance(media, Document) else float(media.duration)
    return File(media.file_id, media.file_unique_id, media.file_size, duration_s)


def build_router() -> Router:
    """Everything that may hold speech, in the bot's chats and channels."""
    router, handler = Router(name="media"), MediaHandler()
    for observer in (router.message, router.channel_post):
        observer.register(handler.on_media, has_audio, flags={DURABLE: True})
    return router
