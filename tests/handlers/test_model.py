"""Choosing a model."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from aiogram.types import InlineKeyboardMarkup

from handlers.chat_settings import effective_settings
from tests.handlers.conftest import ANN, BOB, GROUP, Talk
from transcription.errors import EngineMissing, ModelTooBig, ModelUnavailable
from transcription.jobs import Preferences
from transcription.models.registry import Progress, Stage


def buttons(call: Any) -> dict[str, str]:
    """What a call's buttons say, and what they send."""
    assert isinstance(call.reply_markup, InlineKeyboardMarkup)
    return {button.text: button.callback_data or "" for row in call.reply_markup.inline_keyboard for button in row}


async def test_models_are_offered_with_what_they_cost(talk: Talk) -> None:
    """Disk, memory and time, estimated ones named so; the current model is marked."""
    await talk.service._speeds.record("base", 60, 9)
    offer = await talk.say("/model")
    assert "base: 149 MB, 272 MB; 1 min ≈ 9 s\n" in offer.text
    assert "large-v3: 3.1 GB" in offer.text
    assert "(estimated)" in offer.text
    assert buttons(offer)["✓ base"] == "model:base"
    assert len(buttons(offer)) <= 11


async def test_models_of_some_languages_say_so(talk: Talk) -> None:
    """One language by its name, several by their number; and what has to be downloaded first is marked."""
    talk.models.missing["parakeet-v3"] = ModelUnavailable(model="parakeet-v3")
    lines = {line.split()[0].rstrip(":"): line for line in (await talk.say("/model")).text.splitlines()[2:]}
    assert lines["gigaam-v3"].startswith("gigaam-v3 (Русский): 227 MB")
    assert lines["parakeet-v3"].startswith("parakeet-v3 (25 languages): ")
    assert [name for name, line in lines.items() if line.endswith("⬇️")] == ["parakeet-v3"]
    assert "(" not in lines["base"].replace("(estimated)", "")


@pytest.mark.parametrize(
    ("model", "language", "sentence"),
    [
        ("gigaam-v3", "de", "understands Русский only"),
        ("parakeet-v3", "ja", "does not understand 日本語"),
        ("parakeet-v3", "de", "listens from now on. Notes"),
    ],
)
async def test_a_model_that_lacks_the_language_says_so(talk: Talk, model: str, language: str, sentence: str) -> None:
    """It is chosen all the same; the chat's language is kept for the next model."""
    await talk.service.change_preferences(ANN["id"], language=language)
    *_, done = await talk.press(f"model:{model}")
    assert sentence in getattr(done, "text", "")
    assert await talk.service.preferences(ANN["id"]) == Preferences(model, language)


async def test_an_engine_that_is_not_installed_is_named(talk: Talk) -> None:
    """And how it gets there; the model stays the one it was."""
    talk.models.missing["gigaam-v3"] = EngineMissing(model="gigaam-v3", engine="onnx")
    *_, answer = await talk.press("model:gigaam-v3")
    assert "scripts/setup.sh onnx" in getattr(answer, "text", "")
    assert (await talk.service.preferences(ANN["id"])).model is None


async def test_english_only_models_have_a_page(talk: Talk) -> None:
    """From which there is a way back."""
    offer = await talk.say("/model")
    _, english = await talk.press(buttons(offer)["English only…"])
    assert "base.en" in buttons(english)
    _, back = await talk.press(buttons(english)["← All languages"])
    assert buttons(back) == buttons(offer)


async def test_the_best_for_each_language_is_offered_where_the_owner_has_it(talk: Talk) -> None:
    """Chats have it until they choose a model, and may come back to it."""
    assert "model:auto" not in buttons(await talk.say("/model")).values()
    options = talk.service.options
    talk.service.options = replace(options, defaults=replace(options.defaults, by_language=True))
    offer = await talk.say("/model")
    assert buttons(offer)["✓ Best for each language"] == "model:auto"
    assert "and base for the rest" in offer.text
    await talk.press("model:small")
    assert not (await effective_settings(talk.service, ANN["id"])).by_language
    _, done = await talk.press("model:auto")
    assert getattr(done, "text", "").startswith("✅ The best model for each language listens from now on, and base")
    settings = await effective_settings(talk.service, ANN["id"])
    assert (settings.model.name, settings.by_language, talk.models.ensured) == ("base", True, ["small"])
    (toast,) = await talk.press("model:auto")
    assert "already" in getattr(toast, "text", "")


async def test_a_model_is_brought_and_then_kept(talk: Talk) -> None:
    """For this chat only, whose language stays."""
    await talk.service.change_preferences(ANN["id"], language="ru")
    toast, preparing, done = await talk.press("model:small")
    assert [getattr(call, "text", None) for call in (toast, preparing)] == [None, "Preparing small…"]
    assert getattr(done, "text", "").startswith("✅ small listens from now on.")
    assert talk.models.ensured == ["small"]
    assert await talk.service.preferences(ANN["id"]) == Preferences("small", "ru")
    (toast,) = await talk.press("model:small")
    assert getattr(toast, "text", "") == "small it is already."


async def test_a_download_is_told_and_not_started_twice(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says how far it is; who presses again meanwhile is asked to wait."""
    told, busy, loaded = asyncio.Event(), asyncio.Event(), asyncio.Event()
    said: list[str] = []
    make_request = talk.telegram.make_request

    async def listen(bot: Any, method: Any, timeout: int | None = None) -> Any:  # noqa: ASYNC109 - aiogram's name
        said.append(getattr(method, "text", None) or "")
        (told if "42 %" in said[-1] else busy if "is being prepared" in said[-1] else asyncio.Event()).set()
        return await make_request(bot, method, timeout)

    async def ensure(name: str, on_progress: Progress) -> None:
        on_progress(Stage.DOWNLOAD, 0.42)
        await loaded.wait()

    monkeypatch.setattr("handlers.model_loading.PROGRESS_EVERY_S", 0.001)
    monkeypatch.setattr(talk.telegram, "make_request", listen)
    monkeypatch.setattr(talk.models, "ensure", ensure)
    pressing = asyncio.create_task(talk.press("model:medium"))
    await told.wait()
    second = asyncio.create_task(talk.press("model:small"))
    await busy.wait()
    loaded.set()
    await asyncio.gather(pressing, second)
    assert said.count("⬇️ Downloading medium: 42 %") == 1
    assert (await talk.service.preferences(ANN["id"])).model == "medium"


async def test_a_model_that_does_not_fit_is_refused(talk: Talk) -> None:
    """In an alert with the reason, which Telegram limits to 200 characters."""
    talk.models.refused["large-v3"] = ModelTooBig(model="large-v3", need_mb=3250, have_mb=800, what="memory")
    (alert,) = await talk.press("model:large-v3")
    text = getattr(alert, "text", "")
    assert "needs 3.2 GB of memory, and 800 MB are free" in text
    assert len(text) <= 200
    assert talk.models.ensured == []


async def test_a_model_that_can_not_be_had_leaves_the_old_one(talk: Talk) -> None:
    """The offer stays open, and a later try is not taken for a second press."""
    talk.models.missing["small"] = ModelUnavailable(model="small")
    *_, sorry = await talk.press("model:small")
    assert "can’t be downloaded now" in getattr(sorry, "text", "")
    assert "✓ base" in buttons(sorry)
    assert await talk.service.preferences(ANN["id"]) == Preferences()
    talk.models.missing.clear()
    await talk.press("model:small")
    assert talk.models.ensured == ["small"]


async def test_in_groups_admins_choose(talk: Talk) -> None:
    """Others get an alert."""
    talk.telegram.admins = {BOB["id"]}
    *_, alert = await talk.press("model:small", ANN, GROUP)
    assert getattr(alert, "text", "") == "Only chat admins can change this."
    assert talk.models.ensured == []
    await talk.press("model:small", BOB, GROUP)
    assert await talk.service.preferences(GROUP["id"]) == Preferences("small")


async def test_a_model_of_the_past_is_not_known(talk: Talk) -> None:
    """The button of a model that left the catalogue says so."""
    (alert,) = await talk.press("model:huge")
    assert getattr(alert, "text", "").startswith("I don’t know the model huge.")


async def test_with_workers_theirs_alone_are_offered(talk: Talk) -> None:
    """How many have each, and whether the chat's own is among them; with nobody there that is said."""
    talk.models.workers = {"base": 1, "tiny.en": 2}
    offer = await talk.say("/model")
    assert "base: 1 worker; 1 min" in offer.text
    assert list(buttons(offer)) == ["✓ base", "English only…", "⚙️ Settings"]
    _, english = await talk.press(buttons(offer)["English only…"])
    assert "tiny.en: 2 workers; 1 min" in getattr(english, "text", "")
    talk.models.workers = {"tiny.en": 2}
    offer = await talk.say("/model")
    assert offer.text.endswith("None of them has base, which is chosen here. Please choose one of these.")
    assert list(buttons(offer)) == ["tiny.en", "⚙️ Settings"]
    talk.models.workers = {}
    offer = await talk.say("/model")
    assert offer.text.startswith("⏳ No worker is there now")
    assert list(buttons(offer)) == ["⚙️ Settings"]
