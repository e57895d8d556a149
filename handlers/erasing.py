"""Deleting a text on request: its messages, and what is kept of it."""

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest

from handlers.dependencies import Say
from handlers.result import Result
from transcription import Service


async def erase_text(result: Result, bot: Bot, service: Service, say: Say) -> None:
    """Delete the messages of a text, and then all texts in it; Telegram keeps old messages, which say so then.

    In this order, so that a process which dies meanwhile leaves buttons that can be pressed again.
    """
    address = result.address
    for message_id in result.messages.values():
        try:
            if address.business_connection_id:
                await bot.delete_business_messages(address.business_connection_id, [message_id])
            else:
                await bot.delete_message(address.chat_id, message_id)
        except TelegramBadRequest:
            await _overwrite(result, message_id, bot, say)
    look = result.look
    for job_id in (*map(int, look.joined), look.better, look.redo, result.job_id):
        if job_id is not None:
            await service.erase(job_id)


async def _overwrite(result: Result, message_id: int, bot: Bot, say: Say) -> None:
    """Make a message say that it was deleted; one that is gone, or has no text, stays as it is."""
    try:
        await bot.edit_message_text(
            say("text-deleted"),
            business_connection_id=result.address.business_connection_id or None,
            chat_id=result.address.chat_id,
            message_id=message_id,
        )
    except TelegramBadRequest:
        return
