"""What the chat shows of a job."""

import re
import time

from tests.bot.conftest import Chat
from transcription.errors import TooLong
from transcription.jobs import JobState
from transcription.task import TaskOptions
from transcription.view import View

SENTENCES = " ".join(f"Sentence number {n} of a long story." for n in range(300))


async def test_the_status_becomes_the_text(chat: Chat) -> None:
    """One message is sent for a note, as a reply to it, and edited into its text; its Cancel button goes."""
    job = await chat.note()
    assert (await chat.people.messages(chat.user, from_bot=True))[0]["reply_markup"]
    await chat.say(job, "Hello <b>there</b> & you")
    assert await chat.texts(1) == ["Hello <b>there</b> & you"]


async def test_replies_in_groups_make_no_sound(chat: Chat) -> None:
    """One to a person in private does."""
    group = (await chat.people.add_chat(added_by=chat.user))["id"]
    for where in ({}, {"chat_id": group}):
        await chat.silent_note(**where)
    await chat.people.wait(method="sendMessage", calls=2)
    calls = [call["params"] for call in await chat.people.calls("sendMessage")]
    silent = {int(params["chat_id"]): params.get("disable_notification") for params in calls}
    assert silent == {chat.user: None, group: "true"}


async def test_progress_is_edited_in(chat: Chat) -> None:
    """While a note is heard, its status shows how far it is and the text so far, and keeps its button."""
    job = await chat.note()
    chat.service.progress[job.id] = View(job, fraction=0.4, text="So far so good", eta_s=3.0)
    chat.service.news(job)
    shown = await chat.people.wait(chat.user, text="40 %.*So far so good", button="Cancel")
    assert shown["message_id"]


async def test_a_long_text_is_parts_and_a_file(chat: Chat) -> None:
    """Beyond 4096 units the text goes on in further messages, cut at sentences, and comes as a file as well."""
    job = await chat.note()
    await chat.say(job, SENTENCES)
    await chat.delivered(job)
    replies = await chat.people.messages(chat.user, from_bot=True)
    parts = [reply["text"] for reply in replies if "text" in reply]
    assert " ".join(" ".join(parts).split()) == SENTENCES
    assert all(len(part) <= 4096 and part.endswith(".") for part in parts)
    (name,) = (reply["document"]["file_name"] for reply in replies if "document" in reply)
    assert abs(time.mktime(time.strptime(name, "%Y-%m-%d %H-%M-%S.txt")) - time.time()) < 600


async def test_failures_and_silence_are_sentences(chat: Chat) -> None:
    """A job that failed, and one in which nobody spoke, end in one clear sentence."""
    failed, silent = await chat.note(), await chat.note()
    await chat.store.transition(failed.id, JobState.FAILED, TooLong(limit_s=3600))
    chat.service.news(failed)
    await chat.say(silent, "")
    texts = await chat.texts(2)
    assert "longer than the 1 h" in texts[0]
    assert "No speech" in texts[1]


async def test_a_draft_is_shown_with_its_button_then_refined(chat: Chat) -> None:
    """The draft's beginning, marked, can be kept by a press; the final text tells which model it is from."""
    job = await chat.note()
    chat.service.progress[job.id] = View(job, text=SENTENCES, is_preliminary=True)
    chat.service.news(job)
    shown = await chat.people.wait(chat.user, text="being refined", button="Keep the draft")
    assert re.match(r"Sentence number 0 .* …\n\n✍️ Draft, being refined…$", shown["text"], re.DOTALL)
    await chat.say(job, "Hello there", model="small")
    assert await chat.texts(1) == ["Hello there\n\n✨ Refined with small"]


async def test_a_text_by_its_languages_own_model_is_no_refined_one(chat: Chat) -> None:
    """It is the first text, so it says nothing of models."""
    job = await chat.note(TaskOptions(by_language=True))
    await chat.say(job, "Hello there", model="small")
    assert await chat.texts(1) == ["Hello there"]
