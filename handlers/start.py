"""/start, /help and /privacy: commands that only answer."""

import contextlib

from aiogram import Bot, Router
from aiogram.enums import ChatType
from aiogram.filters import Command
from aiogram.types import Chat, LinkPreviewOptions, Message

from handlers.dependencies import Say
from handlers.permissions import RightsUnknown, is_admin
from transcription import Answers, Service


async def on_start(message: Message, bot: Bot, service: Service, say: Say) -> None:
    """Greet."""
    await message.answer(await with_advice(say("start", place=_place(service)), message.chat, bot, say))


async def on_help(message: Message, bot: Bot, say: Say) -> None:
    """List what the bot can do."""
    await message.answer(await with_advice(say("help"), message.chat, bot, say))


async def on_privacy(message: Message, service: Service, answers: Answers | None, say: Say) -> None:
    """Say what is kept and for how long, and where texts may go."""
    llm = "none" if answers is None else "here" if answers.is_local else "there"
    host = answers.host if answers else ""
    await message.answer(
        say("privacy", place=_place(service), days=service.options.keep_days, llm=llm, host=host),
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )


def _place(service: Service) -> str:
    """Where recordings become text, as the sentences have it."""
    return "elsewhere" if service.options.is_remote else "here"


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
