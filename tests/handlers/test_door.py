"""How strangers come in: by invitation, or by asking."""

from typing import Any

import pytest
from aiogram.methods import SendMessage

from handlers.door import REQUESTS
from tests.handlers.conftest import ANN, BOB, ROOT, Talk


@pytest.fixture
def allowed() -> frozenset[int]:
    return frozenset({1})


def data(message: Any, row: int, column: int) -> str:
    """What a button sends."""
    return str(message.reply_markup.inline_keyboard[row][column].callback_data)


def link_of(message: Any) -> str:
    """The payload of an invitation's link."""
    return str(next(word for word in message.text.split() if "start=" in word)).partition("start=")[2]


async def test_an_invitation_lets_in_as_many_as_it_says(talk: Talk) -> None:
    """One at first; its button makes that five. Who is in stays in, and uses up nothing."""
    invite = await talk.say("/invite", ROOT)
    start = f"/start {link_of(invite)}"
    assert "t.me/steno_bot?start=in_" in invite.text
    assert (await talk.say(start, BOB)).text.startswith("✅ Добро пожаловать")
    assert (await talk.say(start, BOB)).text.startswith("Вам уже можно")
    assert (await talk.say("/help", BOB)).text.startswith("Пришлите")
    refused = await talk.say(start, ANN)
    assert "not good any more" in refused.text
    *_, edit = await talk.press(data(invite, 0, 1), ROOT)
    assert "good for 5 people and for 7 days" in getattr(edit, "text", "")
    assert (await talk.say(start, ANN)).text.startswith("✅ Welcome")


async def test_a_withdrawn_invitation_lets_nobody_in(talk: Talk) -> None:
    """Nor does one that was never made, and a button of it can't bring it back."""
    invite = await talk.say("/invite", ROOT)
    *_, edit = await talk.press(data(invite, 2, 0), ROOT)
    assert getattr(edit, "text", "").startswith("Withdrawn")
    assert "not good any more" in (await talk.say(f"/start {link_of(invite)}", ANN)).text
    *_, edit = await talk.press(data(invite, 0, 1), ROOT)
    assert "expired or was withdrawn" in getattr(edit, "text", "")
    assert "not good any more" in (await talk.say("/start in_guess", ANN)).text


async def test_a_request_is_answered_with_one_button(talk: Talk) -> None:
    """The admin is told once whoever asks how often; the answer reaches the stranger in their language."""
    refusal = await talk.say("hello", BOB)
    ask = data(refusal, 0, 0)
    told = [call for call in await talk.press(ask, BOB) if isinstance(call, SendMessage)]
    (request,) = told
    assert (request.chat_id, request.text) == (ROOT["id"], "Bob, id 8, asks to use this bot.")
    assert not [call for call in await talk.press(ask, BOB) if isinstance(call, SendMessage)]
    calls = await talk.press(data(request, 0, 0), ROOT, text="Bob asks")
    (answer,) = [call for call in calls if isinstance(call, SendMessage)]
    assert (answer.chat_id, str(answer.text)[:9]) == (BOB["id"], "✅ Теперь ")
    assert await talk.voice(BOB) == []
    assert len(talk.worker.jobs) == 1
    again = await talk.press(data(request, 0, 1), ROOT, text="Bob asks")
    assert not [call for call in again if isinstance(call, SendMessage)]
    assert "Allowed" in getattr(again[-1], "text", "")


async def test_who_is_refused_asks_no_more(talk: Talk) -> None:
    """They are told, and their button does nothing then."""
    ask = data(await talk.say("hello"), 0, 0)
    (request,) = [call for call in await talk.press(ask) if isinstance(call, SendMessage)]
    answer = next(
        call for call in await talk.press(data(request, 0, 1), ROOT, text="Ann asks") if isinstance(call, SendMessage)
    )
    assert (answer.chat_id, answer.text) == (ANN["id"], "The bot’s owner did not let you in.")
    assert not [call for call in await talk.press(ask) if isinstance(call, SendMessage)]


async def test_a_flood_of_strangers_does_not_flood_the_admin(talk: Talk) -> None:
    """A few requests are shown, then one line says that there are more; all are kept."""
    told = []
    for user_id in range(100, 130):
        stranger = {**ANN, "id": user_id}
        told += [call for call in await talk.press("ask", stranger) if isinstance(call, SendMessage)]
    assert len(told) == REQUESTS.burst + 1
    assert str(told[-1].text).startswith("More people ask")
    assert (await talk.people.page("telegram", 0, 50))[1] == 30


@pytest.mark.parametrize(
    "forged", ["decide:8:1", "invite:abc:5:7", "users:0", "user:8:0", "access:8:0:0", "minutes:8:0:0"]
)
async def test_only_admins_decide(talk: Talk, forged: str) -> None:
    """A modified app can send any button."""
    await talk.people.use_invite(await talk.people.invite(1, 9e9), ANN["id"], "en")
    (alert,) = await talk.press(forged, ANN)
    assert getattr(alert, "text", "") == "This is for the bot’s owner only."
