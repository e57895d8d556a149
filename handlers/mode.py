"""/mode: which recordings of a group become text."""

from functools import partial

from aiogram import Bot, F, Router
from aiogram.enums import ChatType
from aiogram.filters import JOIN_TRANSITION, ChatMemberUpdatedFilter, Command, CommandObject
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, Chat, ChatMemberUpdated, InlineKeyboardButton, InlineKeyboardMarkup, Message

from handlers import chat_settings
from handlers.chat_settings import Mode, mode_of
from handlers.choosing import choose_by_button, choose_by_command
from handlers.dependencies import RunInBackground, Say
from handlers.permissions import Permissions, RightsUnknown, is_admin
from handlers.start import with_advice
from transcription import Service

GROUPS = {ChatType.GROUP, ChatType.SUPERGROUP}


class PickMode(CallbackData, prefix="mode"):
    """A button that chooses a mode."""

    mode: Mode


async def on_mode(
    message: Message, command: CommandObject, *, bot: Bot, service: Service, permissions: Permissions, say: Say
) -> None:
    """Choose what was named; where nothing was, or nothing known, show what is chosen, and buttons."""
    if message.chat.type not in GROUPS:
        await message.reply(say("mode-groups-only"))
        return
    word = (command.args or "").casefold().strip(" .")
    named = {say(f"mode-{mode}-button").casefold(): mode for mode in Mode} | {mode.value: mode for mode in Mode}
    if mode := named.get(word):
        choose = partial(_choose, service, say, mode, await _is_privileged(bot, message.chat))
        await choose_by_command(message, choose, bot=bot, permissions=permissions, say=say)
    else:
        now = await mode_of(service, message.chat)
        text = _described("mode-title", now, await _is_privileged(bot, message.chat), say)
        await message.reply(text, reply_markup=_keyboard(now, say))


async def on_pick(
    query: CallbackQuery, callback_data: PickMode, *, bot: Bot, service: Service, permissions: Permissions, say: Say
) -> None:
    """Choose what the button says."""
    assert query.message
    choose = partial(_choose, service, say, callback_data.mode, await _is_privileged(bot, query.message.chat))
    await choose_by_button(query, choose, bot=bot, permissions=permissions, say=say)


async def on_join(
    event: ChatMemberUpdated, *, bot: Bot, service: Service, run_in_background: RunInBackground, say: Say
) -> None:
    """Ask a group that has not chosen yet."""
    if (await service.preferences(event.chat.id)).mode is None:
        run_in_background(_ask(event.chat, bot, say))


async def on_move(message: Message, service: Service) -> None:
    """Take the settings of a group along to the supergroup that it has become."""
    if to := message.migrate_to_chat_id:
        await chat_settings.move(service, message.chat.id, to)
    elif former := message.migrate_from_chat_id:
        await chat_settings.move(service, former, message.chat.id)


async def _ask(chat: Chat, bot: Bot, say: Say) -> None:
    text = await with_advice(say("mode-ask"), chat, bot, say)
    await bot.send_message(chat.id, text, reply_markup=_keyboard(Mode.ALL, say), disable_notification=True)


async def _choose(service: Service, say: Say, mode: Mode, is_privileged: bool, chat_id: int) -> str:
    """Keep it; returns what to say of it."""
    await service.change_preferences(chat_id, mode=mode.value)
    return _described("mode-chosen", mode, is_privileged, say)


async def _is_privileged(bot: Bot, chat: Chat) -> bool:
    """Whether the bot is an admin of a group; True where Telegram won't say."""
    try:
        return await is_admin(bot, chat, bot.id)
    except RightsUnknown:
        return True


def _described(key: str, mode: Mode, is_privileged: bool, say: Say) -> str:
    """What is said of a mode, and which of it does not work in a group where the bot is no admin."""
    limits = {Mode.ASKED: ("mode-blind",), Mode.PRIVATE: ("mode-blind", "mode-not-hidden")}.get(mode, ())
    return "\n\n".join(say(each, mode=mode.value) for each in (key, *(() if is_privileged else limits)))


def _keyboard(now: Mode, say: Say) -> InlineKeyboardMarkup:
    rows = []
    for mode in Mode:
        label = say(f"mode-{mode}-button")
        text = f"✓ {label}" if mode is now else label
        rows.append([InlineKeyboardButton(text=text, callback_data=PickMode(mode=mode).pack())])
    return InlineKeyboardMarkup(inline_keyboard=rows)


def build_router() -> Router:
    """/mode and its buttons, and what happens to a group as such."""
    router = Router(name="mode")
    router.message.register(on_mode, Command("mode"))
    router.callback_query.register(on_pick, PickMode.filter(), F.message.text)
    router.my_chat_member.register(on_join, ChatMemberUpdatedFilter(JOIN_TRANSITION), F.chat.type.in_(GROUPS))
    router.message.register(on_move, F.migrate_to_chat_id | F.migrate_from_chat_id)
    return router
