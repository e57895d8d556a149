"""Choosing a language."""

from typing import Any

import pytest
from aiogram.types import InlineKeyboardMarkup

from handlers.chat_settings import effective_settings
from handlers.languages import LANGUAGES, matching, native_name
from tests.handlers.conftest import ANN, BOB, GROUP, LOCALES, Json, Talk
from transcription.jobs import Preferences


def buttons(call: Any) -> dict[str, str]:
    """What a call's buttons say, and what they send."""
    assert isinstance(call.reply_markup, InlineKeyboardMarkup)
    return {button.text: button.callback_data or "" for row in call.reply_markup.inline_keyboard for button in row}


async def chosen(talk: Talk, chat_id: int = ANN["id"]) -> str | None:
    return (await talk.service.preferences(chat_id)).language


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("ru", "ru", "Русский"),
        ("russian", "ru", "Русский"),
        ("Русский", "ru", "Русский"),
        ("немецкий", "de", "Deutsch"),
        ("port", "pt", "Português"),
        ("uk", "uk", "Українська"),
        ("Bengali", "bn", "বাংলা"),
    ],
)
async def test_a_language_can_be_written(talk: Talk, text: str, code: str, said: str) -> None:
    """As a code, in English, in itself and in one's own language; a clear beginning is enough."""
    answer = await talk.say(f"/language {text}", BOB)
    assert await chosen(talk, BOB["id"]) == code
    assert answer.text == f"✅ Язык этого чата: {said}."


@pytest.mark.parametrize("sender", [ANN, BOB])
@pytest.mark.parametrize(
    ("text", "code"), [("русский", "ru"), ("Russian", "ru"), ("german", "de"), ("немецкий", "de"), ("нем", "de")]
)
async def test_names_are_known_in_every_language_that_the_bot_speaks(
    talk: Talk, sender: Json, text: str, code: str
) -> None:
    """Whichever the app of the person speaks."""
    await talk.say(f"/language {text}", sender)
    assert await chosen(talk, sender["id"]) == code


async def test_detection_can_be_chosen(talk: Talk) -> None:
    """Also where the owner fixed a language; the chat's model stays."""
    await talk.service.change_preferences(ANN["id"], model="small", language="ru")
    assert (await talk.say("/language auto")).text == "✅ I’ll detect the language of each note."
    assert await talk.service.preferences(ANN["id"]) == Preferences("small", "auto")


async def test_unclear_names_are_asked_about(talk: Talk) -> None:
    """Several languages are offered, none is said to be unknown, and nothing is set."""
    assert "Malagasy" in buttons(await talk.say("/language ma"))
    assert "“Klingon”" in (await talk.say("/language Klingon")).text
    assert await chosen(talk) is None


async def test_all_languages_can_be_reached(talk: Talk) -> None:
    """By turning pages, the most spoken ones first."""
    page = await talk.say("/language")
    assert list(buttons(page))[:3] == ["Detect it", "English", "Русский"]
    seen = set(buttons(page).values())
    while buttons(page)["→"] != "languages:0":
        _, page = await talk.press(buttons(page)["→"])
        seen |= set(buttons(page).values())
    assert seen >= {f"language:{code}" for code in LANGUAGES}


async def test_a_button_sets_a_language(talk: Talk) -> None:
    """The list becomes the answer."""
    *_, edit = await talk.press("language:de")
    assert await chosen(talk) == "de"
    assert getattr(edit, "text", "") == "✅ I’ll expect Deutsch in this chat."


@pytest.mark.parametrize("admin", [True, False])
async def test_in_groups_admins_choose(talk: Talk, admin: bool) -> None:
    """By button or in words."""
    talk.telegram.admins = {ANN["id"]} if admin else set()
    said = [(await talk.press("language:de", ANN, GROUP))[-1], await talk.say("/language de", ANN, GROUP)]
    assert [getattr(call, "text", "") == "Only chat admins can change this." for call in said] == [not admin] * 2
    assert await chosen(talk, GROUP["id"]) == ("de" if admin else None)


async def test_a_model_of_english_only_keeps_to_it(talk: Talk) -> None:
    """Another language is not set, and the way out is said."""
    await talk.service.change_preferences(ANN["id"], model="base.en")
    assert "base.en understands English only" in (await talk.say("/language ru")).text
    assert await chosen(talk) is None


@pytest.mark.parametrize(
    ("model", "expected"), [("gigaam-v3", "ru"), ("parakeet-v3", "de"), ("base", "de"), ("tiny.en", "en")]
)
async def test_a_note_is_in_a_language_that_its_model_knows(talk: Talk, model: str, expected: str) -> None:
    """The chat's own where it knows that, else the one that it knows."""
    await talk.service.change_preferences(ANN["id"], model=model, language="de")
    assert (await effective_settings(talk.service, ANN["id"])).language == expected


async def test_a_language_that_the_model_lacks_is_not_set(talk: Talk) -> None:
    """Of many that it knows."""
    await talk.service.change_preferences(ANN["id"], model="parakeet-v3")
    assert "parakeet-v3 does not understand 日本語" in (await talk.say("/language ja")).text
    assert await chosen(talk) is None


def test_every_language_has_its_own_name() -> None:
    """No two look the same, and each finds itself by its name."""
    names = {native_name(code): code for code in LANGUAGES}
    assert len(names) == len(LANGUAGES) == 100
    assert all(matching(name, LOCALES.codes) == [code] for name, code in names.items())
