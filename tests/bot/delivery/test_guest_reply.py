"""Texts in chats of which the bot is no member."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.bot.conftest import Chat
from transcription.jobs import Job, Preferences

LONG = "All of this was said to you. " * 300


async def called(chat: Chat) -> tuple[Job, int]:
    """A note that somebody called the bot to, in a chat without it: its job, and the chat."""
    group = (await chat.people.add_chat("supergroup"))["id"]
    await chat.people.set_bot_status(chat.user, "left", chat_id=group)
    await chat.people.send(chat.user, "@sandbox_bot", chat_id=group)
    message = (await chat.bot.get_updates())[-1].guest_message
    assert message
    return await chat.silent_note(chat_id=group, guest_query_id=message.guest_query_id), group


async def shown(chat: Chat, job: Job, group: int) -> list[Mapping[str, Any]]:
    """The bot's messages in that chat in the end."""
    await chat.delivered(job)
    return await chat.people.messages(group, from_bot=True)


async def test_a_call_is_answered_at_once_and_the_answer_becomes_the_text(chat: Chat) -> None:
    """In reply to who called; there is no other message, and nothing to press."""
    job, group = await called(chat)
    status = await chat.people.wait(group, text="Listening")
    assert status["guest_bot_caller_user"]["id"] == chat.user
    await chat.say(job, "Hello there")
    (message,) = await shown(chat, job, group)
    assert (message["text"], message["message_id"]) == ("Hello there", status["message_id"])
    assert "reply_markup" not in message


@pytest.mark.parametrize("text", [LONG.strip(), LONG[:4095] + "."], ids=["long", "just no room to fold"])
async def test_a_long_text_is_its_beginning(chat: Chat, text: str) -> None:
    """Nothing can follow the one message, so it says where the rest is."""
    chat.service.chosen = Preferences(long_texts="folded")
    job, group = await called(chat)
    await chat.say(job, text)
    (message,) = await shown(chat, job, group)
    assert message["text"].endswith("forward me the recording in private.")
    assert 2500 < len(message["text"]) < 4096
    assert [each["type"] for each in message["entities"]] == ["expandable_blockquote"]


async def test_a_restart_edits_the_same_message(chat: Chat) -> None:
    """A call is answered once: what edits the answer is on disk."""
    job, group = await called(chat)
    await chat.people.wait(group, text="Listening")
    await chat.delivery.drain(1)
    chat.start()
    await chat.delivery.resume()
    await chat.say(job, "Hello there")
    assert [each["text"] for each in await shown(chat, job, group)] == ["Hello there"]
    assert len(await chat.people.calls("answerGuestQuery")) == 1


async def test_a_call_that_is_over_is_given_up(chat: Chat) -> None:
    """Telegram waits for an answer for a while only; a text that nobody can be shown is not worth the work."""
    job = await chat.silent_note(guest_query_id="1")
    await chat.delivered(job)
    assert (await chat.store.get(job.id)).state.ended  # type: ignore[union-attr]


async def test_an_answer_that_was_deleted_is_let_be(chat: Chat) -> None:
    """Nobody is told what is no longer asked."""
    job, group = await called(chat)
    status = await chat.people.wait(group, text="Listening")
    await chat.people.delete(chat.user, status["message_id"], chat_id=group)
    await chat.say(job, "Hello there")
    assert await shown(chat, job, group) == []


async def test_trouble_on_the_way_is_tried_again(chat: Chat) -> None:
    """What failed for a passing reason is said later."""
    job, group = await called(chat)
    await chat.people.wait(group, text="Listening")
    await chat.people.add_fault("editMessageText", "error", code=500, text="Internal", times=2)
    await chat.say(job, "Hello there")
    assert [each["text"] for each in await shown(chat, job, group)] == ["Hello there"]
