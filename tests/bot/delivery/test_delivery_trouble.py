"""What the chat shows of a job whatever goes wrong on the way."""

import asyncio
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramMigrateToChat

from handlers.address import Address
from tests.bot.conftest import Chat
from transcription.jobs import File, JobState, Request
from transcription.view import View

OLD_GROUP = -5
SENTENCES = " ".join(f"Sentence number {n} of a long story." for n in range(300))


async def test_a_text_that_was_half_said_is_finished_not_repeated(chat: Chat) -> None:
    """A process that takes up a long text, some parts of which were said, says no part twice."""
    job = await chat.note()
    await chat.people.add_fault("sendMessage", "bad_gateway", times=None)
    await chat.say(job, SENTENCES)
    await chat.people.wait(method="sendMessage", calls=3)
    await chat.delivery.drain(0)  # the process ends when it has said the first part
    await chat.people.clear_faults()
    chat.start()
    await chat.delivery.resume()
    await chat.delivered(job)
    parts = [reply["text"] for reply in await chat.people.messages(chat.user, from_bot=True) if "text" in reply]
    assert " ".join(" ".join(parts).split()) == SENTENCES


async def test_a_deleted_status_is_replaced(chat: Chat) -> None:
    """Somebody deletes the status and the note: the text still comes, once."""
    job = await chat.note()
    (status,) = await chat.people.messages(chat.user, from_bot=True)
    await chat.people.delete(chat.user, status["message_id"])
    await chat.people.delete(chat.user, Address.parse(job.request.source).message_id)
    await chat.say(job, "Still here")
    await chat.delivered(job)
    assert await chat.texts(1) == ["Still here"]


async def test_a_blocked_bot_gives_up_quietly(chat: Chat) -> None:
    """Who blocks the bot gets nothing, and the job is not tried for ever."""
    job = await chat.note()
    await chat.people.block(chat.user)
    await chat.say(job, "Nobody hears this")
    await chat.delivered(job)


async def test_whatever_fails_the_last_word_arrives_once(chat: Chat) -> None:
    """Floods, bad gateways, resets before and after the effect: the text is there in the end, in one message."""
    job = await chat.note()
    for kind in ("flood", "bad_gateway", "reset", "reset_after"):
        await chat.people.add_fault("editMessageText", kind, retry_after=0)
    await chat.say(job, "At last")
    await chat.delivered(job)
    assert await chat.texts(1) == ["At last"]


async def test_a_forgotten_job_leaves_no_text(chat: Chat) -> None:
    """After /forget in the middle of a note the status says that it was cancelled."""
    job = await chat.note()
    chat.service.progress[job.id] = View(job, fraction=0.4, text="Secret", eta_s=3.0)
    chat.service.news(job)
    await chat.people.wait(chat.user, text="Secret")
    await chat.store.forget(chat.user)
    chat.service.news(job)
    assert await chat.texts(1) == ["Cancelled."]


async def test_a_blocked_bot_stops_the_work(chat: Chat) -> None:
    """Nobody will see the text of a note that is still being heard, so the machine is free for others."""
    job = await chat.note()
    await chat.people.block(chat.user)
    chat.service.progress[job.id] = View(job, fraction=0.4, text="So far", eta_s=3.0)
    chat.service.news(job)
    await chat.delivered(job)
    now = await chat.store.get(job.id)
    assert now
    assert now.state is JobState.CANCELLED


@pytest.mark.parametrize("code", [400, 401, 404])
async def test_a_refusal_that_nobody_foresaw_loses_no_text(chat: Chat, code: int) -> None:
    """It is tried again, after a pause, until it is taken."""
    job = await chat.note()
    await chat.people.add_fault("editMessageText", "error", code=code, text="SOMETHING_NEW", times=2)
    await chat.say(job, "At last")
    await chat.delivered(job)
    assert await chat.texts(1) == ["At last"]


async def test_a_refused_status_is_no_matter(chat: Chat) -> None:
    """It is let be while the note is heard; the text comes all the same."""
    await chat.people.add_fault("sendMessage", "error", code=404, text="Not Found")
    job = await chat.silent_note()
    await chat.people.wait(method="sendMessage")
    await chat.say(job, "Here I am")
    await chat.delivered(job)
    assert await chat.texts(1) == ["Here I am"]


async def test_the_text_of_a_note_in_a_deleted_topic_comes(chat: Chat) -> None:
    """Outside of the topic, for there is no other place."""
    job = await chat.silent_note(thread_id=77)
    await chat.say(job, "Homeless")
    await chat.delivered(job)
    assert await chat.texts(1) == ["Homeless"]


@pytest.mark.parametrize("while_heard", [True, False])
async def test_a_group_that_moves_takes_its_answers_along(
    chat: Chat, monkeypatch: pytest.MonkeyPatch, while_heard: bool
) -> None:
    """Its messages can't be edited any more: whatever comes next is said anew in the new chat."""
    make_request = chat.bot.session.make_request

    async def moved(bot: Bot, method: Any, timeout: int | None = None) -> Any:  # noqa: ASYNC109 - aiogram's name
        if method.chat_id == OLD_GROUP:
            raise TelegramMigrateToChat(method, "group chat was upgraded to a supergroup chat", chat.user)
        return await make_request(bot, method, timeout)

    monkeypatch.setattr(chat.bot.session, "make_request", moved)
    job, _ = await chat.store.add(
        Request(Address("", OLD_GROUP, 1).source, chat.user, File("f", "u"), "base", None, "en")
    )
    await chat.deliveries.set_status_message(job.id, OLD_GROUP, 999)
    if while_heard:
        chat.service.progress[job.id] = View(job, fraction=0.4, text="So far", eta_s=3.0)
        chat.service.news(job)
        await chat.people.wait(chat.user, text="So far", button="Cancel")
    await chat.say(job, "We moved")
    await chat.delivered(job)
    assert await chat.texts(1) == ["We moved"]


async def test_a_status_that_is_being_sent_while_the_bot_stops_is_kept(chat: Chat) -> None:
    """Else the next process would send a second one."""
    await chat.people.add_fault("sendMessage", "hang_after", seconds=0.2)
    job = await chat.silent_note()
    await chat.people.wait(chat.user, reply_to=Address.parse(job.request.source).message_id)
    await chat.delivery.drain(5)
    (status,) = await chat.people.messages(chat.user, from_bot=True)
    assert await chat.deliveries.messages(job.id) == {0: status["message_id"]}


async def test_settling_waits_for_no_note_that_is_still_heard(chat: Chat) -> None:
    """Only for what is being said."""
    await chat.note()
    async with asyncio.timeout(1):
        await chat.delivery.drain(60)


async def test_forgetting_in_the_middle_of_a_long_text_ends_it(chat: Chat) -> None:
    """No part comes any more, and no placeholder of one stays."""
    job = await chat.note()
    await chat.people.add_fault("sendMessage", "hang_after", seconds=0.2)
    await chat.say(job, SENTENCES)
    await chat.people.wait(chat.user, text="^…$")
    await chat.store.forget(chat.user)
    await chat.followed(job)
    (part,) = await chat.people.messages(chat.user, from_bot=True)
    assert part["text"].startswith("Sentence number 0")
