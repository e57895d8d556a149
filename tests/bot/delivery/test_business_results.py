"""Texts of a business account's chats, for its owner or taken back."""

import asyncio

import pytest

from handlers.address import Author
from tests.bot.conftest import Chat
from transcription.view import View


async def test_what_is_said_elsewhere_says_who_spoke(chat: Chat) -> None:
    """Status and text alike: the owner of a business account has the notes of many people in one chat."""
    author = Author("Ann", "https://t.me/ann")
    job = await chat.silent_note(message_id=0, author=author)
    await chat.people.wait(chat.user, text="💬 Ann\n🎧 Listening…")
    await chat.say(job, "Hello there")
    await chat.delivered(job)
    (message,) = await chat.people.messages(chat.user, from_bot=True)
    assert message["text"] == "💬 Ann\nHello there"
    assert message["entities"] == [{"type": "text_link", "url": author.url, "offset": 3, "length": 3}]
    silent = await chat.silent_note(message_id=1, author=author)
    await chat.say(silent, "")
    assert (await chat.texts(2))[1].startswith("💬 Ann\n🤷")


async def test_a_job_may_end_without_a_word(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is marked as delivered before it is cancelled, also while delivery is about to show its status."""
    reached, gate, view = asyncio.Event(), asyncio.Event(), chat.service.view

    async def view_later(job_id: int) -> View | None:
        reached.set()
        await gate.wait()
        return await view(job_id)

    monkeypatch.setattr(chat.service, "view", view_later)
    job = await chat.silent_note()
    await reached.wait()
    await chat.service.mark_delivered(job.id)
    await chat.service.cancel(job.id)
    gate.set()
    await chat.followed(job)
    assert await chat.people.messages(chat.user, from_bot=True) == []
