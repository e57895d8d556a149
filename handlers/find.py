"""/find and /history: one's own texts, by their words or all of them, and each of them again."""

from dataclasses import dataclass, field, replace

from aiogram import Bot, F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message
from aiogram.utils.formatting import Text as Formatted
from aiogram.utils.formatting import TextLink

from handlers.address import Address, Deliveries
from handlers.dependencies import Say
from handlers.permissions import Permissions, sender_id
from handlers.rate_limit import Rate, RateLimiter
from handlers.result import file_name
from handlers.text_message import plain_text, send_text
from handlers.text_pages import (
    OpenText,
    TurnPage,
    conversation,
    find_page,
    message_link,
    page_keyboard,
    page_text,
    text_title,
)
from transcription import KeptText, Service, TextQuery

MAX_LENGTH = 200
"""Characters of what is looked for."""
ONCE_S = 10.0
"""Seconds in which a text is sent once: who taps twice wants one."""


async def on_find(message: Message, command: CommandObject, *, service: Service, say: Say) -> None:
    """Answer with the first page of what is found by some words."""
    words = " ".join((command.args or "").split())[:MAX_LENGTH].strip()
    if not TextQuery.parse(words).wanted:
        await message.reply(say("find-ask"))
    else:
        await _answer(message, words, service, say)


async def on_history(message: Message, *, service: Service, say: Say) -> None:
    """Answer with the first page of all texts."""
    await _answer(message, "", service, say)


async def _answer(message: Message, words: str, service: Service, say: Say) -> None:
    user_id = sender_id(message)
    found = await find_page(service, user_id, words, message.chat)
    if not found.texts:
        key = "texts-not-kept" if not service.options.keep_days else "find-nothing" if words else "history-nothing"
        await message.reply(say(key, words=words))
        return
    keyboard = page_keyboard(found, user_id, 0, is_found=bool(words))
    await message.reply(**page_text(found, words, 0, say).as_kwargs(), reply_markup=keyboard)


async def on_turn(
    query: CallbackQuery, callback_data: TurnPage, *, bot: Bot, service: Service, permissions: Permissions, say: Say
) -> None:
    """Show another page in place of this one."""
    message, user_id = query.message, callback_data.user_id
    assert isinstance(message, Message)
    if not await permissions.is_same(bot, message.chat, query.from_user.id, user_id):
        await query.answer(say("texts-not-yours"), show_alert=True)
        return
    bold = next((each for each in message.entities or () if each.type == "bold"), None)
    words = bold.extract_from(message.text or "") if bold and callback_data.is_found else ""
    found = await find_page(service, user_id, words, message.chat, callback_data.first)
    if not found.texts or bool(words) != callback_data.is_found:
        await query.answer(say("text-gone"), show_alert=True)
        return
    await query.answer()
    keyboard = page_keyboard(found, user_id, callback_data.first, is_found=bool(words))
    await message.edit_text(**page_text(found, words, callback_data.first, say).as_kwargs(), reply_markup=keyboard)


@dataclass(frozen=True, slots=True)
class Opening:
    """The handler of buttons that show a text again."""

    once: RateLimiter = field(default_factory=lambda: RateLimiter(Rate(ONCE_S)))

    async def on_open(
        self,
        query: CallbackQuery,
        callback_data: OpenText,
        *,
        bot: Bot,
        service: Service,
        deliveries: Deliveries,
        permissions: Permissions,
        say: Say,
    ) -> None:
        """Say a text again, in reply to its recording where that is in this chat."""
        message, user_id = query.message, callback_data.user_id
        assert isinstance(message, Message)
        if not await permissions.is_same(bot, message.chat, query.from_user.id, user_id):
            await query.answer(say("texts-not-yours"), show_alert=True)
        # Job numbers can be forged: a text is its speaker's, and in a group one of that group.
        elif not (text := await service.texts.get(callback_data.job_id)) or not _is_here(text, message, user_id):
            await query.answer(say("text-gone"), show_alert=True)
        else:
            await query.answer()
            if self.once.try_acquire((message.chat.id, text.job.id)):
                await _say_again(text, message, bot=bot, service=service, deliveries=deliveries, say=say)


def _is_here(text: KeptText, message: Message, user_id: int) -> bool:
    source, beside = text.job.request.source, conversation(message.chat)
    return text.job.request.user_id == user_id and (beside is None or source.is_beside(beside))


async def _say_again(
    text: KeptText, message: Message, *, bot: Bot, service: Service, deliveries: Deliveries, say: Say
) -> None:
    """Say a text as it looks, under its date."""
    words = await plain_text(text, service, deliveries, say)
    when, link = text_title(text, say), message_link(text.job)
    here, recording = Address.of(message), Address.parse(text.job.request.source)
    if recording.message_id and recording.source.is_beside(here.source):
        here = replace(here, message_id=recording.message_id)
    title = Formatted(TextLink(when, url=link) if link else when)
    await send_text(bot, here, title, words, name=file_name(text.job, ".txt"))


def build_router() -> Router:
    """/find, /history and their buttons."""
    router, opening = Router(name="find"), Opening()
    router.message.register(on_find, Command("find"))
    router.message.register(on_history, Command("history"))
    router.callback_query.register(on_turn, TurnPage.filter(), F.message.text)
    router.callback_query.register(opening.on_open, OpenText.filter(), F.message.text)
    return router
