"""Notes in a row as one text."""

from typing import Any

import pytest

from handlers.look import Menu
from tests.bot.conftest import Chat
from tests.bot.delivery.test_results import change, labels, redo, shown
from transcription.errors import FileGone
from transcription.jobs import Job, JobState
from transcription.task import TaskOptions
from transcription.transcript import Segment, Transcript


def text(said: str, **others: Any) -> Transcript:
    """What a note of nine seconds says."""
    segments = (Segment(0, 9000, said),) if said else ()
    usual = {"segments": segments, "language": "en", "language_probability": 1.0, "duration_ms": 9000}
    return Transcript(**{**usual, "model": "base", **others})


async def row(chat: Chat, count: int) -> list[Job]:
    """Notes of which each goes on the one before it; their statuses are shown."""
    first = await chat.note()
    return [first, *[await chat.note(row_of=first.id) for _ in range(count - 1)]]


async def followed(chat: Chat, *jobs: Job) -> None:
    """Delivery is done with all of them: each may wake the others."""
    for job in (*jobs, *jobs, *jobs):
        await chat.followed(job)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
async def test_the_first_text_grows_and_the_statuses_of_the_others_go(chat: Chat, order: tuple[int, ...]) -> None:
    """In the order of the notes, whichever is heard first; a file, times and delete are for all of them."""
    jobs = await row(chat, 3)
    for count, at in enumerate(order, start=1):
        await chat.finish(jobs[at], text(f"Number {at}."))
        await followed(chat, *(jobs[heard] for heard in order[:count]))
    assert await shown(chat) == ["Number 0. Number 1. Number 2."]
    assert await chat.store.undelivered("telegram") == []
    await change(chat, jobs[0], menu=Menu.OPEN, times=True, paragraphs=False)
    (message,) = await chat.people.messages(chat.user, from_bot=True)
    assert message["text"].split() == ["0:00", "Number", "0.", "0:09", "Number", "1.", "0:18", "Number", "2."]
    assert labels(message) == ["File", "✓ Times", "Paragraphs", "Delete", "×"]


async def test_what_is_heard_before_the_first_note_is_shown_meanwhile(chat: Chat) -> None:
    """Under its own note, with where it is to go."""
    first, second = await row(chat, 2)
    await chat.finish(second, text("Two."))
    await followed(chat, second)
    assert (await shown(chat))[1] == "Two.\n\n🧵 Goes to the text above once that is there."
    assert await chat.store.undelivered("telegram") == [first.id, second.id]


@pytest.mark.parametrize("how", ["failed", "cancelled", "silent"])
async def test_a_row_goes_on_without_a_note_that_became_no_text(chat: Chat, how: str) -> None:
    """The next one is the first of it; what became of the other is said under that."""
    jobs = await row(chat, 3)
    for at, said in ((2, "Three."), (1, "Two.")):
        await chat.finish(jobs[at], text(said))
        await followed(chat, jobs[at])
    if how == "silent":
        await chat.finish(jobs[0], text(""))
    else:
        end = (JobState.FAILED, FileGone()) if how == "failed" else (JobState.CANCELLED,)
        await chat.store.transition(jobs[0].id, *end)
        chat.service.news(jobs[0])
    await followed(chat, *jobs)
    assert (await shown(chat))[1:] == ["Two. Three."]


async def test_a_note_of_several_voices_or_another_language_stands_by_itself(chat: Chat) -> None:
    """And those after it go on with the first."""
    jobs = await row(chat, 4)
    voices = tuple(Segment(at, at + 9, "Hello.", speaker=at // 10) for at in (0, 10))
    texts = (text("One."), text("", segments=voices, speakers=2), text("Drei.", language="de"), text("Four."))
    for at, transcript in enumerate(texts):
        await chat.finish(jobs[at], transcript)
        await followed(chat, *jobs[: at + 1])
    assert await shown(chat) == ["One. Four.", "Speaker 1: Hello.\n\nSpeaker 2: Hello.", "Drei."]


async def test_a_corrected_text_is_gone_on_in_its_language(chat: Chat) -> None:
    """By what is shown of the first note, which is not what was heard at first."""
    first, second = await row(chat, 2)
    await chat.finish(first, text("Oan.", language="de"))
    await followed(chat, first)
    again = await redo(chat, first, TaskOptions(), language="en")
    await chat.finish(again, text("One."))
    await followed(chat, again, first)
    await chat.finish(second, text("Two."))
    await followed(chat, second, first)
    assert await shown(chat) == ["One. Two."]


@pytest.mark.parametrize("when", ["heard", "joined", "withdrawn"])
async def test_nothing_is_lost_when_the_process_dies_in_between(chat: Chat, when: str) -> None:
    """Whether the second note was heard only, or its text was on its way: the next process has both say it, once."""
    first, second = await row(chat, 2)
    await chat.finish(first, text("One."))
    await followed(chat, first)
    await chat.delivery.drain(0)
    await chat.store.finish(second.id, text("Two."))
    if when != "heard":
        await chat.deliveries.change_look(first.id, {"joined": {str(second.id): True}})
    if when == "withdrawn":
        await chat.bot.delete_message(chat.user, (await chat.deliveries.messages(second.id))[0])
    chat.start()
    await chat.delivery.resume()
    await followed(chat, second, first)
    assert await shown(chat) == ["One. Two."]
    assert await chat.store.undelivered("telegram") == []
    assert await chat.deliveries.stale() == []


async def test_the_file_of_a_long_text_grows_with_it(chat: Chat) -> None:
    """The one that has less of it goes."""
    first, second = await row(chat, 2)
    await chat.finish(first, text("Word " * 1900))
    former = await chat.people.wait(chat.user, document=True)
    await chat.finish(second, text("The end."))
    await chat.people.wait(chat.user, text="Word The end.", settled=True)
    await followed(chat, first)
    (file,) = [each for each in await chat.people.messages(chat.user, from_bot=True) if "document" in each]
    assert file["message_id"] > former["message_id"]
