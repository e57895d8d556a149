"""Being forgotten."""

from typing import Any

import pytest

from tests.handlers.conftest import ANN, BOB, GROUP, Talk
from transcription.jobs import Preferences


def button(question: Any, word: str) -> str:
    """What the button of this name sends."""
    ((*row,),) = question.reply_markup.inline_keyboard
    return {button.text: button.callback_data for button in row}[word]


@pytest.mark.parametrize(("word", "left", "said"), [("Delete", 0, "Deleted 2 notes."), ("Keep", 2, "Kept.")])
async def test_forgetting_is_asked_and_done(talk: Talk, word: str, left: int, said: str) -> None:
    """Everything of one's own in all chats goes at once, queued notes included; other people's stays."""
    await talk.voice()
    await talk.voice(chat=GROUP)
    await talk.voice(BOB)
    question = await talk.say("/forget")
    assert len(talk.worker.jobs) == 3
    *_, edit = await talk.press(button(question, word))
    assert getattr(edit, "text", "") == said
    assert len(await talk.store.unfinished(ANN["id"])) == left
    assert len(talk.worker.jobs) == left + 1


async def test_nobody_forgets_another_person(talk: Talk) -> None:
    """Not even an admin."""
    talk.telegram.admins = {BOB["id"]}
    await talk.voice(chat=GROUP)
    question = await talk.say("/forget", chat=GROUP)
    *_, alert = await talk.press(button(question, "Delete"), BOB, GROUP)
    assert getattr(alert, "text", "") == "Ответить может только тот, кто спросил."
    assert len(await talk.store.unfinished(ANN["id"])) == 1


async def test_an_anonymous_admin_can_be_forgotten(talk: Talk) -> None:
    """Such notes are the group's, so any of its admins may answer."""
    talk.telegram.admins = {BOB["id"]}
    await talk.voice(chat=GROUP, sender_chat=GROUP)
    question = await talk.say("/forget", chat=GROUP, sender_chat=GROUP)
    *_, edit = await talk.press(button(question, "Delete"), BOB, GROUP)
    assert getattr(edit, "text", "") == "Удалена 1 запись."


async def test_words_of_the_private_chat_go_too(talk: Talk) -> None:
    """With model and language; another person's words stay."""
    for sender in (ANN, BOB):
        await talk.say("/words Grafana, Marja", sender)
    *_, edit = await talk.press(button(await talk.say("/forget"), "Delete"))
    assert getattr(edit, "text", "") == "Now I keep nothing of yours."
    assert await talk.service.preferences(ANN["id"]) == Preferences()
    assert (await talk.service.preferences(BOB["id"])).prompt == "Grafana, Marja"
