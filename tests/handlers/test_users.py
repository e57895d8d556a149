"""/users, /ban and the minutes of a day."""

from typing import Any

import pytest

from handlers.people import AccessRules
from tests.handlers.conftest import ANN, BOB, BOT, GROUP, ROOT, Talk
from transcription.transcript import Segment, Transcript


def buttons(message: Any) -> dict[str, str]:
    """What the buttons under a message send, by their labels."""
    return {button.text: button.callback_data for row in message.reply_markup.inline_keyboard for button in row}


async def heard(talk: Talk, seconds: int) -> None:
    """The note that waits has become text."""
    job = talk.worker.jobs.pop()
    await talk.store.finish(job.id, Transcript((Segment(0, 1, "Hi"),), "en", 1.0, seconds * 1000, "base"), 1.0)
    await talk.store.mark_delivered(job.id)


async def test_people_are_listed_and_banned_by_buttons(talk: Talk) -> None:
    """Whoever sent a note is there, with today's minutes; a banned person is not answered until allowed again."""
    await talk.voice(BOB)
    await heard(talk, 120)
    *_, page = await talk.receive("message", talk.message(ROOT, text="/users"))
    assert list(buttons(page)) == ["👤 Bob · 2 min today"]
    *_, card = await talk.press(buttons(page)["👤 Bob · 2 min today"], ROOT)
    assert "Allowed, as everyone" in getattr(card, "text", "")
    *_, card = await talk.press(buttons(card)["Ban"], ROOT)
    assert "🚫 Banned" in getattr(card, "text", "")
    assert await talk.voice(BOB) == []
    assert talk.worker.jobs == []
    await talk.press(buttons(card)["Allow"], ROOT)
    await talk.voice(BOB)
    assert len(talk.worker.jobs) == 1


async def test_pages_turn(talk: Talk) -> None:
    """Eight at a time; those who ask come first, and the last page turns to the first."""
    for user_id in range(100, 109):
        await talk.voice({**ANN, "id": user_id})
        await heard(talk, 1)
    await talk.people.ask(109, "en")
    *_, page = await talk.receive("message", talk.message(ROOT, text="/users"))
    assert "10 people, page 1 of 2" in page.text  # type: ignore[attr-defined]
    assert next(iter(buttons(page))).startswith("❓")
    *_, page = await talk.press(buttons(page)["→"], ROOT)
    data = [button.callback_data for row in page.reply_markup.inline_keyboard for button in row]  # type: ignore[attr-defined]
    assert data == ["user:107:1", "user:108:1", "users:0", "users:0"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("/ban 8", "🚫 Bob is banned"),
        ("/ban", "Whom?"),
        ("/ban @bob", "Whom?"),
        ("/ban 9", "Admins can’t"),
        ("/ban " + "9" * 30, "Whom?"),
    ],
)
async def test_ban_names_a_person(talk: Talk, text: str, said: str) -> None:
    """By their id; whatever else is written gets a hint."""
    *_, answer = await talk.receive("message", talk.message(ROOT, text=text))
    assert str(getattr(answer, "text", "")).startswith(said)


async def test_ban_takes_the_sender_of_a_message_replied_to(talk: Talk) -> None:
    """In a group, where ids are not seen; never the bot itself."""
    for author, said in ((BOB, "🚫 Bob is banned"), (BOT, "Admins can’t")):
        replied = talk.message(author, GROUP, text="spam")
        message = talk.message(ROOT, GROUP, text="/ban", reply_to_message=replied)
        *_, answer = await talk.receive("message", message)
        assert str(getattr(answer, "text", "")).startswith(said)
    await talk.voice(BOB, GROUP)
    assert talk.worker.jobs == []


@pytest.mark.parametrize("command", ["/users", "/invite", "/ban 8"])
async def test_owners_commands_are_the_owners(talk: Talk, command: str) -> None:
    """Other people are told so, and what is not for all eyes stays out of groups."""
    assert (await talk.say(command)).text == "This is for the bot’s owner only."
    if command != "/ban 8":
        assert (await talk.say(command, ROOT, GROUP)).text == "Please send me this in our private chat."


async def test_an_open_bot_needs_no_invitation(talk: Talk) -> None:
    """It says how to close it."""
    assert "INVITE_ONLY=on" in (await talk.say("/invite", ROOT)).text


async def test_minutes_of_a_day_are_limited(talk: Talk) -> None:
    """What waits counts with what was done; forgetting one's notes does not bring them back."""
    await talk.people.set_minutes(ANN["id"], 10)
    await talk.voice()
    await heard(talk, 599)
    (refusal,) = await talk.voice()
    assert str(getattr(refusal, "text", "")).startswith("You have had your 10 minutes")
    await talk.service.forget(ANN["id"])
    await talk.voice()
    assert talk.worker.jobs == []
    await talk.people.set_minutes(ANN["id"], 0)
    await talk.voice()
    assert len(talk.worker.jobs) == 1


async def test_the_settings_limit_who_has_no_limit_of_their_own(talk: Talk) -> None:
    """Admins have none."""
    allowance = talk.dispatcher["allowance"]
    limited = allowance.__class__(allowance.people, allowance.usage, AccessRules(frozenset({9}), minutes_per_day=5))
    await talk.people.set_minutes(BOB["id"], 60)
    assert [await limited.limit_minutes(user["id"]) for user in (ANN, BOB, ROOT)] == [5, 60, 0]
