"""A group becomes a supergroup while a note waits; of an edit the server does not say so."""

import pytest

from handlers.address import Address, reply_address
from tests.bot.conftest import Chat
from transcription.jobs import File, Job, Request


async def note_in_group(chat: Chat) -> tuple[Job, int]:
    """A note whose status stands in a group."""
    group = (await chat.people.add_chat(added_by=chat.user))["id"]
    message = await chat.people.send(chat.user, file=b"OggS", chat_id=group)
    address = Address("", group, message["message_id"])
    job, _ = await chat.store.add(Request(address.source, chat.user, File("f", "u"), "base", None, "en"))
    chat.service.news(job)
    await chat.people.wait(group, reply_to=message["message_id"])
    return job, group


@pytest.mark.parametrize("restarted", [False, True])
async def test_the_text_comes_in_the_new_chat(chat: Chat, restarted: bool) -> None:
    """Once, and no reply to what has the note's number there; a new process knows of the move."""
    job, group = await note_in_group(chat)
    moved = (await chat.people.upgrade_chat(chat.user, group))["id"]
    if restarted:
        await chat.people.add_fault("sendMessage", "bad_gateway", times=None)
    await chat.say(job, "We moved")
    if restarted:
        await chat.people.wait(method="sendMessage", calls=4)
        await chat.delivery.drain(0)
        await chat.people.clear_faults()
        assert (await reply_address(job, chat.deliveries)).chat_id == moved
        chat.start()
        await chat.delivery.resume()
    await chat.delivered(job)
    (text,) = await chat.people.messages(moved, from_bot=True)
    assert text["text"] == "We moved"
    assert "reply_to_message" not in text


async def test_its_status_is_found_in_the_new_chat(chat: Chat) -> None:
    """So that the Cancel button and a reply to it work there."""
    job, group = await note_in_group(chat)
    moved = (await chat.people.upgrade_chat(chat.user, group))["id"]
    await chat.deliveries.set_moved_chat(job.id, moved)
    await chat.deliveries.set_status_message(job.id, moved, 5)
    assert await chat.deliveries.find_job(moved, 5) == job.id
    assert await chat.deliveries.find_job(group, 5) is None
    assert (await reply_address(job, chat.deliveries)).chat_id == moved
