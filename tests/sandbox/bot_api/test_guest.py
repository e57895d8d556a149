"""Guest mode as Telegram has it: the bot is called into chats of which it is no member."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import Message

from sandbox import SandboxClient, SandboxOptions
from tests.sandbox.bot_api.test_inline import article


async def called(people: SandboxClient, bot: Bot, text: str = "@sandbox_bot") -> Message | None:
    """The update about somebody who replies to a voice message in a chat without the bot."""
    ann = (await people.add_user())["id"]
    chat = (await people.add_chat("supergroup"))["id"]
    await people.set_bot_status(ann, "left", chat_id=chat)
    note = await people.send(ann, file=b"OggS", chat_id=chat)
    await people.send(ann, text, chat_id=chat, reply_to=note["message_id"])
    updates = await bot.get_updates()
    return updates[-1].guest_message


async def test_the_answer_is_edited_by_its_inline_id(people: SandboxClient, bot: Bot) -> None:
    """The bot sees who called it and what that replies to, whose file it may fetch; it answers once."""
    assert (await bot.me()).supports_guest_queries
    message = await called(people, bot)
    assert message
    assert message.reply_to_message
    assert message.reply_to_message.voice
    assert (await bot.get_file(message.reply_to_message.voice.file_id)).file_path
    assert message.guest_query_id
    sent = await bot.answer_guest_query(message.guest_query_id, article())
    assert await bot.edit_message_text("Two", inline_message_id=sent.inline_message_id) is True
    (shown,) = await people.messages(message.chat.id, from_bot=True)
    assert (shown["text"], shown["reply_to_message"]["message_id"]) == ("Two", message.message_id)
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_guest_query(message.guest_query_id, article())
    with pytest.raises(TelegramBadRequest, match="MESSAGE_ID_INVALID"):
        await bot.edit_message_text("Two", inline_message_id="other")
    with pytest.raises(TelegramBadRequest, match="not modified"):
        await bot.edit_message_text("Two", inline_message_id=sent.inline_message_id)


async def test_nobody_calls_it_without_its_name(people: SandboxClient, bot: Bot) -> None:
    """What is said in such a chat is not for the bot."""
    assert await called(people, bot, "hello") is None


@pytest.mark.parametrize("options", [SandboxOptions(guest_queries=False)], indirect=True, ids=["off"])
async def test_the_switch_is_off(people: SandboxClient, bot: Bot) -> None:
    """The bot can see that, and is not told of calls."""
    assert not (await bot.me()).supports_guest_queries
    assert await called(people, bot) is None
