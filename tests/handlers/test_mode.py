"""/mode, and which recordings of a group become text."""

from typing import Any

import pytest
from aiogram.methods import GetMe, SendMessage

from handlers.address import Address
from tests.handlers.conftest import ANN, BOB, BOT, GROUP, ROOT, Json, Talk
from transcription.jobs import Preferences

VOICE = {"voice": {"file_id": "id", "file_unique_id": "unique", "file_size": 900, "duration": 3}}
LABELS = ["✓ Every one", "When asked", "When asked, for the asker only", "None"]


def buttons(call: Any) -> dict[str, str]:
    return {button.text: button.callback_data for (button,) in call.reply_markup.inline_keyboard}


async def choose(talk: Talk, mode: str) -> None:
    await talk.service.change_preferences(GROUP["id"], mode=mode)


async def note(talk: Talk, **content: Any) -> Json:
    """Somebody's voice note in the group; the bot says nothing about it yet."""
    message = talk.message(BOB, GROUP, **VOICE, **content)
    calls = await talk.receive("message", message)
    assert all(isinstance(call, GetMe) for call in calls)
    return message


def reaction(message: Json, sender: Json, old: int = 0, new: int = 1) -> Json:
    emoji = {"type": "emoji", "emoji": "👀"}
    head = {"chat": GROUP, "message_id": message["message_id"], "user": sender, "date": 0}
    return {**head, "old_reaction": [emoji] * old, "new_reaction": [emoji] * new}


async def test_admins_choose_by_word_and_by_button(talk: Talk) -> None:
    """What is chosen is marked; others can only look, and an anonymous admin is the group itself."""
    shown = await talk.say("/mode", ANN, GROUP)
    assert list(buttons(shown)) == LABELS
    *_, refused = await talk.press(buttons(shown)["None"], ANN, GROUP)
    assert getattr(refused, "text", "") == "Only chat admins can change this."
    assert (await talk.say("/mode off", ANN, GROUP)).text == "Only chat admins can change this."
    assert await talk.service.preferences(GROUP["id"]) == Preferences()
    talk.telegram.admins = {ANN["id"]}
    *_, edit = await talk.press(buttons(shown)["None"], ANN, GROUP)
    assert "nothing into text" in getattr(edit, "text", "")
    assert "Отвечаю на каждое" in (await talk.say("/mode все", BOB, GROUP, sender_chat=GROUP)).text
    assert "✓ Every one" in buttons(await talk.say("/mode nonsense", ANN, GROUP))


async def test_it_is_said_when_reactions_cannot_be_seen(talk: Talk) -> None:
    """Telegram tells only admins of them."""
    talk.telegram.admins = {ANN["id"]}
    assert "Make me an admin" in (await talk.say("/mode asked", ANN, GROUP)).text
    talk.telegram.admins = {ANN["id"], BOT["id"]}
    assert "Make me an admin" not in (await talk.say("/mode", ANN, GROUP)).text


async def test_a_private_chat_has_no_modes(talk: Talk) -> None:
    """All of it becomes text."""
    assert "This is for groups" in (await talk.say("/mode off")).text


@pytest.mark.parametrize("mode", ["asked", "off"])
async def test_a_quiet_group_is_left_alone(talk: Talk, mode: str) -> None:
    """Until somebody asks, a note is no job."""
    await choose(talk, mode)
    await note(talk)
    assert talk.worker.jobs == []


@pytest.mark.parametrize("how", ["/text", "/text@steno_bot", "@Steno_Bot what is it?", "reaction"])
async def test_whoever_asks_gets_the_note(talk: Talk, how: str) -> None:
    """It stays the speaker's, in the asker's language, and is answered in its topic; asking twice is one job."""
    await choose(talk, "asked")
    message = await note(talk, message_thread_id=5, is_topic_message=True)
    kind = "mention" if how[0] == "@" else "bot_command"
    entity = {"type": kind, "offset": 0, "length": len(how.partition(" ")[0])}
    for _ in range(2):
        if how == "reaction":
            assert await talk.receive("message_reaction", reaction(message, ANN)) == []
        else:
            assert await talk.say(how, ANN, GROUP, reply_to_message=message, entities=[entity]) is None
    (job,) = talk.worker.jobs
    assert (job.request.user_id, job.request.locale, job.request.file.unique_id) == (BOB["id"], "en", "unique")
    assert job.request.source.reply_to == f"/{GROUP['id']}/{message['message_id']}/5"


@pytest.mark.parametrize("how", ["/text", "reaction"])
async def test_each_asks_for_themselves_alone(talk: Talk, how: str) -> None:
    """Each has an answer of their own, and one more when the first did not reach them; it is the speaker's still."""
    await choose(talk, "private")
    message = await note(talk)

    async def ask(sender: Json) -> None:
        if how == "reaction":
            await talk.receive("message_reaction", reaction(message, sender))
        else:
            assert await talk.say(how, sender, GROUP, reply_to_message=message) is None

    for sender in (ANN, ROOT, ANN):
        await ask(sender)
    jobs = talk.worker.jobs
    assert [Address.parse(job.request.source).reader_id for job in jobs] == [ANN["id"], ROOT["id"]]
    assert {job.request.user_id for job in jobs} == {BOB["id"]}
    await talk.service.cancel(jobs[0].id)
    await talk.store.mark_delivered(1)
    await ask(ANN)
    assert [Address.parse(job.request.source).reader_id for job in talk.worker.jobs] == [ROOT["id"], ANN["id"]]


async def test_nobody_is_not_told_in_private(talk: Talk) -> None:
    """An anonymous admin can't be shown anything alone."""
    await choose(talk, "private")
    message = await note(talk)
    answer = await talk.say("/text", ANN, GROUP, sender_chat=GROUP, reply_to_message=message)
    assert "in your own name" in answer.text
    anonymous = reaction(message, ANN) | {"user": None, "actor_chat": GROUP}
    assert await talk.receive("message_reaction", anonymous) == []
    assert talk.worker.jobs == []


async def test_a_caption_can_ask(talk: Talk) -> None:
    """Who sends a file can mention the bot at once."""
    await choose(talk, "asked")
    await note(talk, caption="@steno_bot", caption_entities=[{"type": "mention", "offset": 0, "length": 10}])
    assert len(talk.worker.jobs) == 1


async def test_what_is_no_question_gets_no_answer(talk: Talk) -> None:
    """A reaction that was taken back, one on a chat message, a mention without a note."""
    await choose(talk, "asked")
    message = await note(talk)
    mention = [{"type": "mention", "offset": 0, "length": 10}]
    assert await talk.receive("message_reaction", reaction(message, ANN, old=1, new=0)) == []
    assert await talk.receive("message_reaction", reaction(talk.message(), ANN)) == []
    assert await talk.say("@steno_bot", ANN, GROUP, entities=mention, reply_to_message=talk.message(text="hi")) is None
    assert await talk.say("@other_bot", ANN, GROUP, entities=mention, reply_to_message=message) is None
    assert "Reply with /text" in (await talk.say("/text", ANN, GROUP)).text
    assert talk.worker.jobs == []


async def test_off_is_off(talk: Talk) -> None:
    """Nobody's question is answered."""
    await choose(talk, "asked")
    message = await note(talk)
    await choose(talk, "off")
    assert await talk.say("/text", ANN, GROUP, reply_to_message=message) is None
    assert await talk.receive("message_reaction", reaction(message, ANN)) == []
    assert talk.worker.jobs == []


async def test_a_text_that_is_there_is_pointed_at(talk: Talk) -> None:
    """By a quiet reply to it."""
    message = await note(talk)
    (job,) = talk.worker.jobs
    await talk.deliveries.set_status_message(job.id, GROUP["id"], 77)
    await talk.store.mark_delivered(job.id)
    answer = await talk.say("/text", ANN, GROUP, reply_to_message=message)
    assert (answer.reply_parameters.message_id, answer.disable_notification) == (77, True)


async def test_a_refusal_answers_the_note_once(talk: Talk) -> None:
    """However many ask while the speaker's queue is full."""
    await choose(talk, "asked")
    messages = [await note(talk) for _ in range(5)]
    calls = [call for each in messages for call in await talk.receive("message_reaction", reaction(each, ANN))]
    (refusal,) = calls
    assert isinstance(refusal, SendMessage)
    assert refusal.reply_parameters
    assert refusal.reply_parameters.message_id == messages[3]["message_id"]
    assert len(talk.worker.jobs) == 3


async def test_forgotten_notes_cannot_be_asked_for(talk: Talk) -> None:
    """What waits to be asked for is the speaker's, too."""
    await choose(talk, "asked")
    message = await note(talk)
    await talk.press(f"forget:{BOB['id']}:1", BOB)
    await talk.receive("message_reaction", reaction(message, ANN))
    assert talk.worker.jobs == []


def joined(chat: Json, old: str, new: str) -> Json:
    def member(status: str) -> Json:
        return {"user": BOT, "status": status, **({"until_date": 0} if status == "kicked" else {})}

    return {"chat": chat, "from": BOB, "date": 0, "old_chat_member": member(old), "new_chat_member": member(new)}


async def test_a_group_is_asked_when_the_bot_joins(talk: Talk) -> None:
    """In the language of who added it; not when it leaves, not where an admin chose before, and not in private."""
    ask = (await talk.receive("my_chat_member", joined(GROUP, "left", "member")))[-1]
    assert isinstance(ask, SendMessage)
    assert ask.text.startswith("Привет!")
    assert "только команды" in ask.text
    assert list(buttons(ask)) == ["✓ Все", "По просьбе", "По просьбе, только попросившему", "Никакие"]
    assert await talk.receive("my_chat_member", joined(GROUP, "member", "left")) == []
    private = {"id": BOB["id"], "type": "private", "first_name": "Bob"}
    assert await talk.receive("my_chat_member", joined(private, "kicked", "member")) == []
    await choose(talk, "off")
    assert await talk.receive("my_chat_member", joined(GROUP, "kicked", "member")) == []


@pytest.mark.parametrize("told_by", ["old", "new", "both"])
async def test_settings_move_with_the_group(talk: Talk, told_by: str) -> None:
    """Whichever of the two messages comes; what was chosen in the new chat meanwhile stays."""
    former = {"id": -5, "type": "group", "title": "Family"}
    await talk.service.change_preferences(-5, model="small", mode="asked")
    if told_by != "new":
        await talk.receive("message", talk.message(BOB, former, migrate_to_chat_id=GROUP["id"]))
    if told_by != "old":
        await talk.receive("message", talk.message(BOB, GROUP, migrate_from_chat_id=-5))
    assert await talk.service.preferences(GROUP["id"]) == Preferences("small", mode="asked")
    await choose(talk, "off")
    await talk.receive("message", talk.message(BOB, GROUP, migrate_from_chat_id=-5))
    assert await talk.service.preferences(GROUP["id"]) == Preferences("small", mode="off")
