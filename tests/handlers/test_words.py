"""A chat's names and jargon."""

from typing import Any

import pytest
from aiogram.methods import AnswerCallbackQuery

from tests.handlers.conftest import ANN, BOB, GROUP, Talk
from transcription.jobs import Preferences


async def words(talk: Talk, chat_id: int = ANN["id"]) -> str | None:
    return (await talk.service.preferences(chat_id)).prompt


def text(call: Any) -> str:
    return str(getattr(call, "text", ""))


async def test_words_are_kept_as_one_line_and_quoted(talk: Talk) -> None:
    """Exactly as they were written, but for white space; the chat's model and language stay."""
    await talk.service.change_preferences(ANN["id"], model="small", language="ru")
    answer = await talk.say("/words  Kubernetes,\n <b>R&D</b>,\t Marja ")
    assert answer.text == "✅ Names and jargon of this chat from now on: “Kubernetes, <b>R&D</b>, Marja”"
    assert await talk.service.preferences(ANN["id"]) == Preferences("small", "ru", "Kubernetes, <b>R&D</b>, Marja")
    await talk.say("/language de")
    assert await words(talk) == "Kubernetes, <b>R&D</b>, Marja"


async def test_words_are_shown_and_cleared_by_a_button(talk: Talk) -> None:
    """The list becomes the answer; where nothing is kept there is an example and no button."""
    await talk.say("/words Графана, Марья", BOB)
    shown = await talk.say("/words", BOB)
    assert "«Графана, Марья»" in shown.text
    ((clear,),) = shown.reply_markup.inline_keyboard
    assert clear.text == "Убрать"
    answer, edit = await talk.press(clear.callback_data, BOB)
    assert isinstance(answer, AnswerCallbackQuery)
    assert text(edit) == "✅ Своих имён и терминов у этого чата теперь нет."
    assert await words(talk, BOB["id"]) is None
    empty = await talk.say("/words", BOB)
    assert "/words Kubernetes" in empty.text
    assert empty.reply_markup is None


@pytest.mark.parametrize("dash", ["-", "–", "—"])
async def test_a_dash_clears_words(talk: Talk, dash: str) -> None:
    """Whichever dash the phone makes of it; the chat's model stays."""
    await talk.service.change_preferences(ANN["id"], model="small", prompt="Marja")
    assert (await talk.say(f"/words {dash}")).text == "✅ This chat has no names and jargon of its own now."
    assert await talk.service.preferences(ANN["id"]) == Preferences("small")


async def test_too_many_words_are_refused(talk: Talk) -> None:
    """With the limit, and the former words stay; as many as the limit are taken."""
    await talk.say(f"/words {'я' * 300}")
    assert "These are 301 characters, and I can keep 300 at most" in (await talk.say(f"/words {'x' * 301}")).text
    assert await words(talk) == "я" * 300


@pytest.mark.parametrize("admin", [True, False])
async def test_in_groups_admins_choose_words(talk: Talk, admin: bool) -> None:
    """In words, by a dash or by button; everyone may see them."""
    talk.telegram.admins = {ANN["id"]} if admin else set()
    await talk.service.change_preferences(GROUP["id"], prompt="Grafana")
    assert "Grafana" in (await talk.say("/words", ANN, GROUP)).text
    kept = []
    for act in (talk.say("/words Marja", ANN, GROUP), talk.say("/words -", ANN, GROUP)):
        said = await act
        assert (text(said) == "Only chat admins can change this.") is not admin
        kept.append(await words(talk, GROUP["id"]))
    assert kept == (["Marja", None] if admin else ["Grafana", "Grafana"])
    await talk.service.change_preferences(GROUP["id"], prompt="Grafana")
    last = (await talk.press("words", ANN, GROUP))[-1]
    assert (text(last) == "Only chat admins can change this.") is not admin
    assert await words(talk, GROUP["id"]) == (None if admin else "Grafana")


async def test_words_for_a_model_that_makes_no_use_of_them(talk: Talk) -> None:
    """They are kept for the next one, and that is said."""
    await talk.service.change_preferences(ANN["id"], model="gigaam-v3")
    for answer in (await talk.say("/words Graphana"), await talk.say("/words")):
        assert "gigaam-v3 makes no use of them" in answer.text
    assert await words(talk) == "Graphana"
