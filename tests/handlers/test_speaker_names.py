"""Names of the people in a text."""

from typing import Any

import pytest
from aiogram.methods import DeleteBusinessMessages, DeleteMessage, SendMessage
from aiogram.types import ForceReply

from handlers.result_keyboard import Action
from handlers.speaker_names import QUESTION, parse_names
from tests.handlers.conftest import ANN, BOB, BOT, GROUP, Json, Talk
from tests.handlers.test_result_menu import TEXT, a_text, look, press, transcript


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Anna, Boris", {"0": "Anna", "1": "Boris"}),
        (" Анна \n\n Борис ", {"0": "Анна", "1": "Борис"}),
        (", Boris", {"1": "Boris"}),
        ("2 = Boris", {"1": "Boris"}),
        ("Голос 1: Анна\nSpeaker 2 – Boris  B.", {"0": "Анна", "1": "Boris B."}),
        ("0 = Nobody\n99 = Nobody", {}),
        (" , ", {}),
    ],
)
def test_names_are_read_as_people_write_them(text: str, names: dict[str, str]) -> None:
    """In the order of the voices, or with their numbers; what is left out keeps its number."""
    assert parse_names(text, is_listed=True) == names


def replied(talk: Talk, message_id: int, chat: Json | None = None) -> Json:
    return talk.message(BOT, chat or {"id": ANN["id"], "type": "private"}, text="…") | {"message_id": message_id}


async def test_names_are_asked_for_and_kept(talk: Talk) -> None:
    """The question is answered by a reply, which takes it away; the text is shown anew."""
    job = await a_text(talk, speakers=2)
    _, (question,) = await press(talk, job, Action.NAMES)
    assert isinstance(question, SendMessage)
    assert isinstance(question.reply_markup, ForceReply)
    asked = (await talk.deliveries.messages(job.id))[QUESTION]
    call = await talk.say("Anna, Boris", reply_to_message=replied(talk, asked))
    assert isinstance(call, DeleteMessage)
    assert call.message_id == asked
    assert (await look(talk, job)).names == {"0": "Anna", "1": "Boris"}
    assert await talk.say("2 = Bob", reply_to_message=replied(talk, TEXT)) is None
    assert (await look(talk, job)).names == {"0": "Anna", "1": "Bob"}
    assert talk.followed == [job.id, job.id]


async def test_names_are_given_in_business_chats_too(talk: Talk) -> None:
    """There the bot writes in its owner's name, and its messages are deleted by another method."""
    shop = {"business_connection_id": "shop"}
    voice = {"file_id": "f", "file_unique_id": "u", "duration": 30}
    await talk.receive("business_message", talk.message(voice=voice) | shop)
    job = (await talk.store.unfinished(ANN["id"]))[-1]
    await talk.store.finish(job.id, transcript(speakers=2))
    await talk.deliveries.set_status_message(job.id, ANN["id"], TEXT)
    await talk.deliveries.set_part(job.id, QUESTION, TEXT + 1)
    question = replied(talk, TEXT + 1) | shop | {"from": BOB, "sender_business_bot": BOT}
    answer = talk.message(text="Anna", reply_to_message=question) | shop
    (deleted,) = await talk.receive("business_message", answer)
    assert isinstance(deleted, DeleteBusinessMessages)
    assert (await look(talk, job)).names == {"0": "Anna"}


@pytest.mark.parametrize(("text", "speakers"), [("thanks, Anna", 2), ("2 = Bob", None)])
async def test_other_replies_to_a_text_name_nobody(talk: Talk, text: str, speakers: Any) -> None:
    """They are no names, or there is nobody to be named: the usual hint is given."""
    job = await a_text(talk, speakers=speakers)
    assert (await talk.say(text, reply_to_message=replied(talk, TEXT))).text.startswith("Send me a voice message")
    assert not (await look(talk, job)).names


async def test_only_the_sender_and_admins_give_names(talk: Talk) -> None:
    """Others in a group are told."""
    job = await a_text(talk, GROUP, speakers=2)
    answer = await talk.say("1 = Anna", BOB, GROUP, reply_to_message=replied(talk, TEXT, GROUP))
    assert answer.text == "Эти кнопки – для отправителя и администраторов чата."
    assert not (await look(talk, job)).names
