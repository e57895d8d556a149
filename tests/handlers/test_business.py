"""Recordings in the chats of a business account, and its owner's choice where their texts go."""

from typing import Any

import pytest
from aiogram.methods import (
    DeleteBusinessMessages,
    DeleteMessage,
    EditMessageText,
    GetBusinessConnection,
    SendMessage,
    TelegramMethod,
)

from handlers.address import Address, Author
from handlers.business_mode import PickBusinessMode
from handlers.chat_settings import BusinessMode
from handlers.text_pages import OpenText
from tests.handlers.conftest import ANN, BOB, OWNER, Talk, connection
from tests.handlers.test_media import FILE
from transcription.jobs import Job, JobState
from transcription.transcript import Segment, Transcript

SHOP = {"business_connection_id": "shop"}
OF_OWNER = {"id": OWNER["id"], "type": "private", "first_name": "Olga"}
WITH_ANN = {"id": ANN["id"], "type": "private", "first_name": "Ann"}


async def note(talk: Talk, sender: Any = ANN, **content: Any) -> list[TelegramMethod[Any]]:
    """A recording in the owner's chat with Ann; returns what was said at once."""
    message = talk.message(sender, WITH_ANN, **{"voice": FILE, **SHOP, **content})
    calls = await talk.receive("business_message", message)
    return [call for call in calls if not isinstance(call, GetBusinessConnection)]


async def choose(talk: Talk, mode: BusinessMode) -> str:
    """The owner presses a button; returns what is said then."""
    *_, edit = await talk.press(PickBusinessMode(mode=mode).pack(), OWNER)
    assert isinstance(edit, EditMessageText)
    return edit.text


async def told(talk: Talk, **changes: bool) -> list[TelegramMethod[Any]]:
    """Telegram tells of the connection; returns what was said then."""
    return await talk.receive("business_connection", connection(**changes))


async def done(talk: Talk, address: Address) -> Job:
    """The one job has a text, said in a message of this address."""
    (job,) = talk.worker.jobs
    await talk.deliveries.set_status_message(job.id, address.chat_id, 500)
    await talk.store.finish(job.id, Transcript((Segment(0, 1, "Hi"),), "en", 1.0, 1, "base"))
    await talk.store.mark_delivered(job.id)
    return job


async def test_the_text_goes_into_the_chat_until_its_owner_chooses(talk: Talk) -> None:
    """Whoever spoke. The connection is part of what tells a note from others; Telegram is asked for it once."""
    await note(talk)
    await note(talk, OWNER, voice={**FILE, "file_unique_id": "own"})
    addresses = [Address.parse(job.request.source) for job in talk.worker.jobs]
    assert [(each.business_connection_id, each.chat_id) for each in addresses] == [("shop", ANN["id"])] * 2
    assert sum(isinstance(call, GetBusinessConnection) for call in talk.telegram.calls) == 1


async def test_a_note_is_heard_as_the_owner_wants(talk: Talk) -> None:
    """What its sender chose is for their own chat with the bot."""
    await talk.service.change_preferences(ANN["id"], model="tiny")
    await talk.service.change_preferences(OWNER["id"], model="small")
    await note(talk)
    assert [job.request.model for job in talk.worker.jobs] == ["small"]


async def test_for_the_owner_only(talk: Talk) -> None:
    """In their chat, in their language, under the name of who spoke; what they say themselves has no text."""
    await choose(talk, BusinessMode.OWNER)
    assert await note(talk, OWNER) == []
    assert await note(talk, {**ANN, "last_name": "O/B?c:", "username": "ann"}) == []
    (job,) = talk.worker.jobs
    author = Author("Ann O/B?c:", "https://t.me/ann")
    assert Address.parse(job.request.source) == Address("", OWNER["id"], 0, author=author)
    assert (job.request.user_id, job.request.locale) == (OWNER["id"], "ru")
    await talk.service.cancel(job.id)
    await note(talk, BOB, message_id=77)
    later = Address.parse(talk.worker.jobs[-1].request.source).author
    assert later == Author("Bob", f"tg://user?id={BOB['id']}")


async def test_the_owner_finds_such_texts_again(talk: Talk) -> None:
    """Said below the list, for in this chat there is no recording to reply to."""
    await choose(talk, BusinessMode.OWNER)
    await note(talk)
    job = await done(talk, Address.parse(talk.worker.jobs[0].request.source))
    _, said = await talk.press(OpenText(user_id=OWNER["id"], job_id=job.id).pack(), OWNER, message_id=70)
    assert isinstance(said, SendMessage)
    assert said.text.endswith("Hi")
    assert said.reply_parameters
    assert said.reply_parameters.message_id == 70


async def test_off_is_off(talk: Talk) -> None:
    """In all of the account's chats."""
    await choose(talk, BusinessMode.OFF)
    assert await note(talk) == []
    assert talk.worker.jobs == []


async def test_where_the_bot_may_not_write_the_owner_gets_the_text(talk: Talk) -> None:
    """Into the chat it could not go; the owner is told so when the right is taken away, and not otherwise."""
    await choose(talk, BusinessMode.CHAT)
    assert await told(talk) == []
    (call,) = await told(talk, can_reply=False)
    assert isinstance(call, SendMessage)
    assert call.chat_id == OWNER["id"]
    assert "Писать в ваших чатах мне нельзя" in call.text
    assert "Писать в ваших чатах мне нельзя" in await choose(talk, BusinessMode.CHAT)
    await note(talk)
    assert [Address.parse(job.request.source).chat_id for job in talk.worker.jobs] == [OWNER["id"]]


@pytest.mark.parametrize("mode", [BusinessMode.OWNER, BusinessMode.CHAT])
async def test_a_refusal_is_said_where_the_text_would_be(talk: Talk, mode: BusinessMode) -> None:
    """Who wrote to the owner hears nothing of what is for the owner."""
    await choose(talk, mode)
    for number in range(3):
        assert await note(talk, message_id=100 + number) == []
    (refusal,) = await note(talk, message_id=200)
    assert isinstance(refusal, SendMessage)
    is_for_owner = mode is BusinessMode.OWNER
    assert refusal.chat_id == (OWNER if is_for_owner else ANN)["id"]
    assert refusal.business_connection_id == (None if is_for_owner else "shop")
    assert ("3 ваши записи" if is_for_owner else "3 notes of yours") in refusal.text
    assert await note(talk, message_id=201) == []


async def test_an_error_is_not_for_customers(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log has it."""

    async def fail(*_: object) -> None:
        raise RuntimeError("bug")

    monkeypatch.setattr(talk.service, "find", fail)
    assert await note(talk) == []


async def test_a_new_connection_is_asked_about_once(talk: Talk) -> None:
    """In the owner's chat and language, with what is so now; what is chosen there counts, and is told by /business."""
    (call,) = await told(talk)
    assert isinstance(call, SendMessage)
    assert (call.chat_id, call.business_connection_id) == (OWNER["id"], None)
    assert call.text.startswith("Куда писать текст")
    assert [row[0].text for row in call.reply_markup.inline_keyboard] == [  # type: ignore[union-attr]
        *("Только мне", "✓ В сам чат", "Никуда"),
    ]
    assert "Изменить: /business" in await choose(talk, BusinessMode.OWNER)
    assert await told(talk) == []
    answer = await talk.say("/business", OWNER)
    assert "Сейчас: только вам" in answer.text
    assert answer.reply_markup.inline_keyboard[0][0].text == "✓ Только мне"


async def test_business_is_for_private_chats(talk: Talk) -> None:
    """In a group there is nobody to ask."""
    assert await talk.say("/business", chat={"id": -5, "type": "supergroup", "title": "Group"}) is None


@pytest.mark.parametrize("mode", [BusinessMode.OWNER, BusinessMode.CHAT])
async def test_the_end_of_a_connection_ends_what_waits(talk: Talk, mode: BusinessMode) -> None:
    """Without a word in its chats, and what was chosen is forgotten. Notes that were sent to the bot itself go on."""
    await talk.voice(ANN)
    await choose(talk, mode)
    await note(talk, voice={**FILE, "file_unique_id": "other"})
    own, job = talk.worker.jobs
    assert await told(talk, is_enabled=False) == []
    assert [each.id for each in talk.worker.jobs] == [own.id]
    ended = await talk.store.get(job.id)
    assert ended
    assert (ended.state, ended.is_delivered) == (JobState.CANCELLED, mode is BusinessMode.CHAT)
    chosen = await talk.service.preferences(OWNER["id"])
    assert (chosen.mode, chosen.locale) == (None, None)
    assert await note(talk, message_id=300) == []
    assert len(talk.worker.jobs) == 1


@pytest.mark.parametrize("mode", [BusinessMode.OWNER, BusinessMode.CHAT])
async def test_a_deleted_recording_takes_its_text_along(talk: Talk, mode: BusinessMode) -> None:
    """Wherever that was said; what waits is not heard any more. Other messages are nobody's concern."""
    await choose(talk, mode)
    await note(talk, message_id=50)
    (waiting,) = talk.worker.jobs
    gone = {**SHOP, "chat": WITH_ANN, "message_ids": [49, 50]}
    assert await talk.receive("deleted_business_messages", gone) == []
    assert talk.worker.jobs == []
    assert await talk.store.get(waiting.id) is None
    await note(talk, message_id=51)
    job = await done(talk, Address.parse(talk.worker.jobs[0].request.source))
    (call,) = await talk.receive("deleted_business_messages", {**gone, "message_ids": [51]})
    if mode is BusinessMode.OWNER:
        assert isinstance(call, DeleteMessage)
        assert (call.chat_id, call.message_id) == (OWNER["id"], 500)
    else:
        assert isinstance(call, DeleteBusinessMessages)
        assert (call.business_connection_id, call.message_ids) == ("shop", [500])
    assert await talk.store.get(job.id) is None


async def test_a_replaced_recording_is_heard_anew(talk: Talk) -> None:
    """Its former text goes; another caption changes nothing, and what holds no sound any more has no text."""
    audio = {"audio": FILE, "voice": None}
    await note(talk, message_id=50, **audio)
    job = await done(talk, Address.parse(talk.worker.jobs[0].request.source))
    edited = talk.message(ANN, WITH_ANN, message_id=50, edit_date=1, caption="new", **SHOP, **audio)
    assert await talk.receive("edited_business_message", edited) == []
    assert await talk.store.get(job.id) is not None
    other = edited | {"audio": {**FILE, "file_unique_id": "other"}}
    (call,) = await talk.receive("edited_business_message", other)
    assert isinstance(call, DeleteBusinessMessages)
    assert await talk.store.get(job.id) is None
    assert [each.request.file.unique_id for each in talk.worker.jobs][-1] == "other"
    await talk.receive("edited_business_message", {**edited, "audio": None, "photo": []})
    assert await talk.store.unfinished(ANN["id"]) == []


@pytest.mark.parametrize("allowed", [frozenset({ANN["id"]})])
async def test_strangers_connect_nothing(talk: Talk) -> None:
    """A closed bot is for whom it is open to: the account's owner counts, not who writes there."""
    assert await told(talk) == []
    assert await note(talk) == []
    assert talk.worker.jobs == []
