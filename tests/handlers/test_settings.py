"""/settings: all that a chat may choose, in one message."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from aiogram.methods import AnswerCallbackQuery, EditMessageText

from handlers.settings_page import SWITCHES, ChangeSetting, ShowSettings
from tests.handlers.conftest import ANN, BOB, GROUP, Json, Talk
from transcription import Preferences


def labels(call: Any) -> list[str]:
    """What the buttons of a message say."""
    return [button.text for row in call.reply_markup.inline_keyboard for button in row]


async def press(talk: Talk, label: str, page: Any, who: Json = ANN) -> EditMessageText:
    """Press the button that says this; returns what the message says then."""
    (button,) = [each for row in page.reply_markup.inline_keyboard for each in row if each.text == label]
    answer, edit = await talk.press(button.callback_data, who)
    assert isinstance(answer, AnswerCallbackQuery)
    assert isinstance(edit, EditMessageText)
    return edit


async def test_each_switch_changes_at_once_and_is_shown(talk: Talk) -> None:
    """To what it was not; one of them back again."""
    page: Any = await talk.say("/settings")
    names = ("Paragraphs", "Times", "Doubtful words", "Leave out “um”", "Quiet", "Tidy up", "Live typing")
    for label, name in zip(names, SWITCHES, strict=True):
        was_on = getattr(await talk.service.preferences(ANN["id"]), name)
        page = await press(talk, f"✓ {label}" if was_on else label, page)
        assert getattr(await talk.service.preferences(ANN["id"]), name) is not was_on
        assert (f"✓ {label}" in labels(page)) is not was_on
    assert "✓ Each sentence has its time." in page.text
    page = await press(talk, "✓ Times", page)
    assert "– Sentences have no times." in page.text


async def test_a_quiet_chat_is_not_told_of_live_typing(talk: Talk) -> None:
    """Whatever it chose of that, for nothing is shown before the text."""
    await talk.service.change_preferences(ANN["id"], drafts=True, quiet=True)
    text = (await talk.say("/settings")).text
    assert "✓ Quiet: while I listen" in text
    assert text.endswith("– Nothing is typed out while it is quiet.")


async def test_two_switches_at_once_are_both_kept(talk: Talk) -> None:
    """Who taps fast loses none."""
    taps = [ChangeSetting(name=name, value="1").pack() for name in ("show_times", "mark_unsure", "tidy")]
    await asyncio.gather(*(talk.press(tap) for tap in taps))
    kept = await talk.service.preferences(ANN["id"])
    assert (kept.show_times, kept.mark_unsure, kept.tidy) == (True, True, True)


@pytest.mark.parametrize(
    ("setting", "choice", "shown", "kept"),
    [
        ("Language: detect", "Deutsch", "Spoken language: Deutsch", {"language": "de"}),
        ("Speakers: don’t say", "3", "Who speaks: 3", {"speakers": 3}),
        ("Speakers: don’t say", "find out", "Who speaks: find out", {"speakers": 0}),
        ("Long texts: folded", "one message", "A long text: one message", {"long_texts": "rich"}),
        ("Join notes: off", "within 2 min", "one text: within 2 min", {"join_s": 120}),
        ("File: TXT", "SRT", "File that comes with a long text: SRT", {"file_format": "srt"}),
    ],
)
async def test_a_choice_leads_back_to_all_settings(
    talk: Talk, setting: str, choice: str, shown: str, kept: dict[str, Any]
) -> None:
    """With what was chosen, which has a mark among the choices."""
    choices = await press(talk, setting, await talk.say("/settings"))
    page = await press(talk, choice, choices)
    assert shown in page.text
    assert await talk.service.preferences(ANN["id"]) == Preferences(**kept)
    name = setting.partition(":")[0]
    again = await press(talk, next(each for each in labels(page) if each.startswith(name)), page)
    assert f"✓ {choice}" in labels(again)


async def test_the_model_is_chosen_from_the_same_message(talk: Talk) -> None:
    """And from there a button leads back."""
    models = await press(talk, "Model: base", await talk.say("/settings"))
    assert "✓ base" in labels(models)
    calls = await talk.press("model:small")
    assert labels(calls[-1]) == ["⚙️ Settings"]
    page = await press(talk, "⚙️ Settings", calls[-1])
    assert "Model: small" in page.text


async def test_only_languages_of_the_model_are_offered(talk: Talk) -> None:
    """A model of one language leaves nothing to choose, not even to detect it."""
    await talk.service.change_preferences(ANN["id"], model="gigaam-v3")
    page = await press(talk, "Language: Русский", await talk.say("/settings"))
    assert labels(page) == ["✓ Русский", "⚙️ Settings"]


async def test_joining_is_not_offered_where_no_text_is_kept(talk: Talk) -> None:
    """It could not grow."""
    talk.service.options = replace(talk.service.options, keep_days=0)
    page = await talk.say("/settings")
    assert "one text" not in page.text
    assert not [label for label in labels(page) if label.startswith("Join")]


@pytest.mark.parametrize("admin", [True, False])
@pytest.mark.parametrize("data", [ChangeSetting(name="tidy", value="1"), ShowSettings(name="speakers")])
async def test_in_groups_admins_choose(talk: Talk, admin: bool, data: Any) -> None:
    """Everyone may look; for others a button changes nothing, and says why."""
    talk.telegram.admins = {BOB["id"]} if admin else set()
    assert "Настройки этого чата" in (await talk.say("/settings", BOB, GROUP)).text
    last: Any = (await talk.press(data.pack(), BOB, GROUP))[-1]
    assert isinstance(last, EditMessageText) is admin
    assert (last.text == "Менять это могут только администраторы чата.") is not admin
    assert (await talk.service.preferences(GROUP["id"])).tidy is (admin and isinstance(data, ChangeSetting))


@pytest.mark.parametrize(
    ("name", "value"),
    [("speakers", "99"), ("long_texts", "x"), ("join_s", "9"), ("file_format", "exe"), ("model", "x"), ("tidy", "2")],
)
async def test_a_forged_button_changes_nothing(talk: Talk, name: str, value: str) -> None:
    """Only what the page offers can be set."""
    before = await talk.service.preferences(ANN["id"])
    await talk.press(ChangeSetting(name=name, value=value).pack())
    assert await talk.service.preferences(ANN["id"]) == before
