"""/unsure: whether a chat's texts show which words are doubtful."""

from functools import partial

from aiogram import Bot, F, Router
from aiogram.filters import Command, CommandObject
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from handlers.buttons import button, keyboard
from handlers.choosing import choose_by_button, choose_by_command
from handlers.dependencies import Say
from handlers.permissions import Permissions
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
    else:
        choose = partial(_choose, service, say, state)
        await choose_by_command(message, choose, bot=bot, permissions=permissions, say=say)


async def on_state(
    query: CallbackQuery, callback_data: MarkUnsure, *, bot: Bot, service: Service, permissions: Permissions, say: Say
) -> None:
    """Turn it on or off."""
    choose = partial(_choose, service, say, callback_data.state)
    await choose_by_button(query, choose, bot=bot, permissions=permissions, say=say)


async def _choose(service: Service, say: Say, state: str, chat_id: int) -> str:
    """Keep it; returns what to say of it."""
    await service.change_preferences(chat_id, mark_unsure=STATES[state])
    return say("unsure-chosen", state=state)


def _keyboard(to_be: bool, say: Say) -> InlineKeyboardMarkup:
    state = "on" if to_be else "off"
    return keyboard([button(say(f"{state}-button"), MarkUnsure(state=state))])


def build_router() -> Router:
    """/unsure and its button."""
    router = Router(name="unsure")
    router.message.register(on_unsure, Command("unsure"))
    router.callback_query.register(on_state, MarkUnsure.filter(F.state.in_(STATES)), F.message.text)
    return router
