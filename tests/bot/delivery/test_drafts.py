"""Texts that are shown as drafts while they are recognised."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.delivery import status as status_module
from handlers.address import Address
from tests.bot.conftest import Chat
from transcription.jobs import Job, JobState, Preferences
from transcription.view import View


@pytest.fixture
async def drafting(chat: Chat) -> Chat:
    """A chat that has chosen drafts."""
    chat.service.chosen = Preferences(drafts=True)
    return chat


async def shown_draft(chat: Chat, job: Job, words: str) -> dict[str, Any]:
    """The draft of a job once it has these words."""
    while True:
        draft = (await chat.people.chat(chat.user))["drafts"].get(str(job.id), {})
        if words in (draft.get("text") or ""):
            return dict(draft)


async def running(chat: Chat, job: Job, text: str) -> None:
    """So much of a note is recognised."""
    running_job = replace(job, state=JobState.RUNNING)
    chat.service.progress[job.id] = View(running_job, fraction=0.4, text=text)
    chat.service.news(job)


async def count(chat: Chat, method: str) -> int:
    return len(await chat.people.calls(method))


async def test_a_text_is_typed_out_and_then_sent_once(drafting: Chat) -> None:
    """No message before it, which answers the note; the draft has a button that stops it and leaves it standing."""
    job = await drafting.silent_note()
    await running(drafting, job, "Half of")
    draft = await shown_draft(drafting, job, "Half of")
    assert (draft["can_stop"], draft["keep_on_stop"]) == (True, True)
    assert await drafting.people.messages(drafting.user, from_bot=True) == []
    await drafting.say(job, "Half of it.")
    await drafting.delivered(job)
    (message,) = await drafting.people.messages(drafting.user, from_bot=True)
    assert message["text"] == "Half of it."
    assert message["reply_to_message"]["message_id"] == Address.parse(job.request.source).message_id


async def test_a_draft_is_shown_again_before_it_is_gone(drafting: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where there is nothing new to say."""
    monkeypatch.setattr(status_module, "DRAFT_REFRESH_S", 0.01)
    job = await drafting.silent_note()
    await running(drafting, job, "Half of")
    await shown_draft(drafting, job, "Half of")
    before = await count(drafting, "sendMessageDraft")
    while await count(drafting, "sendMessageDraft") < before + 3:
        pass


@pytest.mark.parametrize("fault", [{"kind": "flood", "retry_after": 0}, {"kind": "error", "code": 400}])
async def test_after_one_refused_draft_a_status_tells_the_rest(drafting: Chat, fault: dict[str, Any]) -> None:
    """One draft is tried, however much news there is, and the edits are paced as ever."""
    await drafting.people.add_fault("sendMessageDraft", **fault)
    job = await drafting.note()
    for words in range(30):
        await running(drafting, job, "word " * (words + 1))
        await asyncio.sleep(0)
    await drafting.say(job, "All of it.")
    assert await drafting.texts(1) == ["All of it."]
    assert await count(drafting, "sendMessageDraft") == 1
    assert await count(drafting, "editMessageText") < 10


async def test_a_group_and_a_status_that_is_there_get_no_draft(drafting: Chat) -> None:
    """Telegram has drafts in private chats only, and a status that a former process sent is edited."""
    drafting.service.chosen = Preferences()
    job = await drafting.note()
    await drafting.delivery.drain(1.0)
    drafting.service.chosen = Preferences(drafts=True)
    drafting.start()
    await drafting.delivery.resume()
    await running(drafting, job, "Half of")
    await drafting.people.wait(drafting.user, text="Half of")
    group = await drafting.people.add_chat("group", added_by=drafting.user)
    other = await drafting.silent_note(chat_id=group["id"])
    await drafting.people.wait(group["id"], messages=1)
    await drafting.say(other, "There.")
    await drafting.followed(other)
    assert await count(drafting, "sendMessageDraft") == 0


async def test_a_killed_process_leaves_no_second_text(drafting: Chat) -> None:
    """The next one goes on with the same draft, and sends one message."""
    job = await drafting.silent_note()
    await running(drafting, job, "Half of")
    await shown_draft(drafting, job, "Half of")
    await drafting.delivery.drain(1.0)
    drafting.start()
    await drafting.delivery.resume()
    await running(drafting, job, "Half of it")
    await shown_draft(drafting, job, "Half of it")
    await drafting.say(job, "Half of it.")
    assert await drafting.texts(1) == ["Half of it."]
