"""/speakers and /unsure: what the texts of a chat show."""

from typing import Any

import pytest
from aiogram.methods import AnswerCallbackQuery

from tests.handlers.conftest import ANN, BOB, GROUP, Talk
from transcription.jobs import Preferences
from transcription.task import TaskOptions


def buttons(call: Any) -> dict[str, str]:
    (row,) = call.reply_markup.inline_keyboard
    return {button.text: button.callback_data for button in row}


@pytest.mark.parametrize(
    ("text", "speakers", "said"),
    [
        ("on", 0, "пишу, кто говорит, если"),
        ("вкл", 0, "пишу, кто говорит, если"),
        ("2", 2, "кто говорит: 2 человека."),
        ("5", 5, "кто говорит: 5 человек."),
        ("off", None, "не пишу, кто говорит"),
    ],
)
async def test_speakers_are_chosen_by_a_word(talk: Talk, text: str, speakers: int | None, said: str) -> None:
    """On, off or how many; the chat's other settings stay, and its next note is heard so."""
    await talk.service.change_preferences(BOB["id"], model="small", language="ru", prompt="Маша", speakers=3)
    assert said in (await talk.say(f"/speakers {text}", BOB)).text
    assert await talk.service.preferences(BOB["id"]) == Preferences("small", "ru", "Маша", speakers)
    await talk.voice(BOB)
    assert talk.worker.jobs[-1].request.options == TaskOptions(speakers=speakers)


@pytest.mark.parametrize("text", ["", "11", "-1", "many"])
async def test_speakers_are_shown_with_buttons(talk: Talk, text: str) -> None:
    """What is chosen is marked; a button chooses another, and its list becomes the answer."""
    shown = await talk.say(f"/speakers {text}")
    assert "Now they don’t" in shown.text
    assert list(buttons(shown)) == ["✓ Off", "On", "2", "3"]
    answer, edit = await talk.press(buttons(shown)["2"])
    assert isinstance(answer, AnswerCallbackQuery)
    assert getattr(edit, "text", "") == "✅ New texts will say which of 2 people speaks."
    assert "✓ 2" in buttons(await talk.say("/speakers"))


async def test_doubt_is_turned_on_and_off(talk: Talk) -> None:
    """By a word or by the button that the command shows."""
    shown = await talk.say("/unsure")
    assert "Now I don’t" in shown.text
    _, edit = await talk.press(buttons(shown)["On"])
    assert "I underline the words" in getattr(edit, "text", "")
    assert (await talk.service.preferences(ANN["id"])).mark_unsure
    assert "underline nothing" in (await talk.say("/unsure OFF")).text
    assert not (await talk.service.preferences(ANN["id"])).mark_unsure


@pytest.mark.parametrize("command", ["/speakers 2", "/unsure on"])
async def test_only_admins_choose_for_a_group(talk: Talk, command: str) -> None:
    """By word and by button."""
    assert (await talk.say(command, ANN, GROUP)).text == "Only chat admins can change this."
    (_, data) = list(buttons(await talk.say(command.split(maxsplit=1)[0], ANN, GROUP)).items())[-1]
    (_, answer) = await talk.press(data, ANN, GROUP)
    assert getattr(answer, "text", "") == "Only chat admins can change this."
    assert await talk.service.preferences(GROUP["id"]) == Preferences()
