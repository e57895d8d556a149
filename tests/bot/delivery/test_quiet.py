"""Quiet chats: a reaction while a note is heard, then its text without a sound."""

from dataclasses import replace
from typing import Any

import pytest

from handlers.address import Address
from tests.bot.conftest import Chat
from transcription.errors import FileGone
from transcription.jobs import Job, JobState, Preferences
from transcription.view import View


@pytest.fixture
def quiet(chat: Chat) -> Chat:
    """A chat that wants it so, although it has also chosen drafts."""
    chat.service.chosen = Preferences(quiet=True, drafts=True)
    return chat


def note_of(job: Job) -> int:
    """The message with the recording."""
    return Address.parse(job.request.source).message_id


async def reactions(chat: Chat, job: Job) -> list[Any]:
    """Those of the bot that are on a note."""
    shown = await chat.people.messages(chat.user)
    return next(each["reactions"] for each in shown if each["message_id"] == note_of(job))


async def listening(chat: Chat) -> Job:
    """A note that is being heard."""
    job = await chat.silent_note()
    await chat.people.wait(method="setMessageReaction")
    chat.service.progress[job.id] = View(replace(job, state=JobState.RUNNING), fraction=0.5, text="Half")
    chat.service.news(job)
    return job


async def test_there_is_a_sign_on_the_note_and_then_the_text(quiet: Chat) -> None:
    """Nothing is said before it, also no draft; it answers the note and makes no sound, nor does its file."""
    quiet.delivery._results._text_file_from = 3
    job = await listening(quiet)
    assert [each["emoji"] for each in await reactions(quiet, job)] == ["👀"]
    assert await quiet.people.messages(quiet.user, from_bot=True) == []
    await quiet.say(job, "Half of it.")
    await quiet.delivered(job)
    text, _file = await quiet.people.messages(quiet.user, from_bot=True)
    assert (text["text"], text["reply_to_message"]["message_id"]) == ("Half of it.", note_of(job))
    assert [version["text"] for version in text["history"]] == ["…", "Half of it."]
    assert await reactions(quiet, job) == []
    sent = [*await quiet.people.calls("sendMessage"), *await quiet.people.calls("sendDocument")]
    assert [call["params"]["disable_notification"] for call in sent] == ["true", "true"]
    assert await quiet.people.calls("sendMessageDraft") == []


async def test_a_note_in_a_row_keeps_its_sign_until_the_first_text_grows(quiet: Chat) -> None:
    """What is heard before the first one waits without a word; then that has both, in one message without a sound."""
    first = await quiet.silent_note()
    second = await quiet.silent_note(row_of=first.id)
    await quiet.people.wait(method="setMessageReaction", calls=2)
    await quiet.say(second, "Two.")
    await quiet.followed(second)
    assert await quiet.people.messages(quiet.user, from_bot=True) == []
    assert [each["emoji"] for each in await reactions(quiet, second)] == ["👀"]
    await quiet.say(first, "One.")
    await quiet.people.wait(quiet.user, text="One. Two.")
    for job in (first, second, first):
        await quiet.followed(job)
    assert [await reactions(quiet, job) for job in (first, second)] == [[], []]
    (sent,) = await quiet.people.calls("sendMessage")
    assert sent["params"]["disable_notification"]
    assert await quiet.store.undelivered("telegram") == []


async def test_why_there_is_no_text_is_said(quiet: Chat) -> None:
    """Who waits for one has to know."""
    job = await listening(quiet)
    quiet.service.progress.clear()
    await quiet.store.transition(job.id, JobState.FAILED, FileGone())
    quiet.service.news(job)
    await quiet.delivered(job)
    (message,) = await quiet.people.messages(quiet.user, from_bot=True)
    assert message["text"].startswith("Telegram no longer has this file")
    assert await reactions(quiet, job) == []


async def test_a_note_that_is_forgotten_has_no_sign_left(quiet: Chat) -> None:
    """And there is nothing to take back."""
    job = await listening(quiet)
    await quiet.store.forget(quiet.user)
    quiet.service.news(job)
    await quiet.followed(job)
    assert await reactions(quiet, job) == []
    assert await quiet.people.messages(quiet.user, from_bot=True) == []


async def test_a_killed_process_leaves_no_sign(quiet: Chat) -> None:
    """The next one takes it away, also if the text was ready meanwhile."""
    job = await listening(quiet)
    await quiet.delivery.drain(1.0)
    await quiet.say(job, "Half of it.")
    quiet.start()
    await quiet.delivery.resume()
    await quiet.delivered(job)
    assert await reactions(quiet, job) == []


@pytest.mark.parametrize("fault", [{"kind": "flood", "retry_after": 0}, {"kind": "error", "code": 400}])
async def test_where_no_reaction_may_be_there_is_just_the_text(quiet: Chat, fault: dict[str, Any]) -> None:
    """Two tries in all, and no status in its place."""
    await quiet.people.add_fault("setMessageReaction", **fault, times=None)
    job = await listening(quiet)
    await quiet.say(job, "Half of it.")
    await quiet.delivered(job)
    assert len(await quiet.people.messages(quiet.user, from_bot=True)) == 1
    assert len(await quiet.people.calls("setMessageReaction")) == 2
