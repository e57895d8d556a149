"""Notes in a row as one text."""

from typing import Any

import pytest
from aiogram.methods import SendMessage

from tests.handlers.conftest import ANN, BOB, GROUP, Talk
from tests.handlers.test_find import said


def number(talk: Talk, index: int) -> int:
    """The message of the note that came at this place."""
    return int(talk.worker.jobs[index].request.source.key.rpartition("/")[2])


async def join(talk: Talk, index: int, sender: Any = ANN, chat: Any = GROUP, **content: Any) -> Any:
    """Reply with /join to a note."""
    note = talk.message(sender, chat) | {"message_id": number(talk, index)}
    return await talk.say("/join", sender, chat, reply_to_message=note, **content)


async def came(talk: Talk, index: int, at_s: float) -> None:
    """Have a note come at this moment."""
    job_id = talk.worker.jobs[index].id
    await talk.store._db.rows("UPDATE jobs SET created_at = ? WHERE id = ?", (at_s, job_id))


async def test_notes_in_a_row_are_one_text(talk: Talk) -> None:
    """In reply to the first, to the next note of another; what holds no speech is left out."""
    for text, sender in (("Zero.", ANN), ("One.", ANN), ("", ANN), ("Two.", ANN), ("Bob's.", BOB), ("Three.", ANN)):
        await said(talk, text, sender, GROUP)
    answer = await join(talk, 1)
    assert isinstance(answer, SendMessage)
    assert answer.text == "🧵 2 notes in a row\n\nOne.\n\nTwo."
    assert answer.reply_parameters
    assert answer.reply_parameters.message_id == number(talk, 1)
    assert "no text after this one" in (await join(talk, 5)).text


async def test_a_pause_ends_a_row(talk: Talk) -> None:
    """Ten minutes, in which nobody is recording."""
    for index, (text, at_s) in enumerate([("One.", 0), ("Two.", 602), ("Three.", 1206)]):
        await said(talk, text, chat=GROUP)
        await came(talk, index, at_s)
    assert (await join(talk, 0)).text.endswith("One.\n\nTwo.")


async def test_albums_and_topics_keep_their_order(talk: Talk) -> None:
    """What came late stands where it belongs, and another topic is another row."""
    topic = {"is_topic_message": True, "message_thread_id": 5}
    last = {"message_id": 900}
    await said(talk, "One.", chat=GROUP, **topic)
    await said(talk, "Three.", chat=GROUP, **topic, **last)
    await said(talk, "Elsewhere.", BOB, GROUP)
    await said(talk, "Two.", chat=GROUP, **topic)
    answer = await join(talk, 0, **topic)
    assert answer.text.endswith("One.\n\nTwo.\n\nThree.")
    assert answer.message_thread_id == 5


@pytest.mark.parametrize(
    ("index", "sender", "chat", "told"),
    [
        (0, BOB, GROUP, "Собрать эти записи могут только"),
        (2, ANN, GROUP, "1 note of this row is not text yet"),
        (0, ANN, {**GROUP, "id": -200}, "not a note of mine"),
    ],
)
async def test_what_is_not_joined(talk: Talk, index: int, sender: Any, chat: Any, told: str) -> None:
    """Another's notes, those that are still to be heard, and those of another chat; without a reply it says how."""
    await said(talk, "One.", chat=GROUP)
    await said(talk, "Bob's.", BOB, GROUP)
    await said(talk, "Two.", chat=GROUP)
    await talk.voice(chat=GROUP)
    assert told in (await join(talk, index, sender, chat)).text
    assert "Reply with /join" in (await talk.say("/join")).text
