"""Messages with audio become jobs."""

import sqlite3
from typing import Any

import pytest
from aiogram.methods import SendMessage

from handlers.address import Address
from tests.handlers.conftest import ANN, BOB, GROUP, Talk

FILE = {"file_id": "id", "file_unique_id": "unique", "file_size": 900, "duration": 3}
DOCUMENT = {"file_id": "id", "file_unique_id": "unique", "file_size": 900}


@pytest.mark.parametrize(
    "content",
    [
        {"voice": FILE},
        {"video_note": {**FILE, "length": 240}},
        {"audio": FILE},
        {"video": {**FILE, "width": 1, "height": 1}},
        {"document": {**DOCUMENT, "mime_type": "audio/mpeg"}},
        {"document": {**DOCUMENT, "mime_type": "application/ogg"}},
        {"document": {**DOCUMENT, "mime_type": "application/octet-stream", "file_name": "PTT-20260101-WA0001.OPUS"}},
        {"document": {**DOCUMENT, "file_name": "memo.m4a"}},
        {"voice": FILE, "caption": "/help"},
        {"voice": FILE, "forward_origin": {"type": "hidden_user", "date": 0, "sender_user_name": "Someone"}},
    ],
)
async def test_whatever_holds_sound_is_written_down(talk: Talk, content: dict[str, Any]) -> None:
    """By the kind of message, the type of a file or its name; nothing is said yet, for that is delivery's."""
    message = talk.message(**content)
    assert await talk.receive("message", message) == []
    (job,) = await talk.store.unfinished(ANN["id"])
    assert Address.parse(job.request.source) == Address("", ANN["id"], message["message_id"], None)
    assert job.request.file.unique_id == "unique"
    assert (job.request.model, job.request.language, job.request.locale) == ("base", None, "en")


@pytest.mark.parametrize(
    ("chat", "answered"), [(None, True), (GROUP, False)], ids=["in private a hint", "in groups silence"]
)
async def test_other_files_are_no_notes(talk: Talk, chat: dict[str, Any] | None, answered: bool) -> None:
    """A document that plainly is something else is not written down."""
    document = {**DOCUMENT, "mime_type": "application/pdf", "file_name": "audio.pdf"}
    calls = await talk.receive("message", talk.message(chat=chat, document=document))
    assert [type(call) for call in calls] == ([SendMessage] if answered else [])
    assert talk.worker.jobs == []


async def test_a_gif_is_no_note(talk: Talk) -> None:
    """Telegram calls it a video file, yet it never has a sound."""
    gif = {**FILE, "width": 1, "height": 1, "mime_type": "video/mp4"}
    await talk.receive("message", talk.message(animation=gif, document={**DOCUMENT, "mime_type": "video/mp4"}))
    assert talk.worker.jobs == []


async def test_each_item_of_an_album_is_a_note(talk: Talk) -> None:
    """An album comes as messages of their own."""
    for name in ("a", "b"):
        await talk.receive("message", talk.message(media_group_id="1", audio={**FILE, "file_unique_id": name}))
    assert [job.request.file.unique_id for job in talk.worker.jobs] == ["a", "b"]


async def test_an_update_that_comes_twice_is_one_note(talk: Talk) -> None:
    """After a kill Telegram sends what was not confirmed again."""
    message = talk.message(voice=FILE)
    await talk.receive("message", message)
    await talk.receive("message", message)
    assert len(talk.worker.jobs) == 1


async def test_a_note_in_a_topic_is_answered_there(talk: Talk) -> None:
    """A forum's topic is kept; the thread of a mere reply is not, for nothing can be sent to it."""
    await talk.voice(chat={**GROUP, "is_forum": True}, message_thread_id=5, is_topic_message=True)
    await talk.voice(chat=GROUP, message_thread_id=5)
    assert [Address.parse(job.request.source).thread_id for job in talk.worker.jobs] == [5, None]


async def test_a_note_of_an_anonymous_admin_is_the_groups(talk: Talk) -> None:
    """Telegram gives all of them one and the same account, so notes of strangers would count as theirs."""
    everyone = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
    await talk.voice(everyone, GROUP, sender_chat=GROUP)
    assert [job.request.user_id for job in talk.worker.jobs] == [GROUP["id"]]


async def test_a_note_is_heard_as_its_chat_wants(talk: Talk) -> None:
    """Model and language are those of the chat, the locale is the sender's."""
    await talk.service.change_preferences(GROUP["id"], model="small", language="pt")
    await talk.voice(BOB, GROUP)
    (job,) = talk.worker.jobs
    assert (job.request.model, job.request.language, job.request.locale) == ("small", "pt", "ru")


async def test_a_full_queue_is_said_to_its_owner_only(talk: Talk) -> None:
    """The note that does not fit is answered, in its sender's language; another person's is taken."""
    for _ in range(3):
        assert await talk.voice(BOB) == []
    (refusal,) = await talk.voice(BOB)
    assert isinstance(refusal, SendMessage)
    assert "3 ваши записи" in refusal.text
    assert await talk.voice(ANN) == []


async def test_a_busy_database_is_waited_for(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The write is tried again before the handler ends, for an update is confirmed once it has."""
    monkeypatch.setattr("handlers.media.WRITE_PAUSES_S", (0.0, 0.0))
    submit, failures = talk.service.submit, [sqlite3.OperationalError("database is locked")] * 2

    async def submit_at_last(*args: Any) -> Any:
        if failures:
            raise failures.pop()
        return await submit(*args)

    monkeypatch.setattr(talk.service, "submit", submit_at_last)
    assert await talk.voice() == []
    assert len(talk.worker.jobs) == 1


async def test_a_slow_chat_delays_nobody(talk: Talk) -> None:
    """While an answer to one person does not get through, another's note is written down."""
    talk.telegram.open.clear()
    await talk.feed("message", talk.message(ANN, text="/start"))
    await talk.feed("message", talk.message(BOB, voice=FILE))
    assert len(talk.worker.jobs) == 1
    talk.telegram.open.set()
    await talk.background.close()
