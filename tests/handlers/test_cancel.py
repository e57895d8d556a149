"""Cancelling, by command and by button."""

from dataclasses import replace

import pytest
from aiogram.methods import DeleteMessage

from handlers.address import Address
from handlers.cancel import CancelJob, cancel_keyboard
from tests.handlers.conftest import ANN, BOB, GROUP, Json, Talk
from transcription.jobs import Job, JobState
from transcription.transcript import Segment, Transcript

STATUS = 5000
CARL = ANN | {"id": 33}


async def note(talk: Talk, chat: Json | None = None) -> Job:
    """Ann's newest note, which has a status message."""
    await talk.voice(chat=chat)
    job = (await talk.store.unfinished(ANN["id"]))[-1]
    chat_id = Address.parse(job.request.source).chat_id
    await talk.deliveries.set_status_message(job.id, chat_id, STATUS)
    return job


async def ended(talk: Talk, job: Job) -> bool:
    found = await talk.service.get(job.id)
    return found is not None and found.state.ended


async def test_cancel_alone_ends_ones_own_notes_in_this_chat(talk: Talk) -> None:
    """Other chats' go on, and other people's."""
    here, too, elsewhere = await note(talk), await note(talk), await note(talk, GROUP)
    assert (await talk.say("/cancel")).text == "Cancelled 2 notes."
    assert [await ended(talk, job) for job in (here, too, elsewhere)] == [True, True, False]
    assert (await talk.say("/cancel", BOB, GROUP)).text == "Отменять нечего."
    assert not await ended(talk, elsewhere)


async def test_cancel_alone_spares_what_was_sent_to_a_business(talk: Talk) -> None:
    """Telegram gives that chat the same number, but it is another one."""
    message = talk.message(voice={"file_id": "f", "file_unique_id": "u", "duration": 3})
    await talk.receive("business_message", message | {"business_connection_id": "shop"})
    here = await note(talk)
    assert (await talk.say("/cancel")).text == "Cancelled 1 note."
    assert await ended(talk, here)
    assert len(await talk.store.unfinished(ANN["id"])) == 1


@pytest.mark.parametrize("to_status", [True, False])
async def test_cancel_as_a_reply_ends_that_note(talk: Talk, to_status: bool) -> None:
    """Be it a reply to the note or to its status; a second time there is nothing left to end."""
    job, other = await note(talk), await note(talk)
    await talk.deliveries.set_status_message(other.id, ANN["id"], STATUS + 1)
    replied = talk.message(text="…") | {
        "message_id": STATUS if to_status else Address.parse(job.request.source).message_id
    }
    assert (await talk.say("/cancel", reply_to_message=replied)).text == "Cancelled 1 note."
    assert [await ended(talk, job), await ended(talk, other)] == [True, False]
    assert (await talk.say("/cancel", reply_to_message=replied)).text == "This one has already ended."


async def test_cancel_as_a_reply_to_something_else_ends_nothing(talk: Talk) -> None:
    """A reply to no note is explained rather than taken for all notes."""
    job = await note(talk)
    answer = await talk.say("/cancel", reply_to_message=talk.message(text="hi"))
    assert answer.text.startswith("That message is not a note of mine")
    assert not await ended(talk, job)


@pytest.mark.parametrize(("sender", "may"), [(ANN, True), (BOB, True), (CARL, False)])
@pytest.mark.parametrize("by_button", [True, False])
async def test_the_sender_and_admins_may_cancel(talk: Talk, sender: Json, may: bool, by_button: bool) -> None:
    """In a group others are told that they may not."""
    talk.telegram.admins = {BOB["id"]}
    job = await note(talk, GROUP)
    if by_button:
        await talk.press(CancelJob(job_id=job.id).pack(), sender, GROUP)
    else:
        await talk.say("/cancel", sender, GROUP, reply_to_message=talk.message(text="…") | {"message_id": STATUS})
    assert await ended(talk, job) is may
    if not may:
        answer = talk.telegram.calls[-1]
        assert getattr(answer, "text", "") == "Only the sender or a chat admin can cancel this one."


@pytest.mark.parametrize("forgotten", [True, False])
async def test_the_button_of_an_ended_job_goes_away(talk: Talk, forgotten: bool) -> None:
    """It says that there is nothing to cancel any more, also where the job was forgotten."""
    job = await note(talk)
    await (talk.service.forget(ANN["id"]) if forgotten else talk.service.cancel(job.id))
    toast, edit = await talk.press(CancelJob(job_id=job.id).pack(), message_id=STATUS)
    assert getattr(toast, "text", "") == "This one has already ended."
    assert getattr(edit, "reply_markup", "") is None


@pytest.mark.parametrize("has_ended", [True, False])
async def test_a_status_that_was_lost_in_a_kill_goes_away(talk: Talk, has_ended: bool) -> None:
    """Another one took its place, for its id was not kept; that one stays."""
    job = await note(talk)
    if has_ended:
        await talk.service.cancel(job.id)
    button = CancelJob(job_id=job.id).pack()
    *_, last = await talk.press(button, message_id=STATUS - 1)
    assert isinstance(last, DeleteMessage)
    assert last.message_id == STATUS - 1
    assert await ended(talk, job)
    assert not any(isinstance(call, DeleteMessage) for call in await talk.press(button, message_id=STATUS))


async def test_a_forged_button_cancels_nothing(talk: Talk) -> None:
    """A job can't be cancelled from another chat, where one is one's own admin."""
    job = await note(talk, GROUP)
    await talk.press(CancelJob(job_id=job.id).pack(), BOB)
    assert not await ended(talk, job)


async def test_the_button_of_a_draft_keeps_it(talk: Talk) -> None:
    """Whoever presses it is told that, for nothing is lost."""
    job = await note(talk)
    await talk.store.transition(job.id, JobState.RUNNING)
    draft = Transcript((Segment(0, 900, "Hello"),), "en", 1.0, 900, "base")
    talk.worker.first_passes[job.id] = draft
    (toast,) = await talk.press(CancelJob(job_id=job.id).pack(), message_id=STATUS)
    assert getattr(toast, "text", "") == "The draft stays."
    assert await talk.store.transcript(job.id) == draft


def test_any_job_fits_its_button() -> None:
    """Telegram takes 64 bytes."""
    ((button,),) = cancel_keyboard(2**62, lambda key, /, **_: key).inline_keyboard
    assert button.callback_data
    assert len(button.callback_data) <= 64
    assert CancelJob.unpack(button.callback_data).job_id == 2**62


@pytest.mark.parametrize("recognised", [True, False])
async def test_a_stopped_draft_keeps_what_was_recognised(talk: Talk, recognised: bool) -> None:
    """It is the text then, but not what the same recording gets the next time; where there is none, it is cancelled."""
    await talk.voice()
    (job,) = await talk.store.unfinished(ANN["id"])
    if recognised:
        talk.worker.segments[job.id] = [Segment(0, 900, "Half of")]
    stopped = {"chat": {"id": BOB["id"], "type": "private"}, "draft_id": job.id}
    await talk.receive("stopped_message_generation", stopped)
    assert await talk.store.unfinished(ANN["id"]) == [job]
    await talk.receive("stopped_message_generation", {**stopped, "chat": {"id": ANN["id"], "type": "private"}})
    view = await talk.service.view(job.id)
    assert view
    assert view.job.state is (JobState.DONE if recognised else JobState.CANCELLED)
    assert (view.transcript.text if view.transcript else "") == ("Half of" if recognised else "")
    assert await talk.store.find_cached(job.request) is None


async def test_a_stopped_draft_takes_no_whole_text_away(talk: Talk) -> None:
    """What was heard so far by a better model, or in another language, is less than what is there."""
    await talk.voice()
    (first,) = await talk.store.unfinished(ANN["id"])
    source = replace(first.request.source, key="again")
    again, _ = await talk.store.add(replace(first.request, source=source, based_on=first.id))
    talk.worker.segments[again.id] = [Segment(0, 900, "Half of")]
    stopped = {"chat": {"id": ANN["id"], "type": "private"}, "draft_id": again.id}
    await talk.receive("stopped_message_generation", stopped)
    view = await talk.service.view(again.id)
    assert view
    assert view.job.state is JobState.CANCELLED
