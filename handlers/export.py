"""/export: all of one's own texts as zip archives of txt, srt and json."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from aiogram import Bot, Router
from aiogram.enums import ChatType
from aiogram.exceptions import TelegramAPIError
from aiogram.filters import Command
from aiogram.types import Message

from handlers.address import TELEGRAM, Deliveries
from handlers.archive import NamedFiles, StreamedFile, zipped
from handlers.dependencies import Say
from handlers.permissions import sender_id
from handlers.rate_limit import Rate, RateLimiter
from handlers.result import file_name
from handlers.text_message import ShownText, shown_text
from transcription import FORMATS, Service

EXPORT_FORMATS = ("txt", "srt", "json")
EVERY_S = 600.0
"""Seconds between exports of a person."""
UPLOAD_S = 900
"""How long an archive may take on its way to Telegram."""


@dataclass(frozen=True, slots=True)
class Exports:
    """The handler of /export; one person's is made at a time."""

    limiter: RateLimiter = field(default_factory=lambda: RateLimiter(Rate(EVERY_S)))
    turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))

    async def on_export(
        self, message: Message, *, bot: Bot, service: Service, deliveries: Deliveries, say: Say
    ) -> None:
        """Send all texts of a person, in private only: they may be from anywhere."""
        user_id = sender_id(message)
        if message.chat.type != ChatType.PRIVATE:
            await message.reply(say("export-private"))
        elif not (ids := await service.texts.all_ids(user_id, TELEGRAM)):
            await message.reply(say("history-nothing" if service.options.keep_days else "texts-not-kept"))
        elif not self.limiter.try_acquire(user_id):
            await message.reply(say("export-soon", seconds=EVERY_S))
        else:
            status = await message.reply(say("export-begun", count=len(ids)))
            try:
                async with self.turn:
                    await _send(message, bot, _files(ids, service, deliveries, say))
            except TelegramAPIError:
                await status.edit_text(say("export-failed"))
                raise
            with contextlib.suppress(TelegramAPIError):
                await bot.delete_message(status.chat.id, status.message_id)


async def _send(message: Message, bot: Bot, files: AsyncIterator[NamedFiles]) -> None:
    number = 0
    async with aclosing(zipped(files)) as archives:
        async for archive in archives:
            number += 1
            document = StreamedFile(archive, f"stenobot-{number}.zip")
            await bot(message.reply_document(document), request_timeout=UPLOAD_S)


async def _files(ids: Sequence[int], service: Service, deliveries: Deliveries, say: Say) -> AsyncIterator[NamedFiles]:
    """The files of each text, called by its date; a text that was forgotten meanwhile is left out."""
    used: Counter[str] = Counter()
    for job_id in ids:
        if text := await service.texts.get(job_id):
            stem = file_name(text.job, " en" if text.transcript.is_translated else "")
            used[stem] += 1
            name = f"{stem} ({used[stem]})" if used[stem] > 1 else stem
            yield await asyncio.to_thread(_rendered, name, await shown_text(text, service, deliveries, say))


def _rendered(name: str, shown: ShownText) -> NamedFiles:
    return [(f"{name}{FORMATS[each].suffix}", shown.render(each)) for each in EXPORT_FORMATS]


def build_router() -> Router:
    """/export."""
    router = Router(name="export")
    router.message.register(Exports().on_export, Command("export"))
    return router
