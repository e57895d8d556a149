"""/mode: which recordings of a group become text, and where those of a channel do."""

from functools import partial
from typing import TypeVar

from aiogram import Bot, F, Router
from aiogram.enums import ChatType
from aiogram.filters import JOIN_TRANSITION, ChatMemberUpdatedFilter, Command, CommandObject
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, Chat, ChatMemberUpdated, InlineKeyboardMarkup, Message

from handlers import chat_settings
from handlers.buttons import button, in_rows, keyboard
from handlers.chat_settings import ChannelMode, Mode, channel_mode_of, mode_of
from handlers.choosing import choose_by_button, choose_by_command
from handlers.dependencies import RunInBackground, Say
from handlers.permissions import Permissions, RightsUnknown, is_admin
from handlers.start import with_advice
from transcription import Service

M = TypeVar("M", Mode, ChannelMode)

GROUPS = {ChatType.GROUP, ChatType.SUPERGROUP}


class PickMode(CallbackData, prefix="mode"):
    """A button that chooses a mode of a group."""

    mode: Mode


class PickChannelMode(CallbackData, prefix="channel-mode"):
    """A button that chooses a mode of a channel."""

    mode: ChannelMode


async def on_mode(
    message: Message,
    command: CommandObject,
    *,
    bot: Bot,
    service: Service,
    permissions: Permissions,
    say: Say,
    locale: str,
) -> None:
    """Choose what was named; where nothing was, or nothing known, show what is chosen, and buttons."""
    if message.chat.type not in GROUPS:
        await message.reply(say("mode-groups-only"))
    elif mode := _named(command, Mode, "mode", say):
        said = _described("mode-chosen", mode, await _is_privileged(bot, message.chat), say)
        choose = partial(_choose, service, mode, None if message.sender_chat else locale, said)
        await choose_by_command(message, choose, bot=bot, permissions=permissions, say=say)
    else:
        now = await mode_of(service, message.chat)
        text = _described("mode-title", now, await _is_privileged(bot, message.chat), say)
        await message.reply(text, reply_markup=_keyboard(now, say))


async def on_channel_mode(
    message: Message, command: CommandObject, *, bot: Bot, service: Service, permissions: Permissions, say: Say
) -> None:
    """Choose what was named in a channel, or show what is chosen, and buttons."""
    if mode := _named(command, ChannelMode, "channel-mode", say):
        choose = partial(_choose, service, mode, None, say("channel-mode-chosen", mode=mode.value))
        await choose_by_command(message, choose, bot=bot, permissions=permissions, say=say)
    else:
        now = await channel_mode_of(service, message.chat.id)
        await message.reply(say("channel-mode-title", mode=now or "none"), reply_markup=_channel_keyboard(now, say))


async def on_pick(
    query: CallbackQuery,
    callback_data: PickMode,
    *,
    bot: Bot,
    service: Service,
    permissions: Permissions,
    say: Say,
    locale: str,
) -> None:
    """Choose what the button says."""
    assert query.message
    said = _described("mode-chosen", callback_data.mode, await _is_privileged(bot, query.message.chat), say)
    choose = partial(_choose, service, callback_data.mode, locale, said)
    await choose_by_button(query, choose, bot=bot, permissions=permissions, say=say)


async def on_channel_pick(
    query: CallbackQuery,
    callback_data: PickChannelMode,
    *,
    bot: Bot,
    service: Service,
    permissions: Permissions,
    say: Say,
    locale: str,
) -> None:
    """Choose what the button says, in the language of who presses it."""
    said = say("channel-mode-chosen", mode=callback_data.mode.value)
    choose = partial(_choose, service, callback_data.mode, locale, said)
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


async def _choose(service: Service, mode: Mode | ChannelMode, locale: str | None, said: str, chat_id: int) -> str:
    """Keep a mode, and the language of who chose it where that is known; returns what to say."""
    language = {"locale": locale} if locale else {}
    await service.change_preferences(chat_id, mode=mode.value, **language)
    return said


def _named(command: CommandObject, modes: type[M], prefix: str, say: Say) -> M | None:
    """The mode that a command names, by its word or by its label."""
    word = (command.args or "").casefold().strip(" .")
    return next((mode for mode in modes if word in {mode.value, say(f"{prefix}-{mode}-button").casefold()}), None)


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
    picks = [button(say(f"mode-{mode}-button"), PickMode(mode=mode), is_chosen=mode is now) for mode in Mode]
    return keyboard(*in_rows(picks, 1))


def _channel_keyboard(now: ChannelMode | None, say: Say) -> InlineKeyboardMarkup:
    picks = [
        button(say(f"channel-mode-{mode}-button"), PickChannelMode(mode=mode), is_chosen=mode is now)
        for mode in ChannelMode
    ]
    return keyboard(*in_rows(picks, 1))


def build_router() -> Router:
    """/mode and its buttons, and what happens to a group as such."""
    router = Router(name="mode")
    router.message.register(on_mode, Command("mode"))
    router.callback_query.register(on_pick, PickMode.filter(), F.message.text)
    router.channel_post.register(on_channel_mode, Command("mode"))
    router.callback_query.register(on_channel_pick, PickChannelMode.filter(), F.message.text)
    router.my_chat_member.register(on_join, ChatMemberUpdatedFilter(JOIN_TRANSITION), F.chat.type.in_(GROUPS))
    router.message.register(on_move, F.migrate_to_chat_id | F.migrate_from_chat_id)
    return router
