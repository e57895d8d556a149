"""/business: where the texts of a business account's chats go, chosen by its owner in their chat with the bot."""

from functools import partial

from aiogram import Bot, F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.types import BusinessConnection, CallbackQuery, InlineKeyboardMarkup, Message

from handlers.address import TELEGRAM, Address
from handlers.business import end_quietly
from handlers.buttons import button, in_rows, keyboard
from handlers.chat_settings import BusinessMode, business_mode_of
from handlers.choosing import choose_by_button
from handlers.connections import Connection, Connections
from handlers.dependencies import RunInBackground, Say
from handlers.media import DURABLE
from handlers.permissions import Permissions
from transcription import Service


class PickBusinessMode(CallbackData, prefix="business"):
    """A button that chooses a mode of a business account."""

    mode: BusinessMode


async def on_connection(
    event: BusinessConnection,
    *,
    bot: Bot,
    service: Service,
    connections: Connections,
    run_in_background: RunInBackground,
    say: Say,
    locale: str,
) -> None:
    """Ask the owner once, and say it where the bot lacks a right; end all that waits once the connection is over."""
    connection = connections.remember(event)
    if not connection.is_enabled:
        await _end(connection, service)
        return
    chosen = (await service.preferences(connection.chat_id)).mode
    if chosen is None:
        await service.change_preferences(connection.chat_id, locale=locale)
    now = await business_mode_of(service, connection.chat_id)
    if chosen is None or (now is BusinessMode.CHAT and not connection.can_reply):
        text = _with_right(say("business-title", mode=now.value), now, connection, say)
        run_in_background(bot.send_message(connection.chat_id, text, reply_markup=_keyboard(now, say)))


async def on_business(message: Message, service: Service, connections: Connections, say: Say) -> None:
    """Show what is chosen, and buttons."""
    now, connection = await business_mode_of(service, message.chat.id), connections.of_owner(message.chat.id)
    text = _with_right(say("business-title", mode=now.value), now, connection, say)
    await message.reply(f"{text}\n\n{say('business-how')}", reply_markup=_keyboard(now, say))


async def on_pick(
    query: CallbackQuery,
    callback_data: PickBusinessMode,
    *,
    bot: Bot,
    service: Service,
    connections: Connections,
    permissions: Permissions,
    say: Say,
    locale: str,
) -> None:
    """Choose what the button says, in the language of who presses it."""
    mode = callback_data.mode
    connection = connections.of_owner(query.from_user.id)
    said = _with_right(say("business-chosen", mode=mode.value), mode, connection, say)
    choose = partial(_choose, service, mode, locale, said)
    await choose_by_button(query, choose, bot=bot, permissions=permissions, say=say)


async def _choose(service: Service, mode: BusinessMode, locale: str, said: str, chat_id: int) -> str:
    """Keep a mode and a language; returns what to say."""
    await service.change_preferences(chat_id, mode=mode.value, locale=locale)
    return said


async def _end(connection: Connection, service: Service) -> None:
    """Forget what was chosen, and end all jobs of this connection, without a word in its chats."""
    await service.change_preferences(connection.chat_id, mode=None, locale=None)
    for job_id in await service.undelivered(TELEGRAM):
        job = await service.get(job_id)
        if job is None or not job.request.source.key.startswith(f"{connection.id}/"):
            continue
        if Address.parse(job.request.source).business_connection_id:
            await end_quietly(job, service)
        else:
            await service.cancel(job.id)


def _with_right(text: str, mode: BusinessMode, connection: Connection | None, say: Say) -> str:
    """A text, and where texts go instead of into chats in which the bot may not write."""
    if mode is BusinessMode.CHAT and connection and not connection.can_reply:
        return f"{text}\n\n{say('business-no-right')}"
    return text


def _keyboard(now: BusinessMode, say: Say) -> InlineKeyboardMarkup:
    picks = [
        button(say(f"business-{mode}-button"), PickBusinessMode(mode=mode), is_chosen=mode is now)
        for mode in BusinessMode
    ]
    return keyboard(*in_rows(picks, 1))


def build_router() -> Router:
    """/business and its buttons, and what becomes of connections."""
    router = Router(name="business_mode")
    router.business_connection.register(on_connection, flags={DURABLE: True})
    router.message.register(on_business, Command("business"), F.chat.type == ChatType.PRIVATE)
    router.callback_query.register(on_pick, PickBusinessMode.filter(), F.message.chat.type == ChatType.PRIVATE)
    return router
