"""Deleting a text on request: its messages, and what is kept of it."""

from collections.abc import Iterable

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError

from handlers.address import Address
from handlers.dependencies import Say
from handlers.messages import delete_message
from transcription import Service


async def erase_text(
    job_ids: Iterable[int], address: Address, messages: Iterable[int], *, bot: Bot, service: Service, say: Say
) -> None:
    """Delete messages, and then the texts of jobs that have ended; Telegram keeps old messages, which say so then.

    In this order, so that a process which dies meanwhile leaves buttons that can be pressed again.
    """
    for message_id in messages:
        try:
            await delete_message(bot, address, message_id)
        except (TelegramBadRequest, TelegramForbiddenError):
            await _overwrite(address, message_id, bot, say)
    for job_id in job_ids:
        await service.erase(job_id)


async def _overwrite(address: Address, message_id: int, bot: Bot, say: Say) -> None:
    """Make a message say that it was deleted; one that is gone, or has no text, stays as it is."""
    try:
        await bot.edit_message_text(
            say("text-deleted"),
            business_connection_id=address.business_connection_id or None,
            chat_id=address.chat_id,
            message_id=message_id,
        )
    except (TelegramBadRequest, TelegramForbiddenError):
        return
