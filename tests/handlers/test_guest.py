"""Guest mode: the bot is called into chats of which it is no member."""

from typing import Any

import pytest
from aiogram.methods import AnswerGuestQuery, GetMe

from handlers.address import Address
from tests.handlers.conftest import ANN, BOB, Talk
from tests.handlers.test_media import FILE

THEIRS = {"id": -200, "type": "supergroup", "title": "Theirs"}
CALL = {"text": "@steno_bot", "entities": [{"type": "mention", "offset": 0, "length": 10}]}


async def call(talk: Talk, query_id: str = "5", sender: Any = ANN, **content: Any) -> list[str]:
    """Somebody writes the bot's name; returns what it answers at once."""
    message = talk.message(sender, content.pop("chat", THEIRS), guest_query_id=query_id, **{**CALL, **content})
    calls = [call for call in await talk.receive("guest_message", message) if not isinstance(call, GetMe)]
    assert all(isinstance(call, AnswerGuestQuery) and call.guest_query_id == query_id for call in calls)
    return [call.result.input_message_content.message_text for call in calls]  # type: ignore[attr-defined]


async def test_who_calls_has_the_recording_that_is_replied_to(talk: Talk) -> None:
    """Their settings, language and text, whoever spoke; the bot has none of that chat. Each call has its own answer."""
    await talk.service.change_preferences(ANN["id"], model="small", language="pt")
    note = talk.message(BOB, THEIRS, voice=FILE)
    for query_id in ("5", "5", "6"):
        assert await call(talk, query_id, reply_to_message=note, message_id=30) == []
    first, second = [job.request for job in talk.worker.jobs]
    assert (first.user_id, first.model, first.language, first.locale) == (ANN["id"], "small", "pt", "en")
    assert first.file.unique_id == "unique"
    address = Address.parse(first.source)
    assert (address.chat_id, address.message_id, address.guest_query_id) == (THEIRS["id"], 30, "5")
    assert Address.parse(second.source).guest_query_id == "6"


async def test_a_recording_with_the_name_below_it_is_meant(talk: Talk) -> None:
    """A reply is not needed."""
    caption = {"caption": CALL["text"], "caption_entities": CALL["entities"], "text": None, "entities": None}
    assert await call(talk, audio=FILE, **caption) == []
    assert len(talk.worker.jobs) == 1


async def test_a_call_to_nothing_is_told_what_to_do(talk: Talk) -> None:
    """In the caller's language; what replies to an answer of the bot and does not name it is let be."""
    text = talk.message(BOB, THEIRS, text="hello")
    assert await call(talk, sender=BOB) == await call(talk, sender=BOB, reply_to_message=text)
    assert (await call(talk, sender=BOB))[0].startswith("Ответьте на голосовое")
    assert await call(talk, text="thanks", entities=[], reply_to_message=text) == []


async def test_a_private_chat_of_others_is_not_the_one_with_the_bot(talk: Talk) -> None:
    """Though it may have the same number, as may the messages in it."""
    await talk.voice(BOB)
    (own,) = talk.worker.jobs
    number = Address.parse(own.request.source).message_id
    theirs = {"id": BOB["id"], "type": "private", "first_name": "Bob"}
    note = talk.message(BOB, theirs, voice=FILE)
    assert await call(talk, chat=theirs, message_id=number, reply_to_message=note) == []
    asked = talk.worker.jobs[1].request
    assert not asked.source.is_beside(own.request.source)
    assert await talk.store.find(own.request.source) == own


async def test_a_refusal_is_the_answer(talk: Talk) -> None:
    """Of who has too much waiting; the limits are those of the caller."""
    for query_id in ("1", "2", "3"):
        await call(talk, query_id, voice=FILE)
    (refusal,) = await call(talk, "4", voice=FILE)
    assert refusal.startswith("I still have 3 notes of yours")
    assert await call(talk, "5", BOB, voice=FILE) == []


async def test_an_error_is_an_answer_with_a_number(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not silence."""

    async def fail(*_: object) -> None:
        raise RuntimeError("bug")

    monkeypatch.setattr(talk.service, "find", fail)
    assert (await call(talk, voice=FILE))[0].startswith("I could not write this note down")


@pytest.mark.parametrize("allowed", [frozenset({BOB["id"], THEIRS["id"]})])
async def test_only_the_caller_counts(talk: Talk) -> None:
    """A stranger is not let in by a chat, nor by whom they write to; it is silence, as in groups."""
    theirs = {"id": BOB["id"], "type": "private", "first_name": "Bob"}
    assert [await call(talk), await call(talk, chat=theirs), await call(talk, voice=FILE)] == [[], [], []]
    assert talk.worker.jobs == []
    assert await call(talk, sender=BOB, voice=FILE) == []
    assert len(talk.worker.jobs) == 1


async def test_a_flood_of_calls_is_thinned_out(talk: Talk) -> None:
    """Each would be answered in some chat."""
    answers = [await call(talk, str(number)) for number in range(20)]
    assert 5 < sum(map(bool, answers)) < 12
    assert await call(talk, sender=BOB)
