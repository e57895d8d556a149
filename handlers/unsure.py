"""/unsure: whether a chat's texts show which words are doubtful."""

from aiogram import Bot, F, Router
from aiogram.filters import Command, CommandObject
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from handlers import chat_settings
from handlers.dependencies import Say
from handlers.permissions import Permissions, sender_id
from transcription import Service

STATES = {"on": True, "off": False}


class MarkUnsure(CallbackData, prefix="unsure"):
    """A button that turns it on or off."""

    state: str


async def on_unsure(
    message: Message, command: CommandObject, *, bot: Bot, service: Service, permissions: Permissions, say: Say
) -> None:
    """Turn it on or off as was said; where nothing was, show what is chosen, and a button for the other."""
    text = (command.args or "").casefold().strip(" .")
    state = {say(f"{word}-button").casefold().strip("."): word for word in STATES}.get(text, text)
    if state not in STATES:
        now = (await service.preferences(message.chat.id)).mark_unsure
        await message.reply(say("unsure-title", state="on" if now else "off"), reply_markup=_keyboard(not now, say))
    elif await permissions.can_manage(bot, message.chat, sender_id(message)):
        await message.reply(await _choose(state, message.chat.id, service, say))
    else:
        await message.reply(say("admins-only"))


async def on_state(
    query: CallbackQuery, callback_data: MarkUnsure, *, bot: Bot, service: Service, permissions: Permissions, say: Say
) -> None:
    """Turn it on or off."""
    message = query.message
    assert isinstance(message, Message)
    if not await permissions.can_manage(bot, message.chat, query.from_user.id):
        await query.answer(say("admins-only"), show_alert=True)
        return
    text = await _choose(callback_data.state, message.chat.id, service, say)
    await query.answer()
    await message.edit_text(text)


async def _choose(state: str, chat_id: int, service: Service, say: Say) -> str:
    """Keep it; returns what to say of it."""
    await chat_settings.update(service, chat_id, mark_unsure=STATES[state])
    return say("unsure-chosen", state=state)


def _keyboard(to_be: bool, say: Say) -> InlineKeyboardMarkup:
    state = "on" if to_be else "off"
    button = InlineKeyboardButton(text=say(f"{state}-button"), callback_data=MarkUnsure(state=state).pack())
    return InlineKeyboardMarkup(inline_keyboard=[[button]])


def build_router() -> Router:
    """/unsure and its button."""
    router = Router(name="unsure")
    router.message.register(on_unsure, Command("unsure"))
    router.callback_query.register(on_state, MarkUnsure.filter(F.state.in_(STATES)), F.message.text)
    return router
