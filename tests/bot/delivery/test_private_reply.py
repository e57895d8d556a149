"""Texts that one person alone is shown."""

import pytest

from tests.bot.conftest import Chat
from transcription.jobs import Job

LONG = "All of this is for you alone. " * 50


async def asked(chat: Chat, *, is_admin: bool = True) -> tuple[Job, int, int]:
    """A note in a supergroup whose text one person asked for: its job, the group and the reader."""
    reader = (await chat.people.add_user(started=False))["id"]
    group = (await chat.people.add_chat("supergroup"))["id"]
    await chat.people.send(reader, "hi", chat_id=group)
    await chat.people.set_bot_status(chat.user, "administrator" if is_admin else "member", chat_id=group)
    return await chat.silent_note(chat_id=group, reader_id=reader), group, reader


async def shown(chat: Chat, job: Job, chat_id: int) -> list[tuple[str, bool]]:
    """What the bot says in a chat in the end, and whether one person alone sees it."""
    await chat.delivered(job)
    return [(each["text"], "receiver_user" in each) for each in await chat.people.messages(chat_id, from_bot=True)]


async def test_a_short_text_is_shown_to_the_reader_alone(chat: Chat) -> None:
    """Nobody else sees that it is being transcribed, either."""
    job, group, _ = await asked(chat)
    await chat.people.wait(group, text="Listening")
    await chat.say(job, "Hello there")
    assert await shown(chat, job, group) == [("Hello there", True)]


@pytest.mark.parametrize("reason", ["long", "no admin", "old server", "refused edit"])
async def test_else_it_comes_in_their_private_chat(chat: Chat, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said there where it is from; a server that shows all to everyone is shown no text."""
    if reason == "old server":
        monkeypatch.setattr("sandbox.bot_api.methods.messages.ephemeral_fields", lambda *_: {})
    if reason == "refused edit":
        await chat.people.add_fault("editEphemeralMessageText", "error", code=400, text="Bad Request: gone", times=None)
    job, group, reader = await asked(chat, is_admin=reason != "no admin")
    await chat.people.send(reader, "/start")
    text = LONG.strip() if reason == "long" else "Hello there"
    await chat.say(job, text)
    lead, said = await shown(chat, job, reader)
    assert f"https://t.me/c/{-group - 10**12}/" in lead[0]
    assert (" ".join(said[0].split()), said[1]) == (text, False)
    left = {"long": [("✅ The text is in our private chat.", True)], "refused edit": [("🎧 Listening…", True)]}
    assert await shown(chat, job, group) == left.get(reason, [])


@pytest.mark.parametrize("is_admin", [True, False])
async def test_who_never_pressed_start_is_told_to(chat: Chat, is_admin: bool) -> None:
    """By a message that they alone see, or else by one without any text of the note."""
    job, group, _ = await asked(chat, is_admin=is_admin)
    await chat.say(job, LONG)
    *_, (text, is_hidden) = await shown(chat, job, group)
    assert "press Start" in text
    assert is_hidden is is_admin


async def test_a_restart_shows_it_again(chat: Chat) -> None:
    """What was shown to one person is not kept anywhere."""
    job, group, _ = await asked(chat)
    await chat.people.wait(group, text="Listening")
    await chat.delivery.drain(0)
    chat.start()
    await chat.delivery.resume()
    await chat.say(job, "Hello there")
    assert ("Hello there", True) in await shown(chat, job, group)
