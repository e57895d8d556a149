"""/start, /help and /privacy: commands that only answer."""

import contextlib

from aiogram import Bot, Router
from aiogram.enums import ChatType
from aiogram.filters import Command
from aiogram.types import Chat, Message

from handlers.dependencies import Say
from handlers.messages import NO_PREVIEW
from handlers.permissions import RightsUnknown, is_admin
from transcription import Answers, Service


async def on_start(message: Message, bot: Bot, service: Service, say: Say) -> None:
    """Greet."""
    await message.answer(await with_advice(say("start", place=_place(service)), message.chat, bot, say))


async def on_help(message: Message, bot: Bot, say: Say, *, takes_links: bool) -> None:
    """List what the bot can do, and what else its owner has turned on in BotFather."""
    text, me = _with_links("help", say, takes_links=takes_links), await bot.me()
    if me.can_connect_to_business:
        text = f"{text}\n\n{say('help-business')}"
    if me.supports_guest_queries:
        text = f"{text}\n\n{say('help-guest', name=f'@{me.username}')}"
    await message.answer(await with_advice(text, message.chat, bot, say))


async def on_privacy(
    message: Message, service: Service, answers: Answers | None, say: Say, *, takes_links: bool
) -> None:
    """Say what is kept and for how long, and where texts may go."""
    llm = "none" if answers is None else "here" if answers.is_local else "there"
    kept = {"days": service.options.keep_days, "llm": llm, "host": answers.host if answers else ""}
    await message.answer(
        _with_links("privacy", say, takes_links=takes_links, place=_place(service), **kept),
        link_preview_options=NO_PREVIEW,
    )


def _place(service: Service) -> str:
    """Where recordings become text, as the sentences have it."""
    return "elsewhere" if service.options.is_remote else "here"


def _with_links(key: str, say: Say, *, takes_links: bool, **args: object) -> str:
    """A text, and what there is to add of links where those are followed."""
    return f"{say(key, **args)}\n\n{say(f'{key}-links')}" if takes_links else say(key, **args)


async def with_advice(text: str, chat: Chat, bot: Bot, say: Say) -> str:
    """A text, and what to do in a group whose voice messages Telegram keeps from the bot."""
    if chat.type == ChatType.PRIVATE or (await bot.me()).can_read_all_group_messages:
        return text
    with contextlib.suppress(RightsUnknown):
        if not await is_admin(bot, chat, bot.id):
            return f"{text}\n\n{say('group-deaf')}"
    return text


def build_router() -> Router:
    """The commands that only say something."""
    router = Router(name="start")
    router.message.register(on_start, Command("start"))
    router.message.register(on_help, Command("help"))
    router.message.register(on_privacy, Command("privacy"))
    return router
