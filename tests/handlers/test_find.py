"""One's own texts, found and listed."""

from typing import Any

import pytest
from aiogram.methods import AnswerCallbackQuery, SendDocument

from tests.handlers.conftest import ANN, BOB, GROUP, Talk
from transcription.transcript import Segment, Transcript

FAMILY = {"id": -1001234567890, "type": "supergroup", "title": "Family"}


async def said(talk: Talk, text: str, sender: Any = ANN, chat: Any = None, **content: Any) -> int:
    """Send a note that says this; returns its job."""
    await talk.voice(sender, chat, **content)
    job = talk.worker.jobs[-1]
    await talk.store.finish(job.id, Transcript((Segment(0, 3000, text),), "en", 1.0, 3000, "base"))
    await talk.store.mark_delivered(job.id)
    return job.id


def buttons(page: Any) -> dict[str, str]:
    """What the buttons of a page send, by what they say."""
    return {button.text: button.callback_data for row in page.reply_markup.inline_keyboard for button in row}


def bold(page: Any) -> list[str]:
    return [each.extract_from(page.text) for each in page.entities if each.type == "bold"]


def links(page: Any) -> list[str]:
    return [each.url for each in page.entities if each.type == "text_link"]


async def test_ones_own_words_are_found_in_private(talk: Talk) -> None:
    """Of all chats, with the words bold and a link where the chat has one; a button says the text again."""
    await said(talk, "We have a new flat.")
    await said(talk, "Nothing of it.")
    await said(talk, "Flats are dear.", chat=FAMILY)
    await said(talk, "My flat.", BOB)
    page = await talk.say("/find flat")
    assert "2 texts" in page.text
    assert bold(page) == ["flat", "Flats", "flat"]
    assert links(page) == [f"https://t.me/c/1234567890/{talk.worker.jobs[2].request.source.key.split('/')[-1]}"]
    _, sent = await talk.press(buttons(page)["2"])
    assert sent.text.endswith("\n\nWe have a new flat.")
    assert f"/{sent.reply_parameters.message_id}" in talk.worker.jobs[0].request.source.key


async def test_a_group_sees_its_own_only(talk: Talk) -> None:
    """What somebody said elsewhere is not shown there, even by a forged button."""
    private = await said(talk, "A secret flat.")
    await said(talk, "A flat for all.", chat=GROUP)
    page = await talk.say("/find flat", chat=GROUP)
    assert "1 text" in page.text
    assert "secret" not in page.text
    (answer,) = await talk.press(f"text:{ANN['id']}:{private}", chat=GROUP)
    assert answer.show_alert


@pytest.mark.parametrize("button", ["text:{ann}:{job}", "texts:{ann}:0:0", "texts:{ann}:0:1"])
async def test_buttons_are_for_the_one_who_asked(talk: Talk, button: str) -> None:
    """Whoever presses another's is told so, and one that names the presser shows nothing of others."""
    job = await said(talk, "A flat for all.", chat=GROUP)
    for user, told in ((ANN, "Это чужие тексты. Ваши: /history"), (BOB, "Этого текста у меня больше нет.")):
        (alert,) = await talk.press(button.format(ann=user["id"], job=job), BOB, GROUP)
        assert isinstance(alert, AnswerCallbackQuery)
        assert (alert.text or "").startswith(told)


async def test_history_has_pages(talk: Talk) -> None:
    """The newest first; five on each, and buttons to turn them, which tell what they looked for by their page."""
    for number in range(12):
        await said(talk, f"Flat number {number}.")
    page = await talk.say("/history")
    assert page.text.index("number 11") < page.text.index("number 7")
    assert list(buttons(page)) == ["1", "2", "3", "4", "5", "→"]
    _, second = await talk.press(buttons(page)["→"], text=page.text, entities=dumped(page))
    assert list(buttons(second)) == ["6", "7", "8", "9", "10", "←", "→"]
    found = await talk.say("/find number")
    *_, last = await talk.press(buttons(found)["→"].replace(":5:", ":10:"), text=found.text, entities=dumped(found))
    assert list(buttons(last)) == ["11", "12", "←"]
    assert bold(last) == ["number"] * 3


def dumped(page: Any) -> list[dict[str, Any]]:
    return [each.model_dump(exclude_none=True) for each in page.entities]


async def test_a_long_text_comes_as_a_file(talk: Talk) -> None:
    """With its beginning above it; a second tap sends no second one."""
    await said(talk, "A word and others. " * 300)
    page = await talk.say("/history")
    first, second = await talk.press(buttons(page)["1"]), await talk.press(buttons(page)["1"])
    assert isinstance(first[-1], SendDocument)
    assert len(first[-1].caption or "") < 500
    assert len(second) == 1


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("/find", "What should I look for?"),
        ("/find ?!", "What should I look for?"),
        ('/find "x" OR (', "I find no text of yours with"),
        ("/history", "I keep no text of yours"),
    ],
)
async def test_where_there_is_nothing(talk: Talk, asked: str, told: str) -> None:
    """That is said, and how to ask."""
    answer = await talk.say(asked)
    assert answer.text.startswith(told)
    assert answer.reply_markup is None
