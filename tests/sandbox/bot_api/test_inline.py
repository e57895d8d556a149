"""Inline mode as Telegram has it."""

import asyncio
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import InlineQueryResultArticle, InputTextMessageContent

from sandbox import SandboxClient


def article(id_: str = "1", title: str = "One", text: str = "Said.") -> InlineQueryResultArticle:
    return InlineQueryResultArticle(
        id=id_, title=title, input_message_content=InputTextMessageContent(message_text=text)
    )


async def test_what_is_chosen_is_sent(people: SandboxClient, bot: Bot) -> None:
    """By the one who asked, in their chat; the bot sees that it came by way of it. An answer is taken once."""
    ann = (await people.add_user())["id"]
    asked = asyncio.create_task(people.ask_inline(ann, "said"))
    (update,) = await bot.get_updates(timeout=5)
    assert update.inline_query
    assert (update.inline_query.query, update.inline_query.from_user.id) == ("said", ann)
    await bot.answer_inline_query(update.inline_query.id, [article()], cache_time=0, is_personal=True)
    offer = await asked
    assert (offer["answer"]["cache_time"], offer["answer"]["is_personal"]) == (0, True)
    sent = await people.choose(ann, offer["query_id"], "1")
    assert (sent["text"], sent["via_bot"]["id"]) == ("Said.", bot.id)
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_inline_query(update.inline_query.id, [article()])


@pytest.mark.parametrize(
    ("results", "error"),
    [
        ([article(str(number)) for number in range(51)], "too many inline query results"),
        ([article("1"), article("1")], "RESULT_ID_DUPLICATE"),
        ([article("1" * 65)], "RESULT_ID_INVALID"),
        ([article(title="")], "ARTICLE_TITLE_EMPTY"),
        ([article(text="a" * 4097)], "MESSAGE_TOO_LONG"),
    ],
)
async def test_what_telegram_refuses(people: SandboxClient, bot: Bot, results: Any, error: str) -> None:
    """Is refused in its words."""
    ann = (await people.add_user())["id"]
    asked = asyncio.create_task(people.ask_inline(ann, "", timeout_s=0.1))
    (update,) = await bot.get_updates(timeout=5)
    assert update.inline_query
    with pytest.raises(TelegramBadRequest, match=error):
        await bot.answer_inline_query(update.inline_query.id, results)
    await asked
