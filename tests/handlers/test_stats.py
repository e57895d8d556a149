"""/stats, of oneself and of everybody."""

from typing import Any

import pytest
from aiogram.methods import EditMessageCaption, EditMessageMedia, EditMessageText, SendMessage, SendPhoto

from tests.handlers.conftest import ANN, BOB, GROUP, ROOT, Talk
from transcription.errors import TooLong
from transcription.jobs import JobState
from transcription.transcript import Segment, Transcript

PHOTO = {"photo": [{"file_id": "p", "file_unique_id": "p", "width": 9, "height": 9}], "text": None}


@pytest.fixture
async def busy(talk: Talk) -> Talk:
    """Ann had three minutes in two notes, Bob one minute and one refusal."""
    for sender, seconds in ((ANN, 120), (ANN, 60), (BOB, 60)):
        await talk.voice(sender)
        job = talk.worker.jobs.pop()
        await talk.store.finish(job.id, Transcript((Segment(0, 1, "Hi"),), "en", 1.0, seconds * 1000, "base"), 6.0)
    await talk.voice(BOB)
    await talk.store.transition(talk.worker.jobs.pop().id, JobState.FAILED, TooLong(limit_s=1))
    return talk


async def test_an_admin_sees_all_and_others_their_own(busy: Talk) -> None:
    """How fast the machine is, is the owner's to know."""
    text = (await busy.say("/stats", ROOT)).text
    assert "All notes, last 30 days\n\n3 notes, 4 min\n2 people\nWait" in text
    assert text.endswith("RTF: base 0.075\n1 failure: too-long 1")
    own = (await busy.say("/stats", BOB)).text
    assert own.startswith("📊 Ваши записи, последние 30 дней\n\n1 запись, 1 мин\n")
    assert own.endswith("1 неудача: too-long 1")
    assert "RTF" not in own


async def test_the_picture_has_the_text_as_its_caption(busy: Talk) -> None:
    """One message; a button puts another period into it."""
    busy.picture = b"PNG"
    shown = await busy.say("/stats")
    assert isinstance(shown, SendPhoto)
    assert "2 notes, 3 min" in str(shown.caption)
    assert (busy.charts[-1].title, sum(busy.charts[-1].values)) == ("Minutes of recordings by day", 3)
    *_, edit = await busy.press("stats:hour", **PHOTO)
    assert isinstance(edit, EditMessageMedia)
    assert "last 24 hours" in edit.media.caption  # type: ignore[operator,union-attr]
    chart = busy.charts[-1]
    assert (len(chart.values), chart.values[-1], chart.labels[-1][-3:]) == (24, 3, ":00")


@pytest.mark.parametrize(("content", "edit_type"), [({}, EditMessageText), (PHOTO, EditMessageCaption)])
async def test_without_a_picture_there_is_the_text(busy: Talk, content: Any, edit_type: type) -> None:
    """Also where a former one had a picture."""
    assert isinstance(await busy.say("/stats"), SendMessage)
    *_, edit = await busy.press("stats:week", **content)
    assert isinstance(edit, edit_type)
    assert "last 26 weeks" in (getattr(edit, "text", None) or edit.caption)  # type: ignore[attr-defined]


async def test_numbers_stay_out_of_groups(busy: Talk) -> None:
    """An admin's hold those of everybody."""
    assert (await busy.say("/stats", ROOT, GROUP)).text == "Please send me this in our private chat."
    assert await busy.press("stats:week", ROOT, GROUP) != []
    assert not [call for call in busy.telegram.calls if isinstance(call, EditMessageText)]


async def test_who_sent_nothing_is_told_so(talk: Talk) -> None:
    """No chart of nothing."""
    assert (await talk.say("/stats")).text == "📊 Your notes, last 30 days\n\nNo notes became text."
    assert talk.charts == []


async def test_a_weekly_note_is_for_admins_who_want_it(busy: Talk) -> None:
    """One button begins and ends it; nobody else has it, nor can forge it."""
    shown = await busy.say("/stats", ROOT)
    assert shown.reply_markup.inline_keyboard[1][0].text == "🔕 Weekly note: off"
    toast, edit = await busy.press("weekly:day", ROOT)
    assert getattr(toast, "text", "") == "I’ll write to you once a week."
    assert edit.reply_markup.inline_keyboard[1][0].text == "🔔 Weekly note: on"  # type: ignore[attr-defined]
    assert (await busy.people.get(ROOT["id"])).weekly_at
    await busy.press("weekly:day", ROOT)
    assert (await busy.people.get(ROOT["id"])).weekly_at is None
    assert len((await busy.say("/stats")).reply_markup.inline_keyboard) == 1
    await busy.press("weekly:day")
    assert (await busy.people.get(ANN["id"])).weekly_at is None
