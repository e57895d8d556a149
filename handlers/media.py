"""Submits a durable job for each message with audio, and does nothing else, since updates are handled one by one."""

import asyncio
import sqlite3
from dataclasses import dataclass, field

import structlog
from aiogram import Router
from aiogram.types import Audio, Document, Message, Video, VideoNote, Voice

from handlers.address import Address
from handlers.chat_settings import effective_settings
from handlers.dependencies import RunInBackground, Say
from handlers.errors import SubmitFailed
from handlers.people import Allowance
from handlers.permissions import sender_id
from handlers.rate_limit import Rate, RateLimiter, pauses
from handlers.replies import reply_in_chat
from transcription import File, Request, Service, TaskOptions, TranscriptionError

log = structlog.get_logger()

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


class MinutesUsedUp(Exception):
    """A person has had the minutes of this day, of which whole ones may be left, but too few."""

    def __init__(self, limit: int, left: int) -> None:
        super().__init__(limit, left)
        self.limit = limit
        self.left = left


@dataclass(frozen=True, slots=True)
class MediaHandler:
    """Submits jobs; of refusals, a person gets one now and then in a chat."""

    refusals: RateLimiter = field(default_factory=lambda: RateLimiter(Rate(REFUSAL_EVERY_S)))

    async def on_media(
        self,
        message: Message,
        *,
        service: Service,
        allowance: Allowance,
        run_in_background: RunInBackground,
        say: Say,
        locale: str,
    ) -> None:
        """Store a job; a refusal is said in the background. Raises `SubmitFailed`.

        While the database can't take it, this does not return: the update stays unconfirmed, and Telegram keeps it.
        """
        for pause_s in pauses(WRITE_PAUSES_S):
            try:
                await _check_allowance(message, service, allowance)
                await _submit(message, service, locale)
            except MinutesUsedUp as error:
                self._refuse(message, say("minutes-used-up", limit=error.limit, left=error.left), run_in_background)
            except TranscriptionError as error:
                self._refuse(message, say(f"error-{error.code}", **error.details), run_in_background)
            except sqlite3.OperationalError as error:
                log.warning("note not written down, will try again", error=str(error), pause_s=pause_s)
                await asyncio.sleep(pause_s)
                continue
            except Exception as error:
                raise SubmitFailed from error
            return

    def _refuse(self, message: Message, text: str, run_in_background: RunInBackground) -> None:
        if self.refusals.try_acquire((message.chat.id, sender_id(message))):
            run_in_background(reply_in_chat(message, text))


async def _check_allowance(message: Message, service: Service, allowance: Allowance) -> None:
    """Raise `MinutesUsedUp` for a note that is new, and more than its sender has left of today's minutes."""
    user_id = sender_id(message)
    limit = await allowance.limit_minutes(user_id)
    if not limit or await service.find(Address.of(message).source):
        return
    left_s = limit * 60 - await allowance.used_s(user_id)
    if left_s <= 0 or left_s < (_file(_media(message)).duration_s or 0):
        raise MinutesUsedUp(limit, max(0, int(left_s // 60)))


async def _submit(message: Message, service: Service, locale: str) -> None:
    settings = await effective_settings(service, message.chat.id)
    await service.submit(
        Request(
            source=Address.of(message).source,
            user_id=sender_id(message),
            file=_file(_media(message)),
            model=settings.model.name,
            language=settings.language,
            locale=locale,
            prompt=settings.prompt,
            app_language=message.from_user.language_code if message.from_user else None,
            options=TaskOptions(speakers=settings.speakers, by_language=settings.by_language),
        )
    )


def _media(message: Message) -> Voice | VideoNote | Audio | Video | Document:
    media = message.voice or message.video_note or message.audio or message.video or message.document
    assert media
    return media


def _file(media: Voice | VideoNote | Audio | Video | Document) -> File:
    duration_s = None if isinstance(media, Document) else float(media.duration)
    return File(media.file_id, media.file_unique_id, media.file_size, duration_s)


def build_router() -> Router:
    """Everything that may hold speech, in chats with the bot and in those it serves for a business account."""
    router, handler = Router(name="media"), MediaHandler()
    for observer in (router.message, router.business_message):
        observer.register(handler.on_media, has_audio, flags={DURABLE: True})
    return router
