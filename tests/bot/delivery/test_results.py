"""How the chat shows a text, at first and after its buttons were pressed."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.delivery import result
from bot.delivery.result_text import styled_result
from bot.localization import Locales
from handlers.address import Address
from handlers.look import Look, Menu
from tests.bot.conftest import Chat
from transcription.errors import FileGone
from transcription.jobs import Job, JobState, Preferences
from transcription.task import TaskOptions
from transcription.transcript import Segment, Transcript, Word

SAID = ("How are you today?", "Quite well, thank you.", "I am glad to hear that.")
SPEAKERS = (0, 1, 0)
SAY = Locales.load().say("en")


def talk(speakers: int | None = None, repeats: int = 1) -> Transcript:
    """A conversation with pauses of four seconds, which end a paragraph."""
    segments = [
        Segment(at * 10_000, at * 10_000 + 6000, text, speaker=SPEAKERS[at % 3] if speakers and speakers > 1 else None)
        for at, text in enumerate(SAID * repeats)
    ]
    return Transcript(tuple(segments), "en", 1.0, len(segments) * 10_000, "base", speakers)


async def change(chat: Chat, job: Job, **changes: Any) -> None:
    """A button was pressed, and what it is for is shown."""
    await chat.deliveries.change_look(job.id, changes)
    chat.delivery.follow(job.id)
    await chat.followed(job)


async def shown(chat: Chat) -> list[str]:
    """What the bot's messages say that are still there."""
    messages = await chat.people.messages(chat.user, from_bot=True)
    return [message["text"] for message in messages if "text" in message and message["deleted_at"] is None]


async def redo(chat: Chat, job: Job, options: TaskOptions, **others: Any) -> Job:
    """More is asked of a job, as a button does."""
    source = job.request.source
    text_id = (await chat.deliveries.messages(job.id))[0]
    reply_to = replace(Address.parse(source), message_id=text_id).source.reply_to
    request = replace(
        job.request,
        source=replace(source, key=f"{source.key}#", reply_to=reply_to),
        options=options,
        based_on=job.id,
        **others,
    )
    again, _ = await chat.store.add(request)
    chat.service.news(again)
    await chat.people.wait(chat.user, reply_to=text_id)
    return again


@pytest.mark.parametrize(
    ("look", "text"),
    [
        (Look(times=True, paragraphs=False, speakers=False), f"0:00 {SAID[0]}\n0:10 {SAID[1]}\n0:20 {SAID[2]}"),
        (Look(paragraphs=False, speakers=False), " ".join(SAID)),
        (Look(paragraphs=False), f"Speaker 1: {SAID[0]}\nSpeaker 2: {SAID[1]}\nSpeaker 1: {SAID[2]}"),
        (
            Look(times=True, names={"1": "Bob"}),
            f"0:00 Speaker 1: {SAID[0]}\n\n0:10 Bob: {SAID[1]}\n\n0:20 Speaker 1: {SAID[2]}",
        ),
    ],
)
def test_a_text_looks_as_is_wanted(look: Look, text: str) -> None:
    """With times, paragraphs and speakers, or without."""
    assert styled_result(talk(speakers=2), look, SAY).text == text


def test_names_and_doubtful_words_keep_their_style_in_each_part() -> None:
    """Entities count UTF-16 units from where their part begins; neighbours are one, and spaces around them none."""
    words = [Word(text, at, at + 1, 0.9 - 0.6 * (at > 1)) for at, text in enumerate(("😀", " sure", " not", " so"))]
    segment = Segment(0, 9, "😀 sure not so", tuple(words), speaker=0)
    other = replace(segment, speaker=1)
    transcript = Transcript((segment, other), "en", 1.0, 30_000, "base", speakers=2)
    parts = styled_result(transcript, Look(unsure=True), SAY).split(30)
    assert [text for text, _ in parts] == ["Speaker 1: 😀 sure not so", "Speaker 2: 😀 sure not so"]
    for _, entities in parts:
        assert [(each.type, each.offset, each.length) for each in entities] == [("bold", 0, 10), ("underline", 19, 6)]


async def test_buttons_change_the_text_where_it_stands(chat: Chat) -> None:
    """One small button is under it; a press changes the message, and only those messages that are not so already."""
    job = await chat.note()
    await chat.finish(job, talk())
    await chat.followed(job)
    (message,) = await chat.people.messages(chat.user, from_bot=True)
    assert [button["text"] for row in message["reply_markup"]["inline_keyboard"] for button in row] == ["⋯"]
    await change(chat, job, menu=Menu.OPEN, paragraphs=False)
    assert await chat.people.wait(chat.user, text="today. Quite", button="Paragraphs")
    edits = len(await chat.people.calls("editMessageText"))
    await change(chat, job, times=False)
    assert len(await chat.people.calls("editMessageText")) == edits


async def test_a_text_that_is_not_kept_has_no_buttons(chat: Chat) -> None:
    """With KEEP_DAYS=0 they could do nothing; nor are there any under one of a few seconds."""
    chat.service.options = replace(chat.service.options, keep_days=0)
    job = await chat.note()
    await chat.finish(job, talk())
    await chat.followed(job)
    (message,) = await chat.people.messages(chat.user, from_bot=True)
    assert "reply_markup" not in message


async def test_a_text_that_gets_shorter_leaves_no_message_behind(chat: Chat) -> None:
    """What is longer with times has a further message, which goes with them; the buttons are under the last one."""
    job = await chat.note()
    await chat.finish(job, talk(repeats=58))
    await chat.followed(job)
    assert len(await shown(chat)) == 1
    await change(chat, job, times=True, paragraphs=False)
    first, last = await chat.people.messages(chat.user, from_bot=True)
    assert "reply_markup" not in first
    assert last["reply_markup"]
    await change(chat, job, times=False)
    assert len(await shown(chat)) == 1
    assert await chat.people.wait(chat.user, reply_to=Address.parse(job.request.source).message_id, button="⋯")


async def test_a_press_outlives_the_process(chat: Chat) -> None:
    """What was pressed and not shown is shown by the next process, in the same message."""
    job = await chat.note()
    await chat.finish(job, talk())
    await chat.followed(job)
    await chat.delivery.drain(0)
    await chat.deliveries.change_look(job.id, {"times": True, "paragraphs": False})
    chat.start()
    await chat.delivery.resume()
    await chat.followed(job)
    assert await shown(chat) == [f"0:00 {SAID[0]}\n0:10 {SAID[1]}\n0:20 {SAID[2]}"]


@pytest.mark.parametrize("is_killed", [False, True])
async def test_who_speaks_is_told_in_the_text_itself(chat: Chat, is_killed: bool) -> None:
    """The text is changed where it stands, and the status below it goes, whenever the process was killed.

    Buttons that are unfolded stay so: to give names is what comes next.
    """
    job = await chat.note()
    await chat.finish(job, talk())
    await chat.followed(job)
    await change(chat, job, menu=Menu.OPEN)
    again = await redo(chat, job, TaskOptions(speakers=0))
    if is_killed:
        await chat.delivery.drain(0)
        await chat.deliveries.change_look(job.id, {"redo": again.id})  # as far as the first process came
    await chat.finish(again, talk(speakers=2))
    if is_killed:
        chat.start()
        await chat.delivery.resume()
    await chat.delivered(again)
    await chat.followed(job)
    told = f"Speaker 1: {SAID[0]}\n\nSpeaker 2: {SAID[1]}\n\nSpeaker 1: {SAID[2]}"
    assert await shown(chat) == [told]
    assert await chat.people.wait(chat.user, button="Names")
    assert not await chat.deliveries.stale()


def labels(message: dict[str, Any]) -> list[str]:
    """What the buttons under a message say."""
    return [button["text"] for row in message["reply_markup"]["inline_keyboard"] for button in row]


async def test_a_better_text_takes_the_place_of_the_former(chat: Chat) -> None:
    """Its progress names the model; the status goes, the text says who made it, and the former one can be had back."""
    chat.models.names = ("base", "small")
    job = await chat.note()
    await chat.finish(job, talk())
    await chat.followed(job)
    await change(chat, job, menu=Menu.OPEN)
    again = await redo(chat, job, TaskOptions(), model="small")
    assert (await shown(chat))[1].startswith("🔁 Again with small…\n\n")
    await chat.finish(again, replace(talk(), segments=(Segment(0, 9000, "How are you, Toady?"),), model="small"))
    await chat.delivered(again)
    await chat.followed(job)
    (message,) = [each for each in await chat.people.messages(chat.user, from_bot=True) if each["deleted_at"] is None]
    assert message["text"] == "How are you, Toady?\n\n✨ Refined with small"
    assert "✓ Better" in labels(message)
    await change(chat, job, better=None)
    assert await shown(chat) == [" ".join(SAID)]


@pytest.mark.parametrize("how", ["gone", "silent", "cancelled"])
async def test_a_better_text_that_fails_leaves_the_former(chat: Chat, how: str) -> None:
    """The reply below says why."""
    job = await chat.note()
    await chat.finish(job, talk())
    await chat.followed(job)
    again = await redo(chat, job, TaskOptions(), model="small")
    if how == "silent":
        await chat.finish(again, replace(talk(), segments=()))
    else:
        end = (JobState.FAILED, FileGone()) if how == "gone" else (JobState.CANCELLED,)
        await chat.store.transition(again.id, *end)
        chat.service.news(again)
    await chat.delivered(again)
    said = {
        "gone": "Telegram no longer has this file. Please send it again.",
        "silent": "🤷 No speech heard in this one.",
        "cancelled": "Cancelled.",
    }
    assert await shown(chat) == [" ".join(SAID), said[how]]


async def offered(chat: Chat, job: Job, voices: int | None) -> list[str]:
    """The buttons under a text once its voices were counted, and all that is to be shown of that is."""
    looked = chat.service.looks[job.id] = asyncio.get_running_loop().create_future()
    await chat.finish(job, talk())
    await chat.delivered(job)
    (offer,) = chat.delivery._offers._tasks
    looked.set_result(voices)
    await offer
    await chat.followed(job)
    text_id = (await chat.deliveries.messages(job.id))[0]
    messages = await chat.people.messages(chat.user, from_bot=True)
    keyboard = next(message for message in messages if message["message_id"] == text_id)["reply_markup"]
    return [button["text"] for row in keyboard["inline_keyboard"] for button in row]


@pytest.mark.parametrize(("voices", "buttons"), [(2, ["Who said what?", "⋯"]), (1, ["⋯"]), (None, ["⋯"])])
async def test_who_speaks_is_offered_where_two_voices_are_clearly_there(
    chat: Chat, voices: int | None, buttons: list[str]
) -> None:
    """Below the delivered text, by a change of its buttons alone; where one voice is heard nothing is changed."""
    job = await chat.note()
    edits = len(await chat.people.calls("editMessageText"))
    assert await offered(chat, job, voices) == buttons
    assert len(await chat.people.calls("editMessageText")) == edits + 1
    assert len(await chat.people.calls("editMessageReplyMarkup")) == len(buttons) - 1


async def test_an_offer_goes_once_it_was_taken(chat: Chat) -> None:
    """Whether people are told apart then, or only one is heard after all."""
    for speakers in (2, 1):
        job = await chat.note()
        assert len(await offered(chat, job, 2)) == 2
        again = await redo(chat, job, TaskOptions(speakers=0))
        await chat.finish(again, talk(speakers=speakers))
        await chat.delivered(again)
        await chat.followed(job)
        messages = {message["message_id"]: message for message in await chat.people.messages(chat.user, from_bot=True)}
        keyboard = messages[(await chat.deliveries.messages(job.id))[0]]["reply_markup"]["inline_keyboard"]
        assert [button["text"] for row in keyboard for button in row] == ["⋯"]


async def test_a_text_that_was_deleted_does_not_come_back_for_an_offer(chat: Chat) -> None:
    """Nothing is sent in its place, and nothing is tried again."""
    job = await chat.note()
    looked = chat.service.looks[job.id] = asyncio.get_running_loop().create_future()
    await chat.finish(job, talk())
    await chat.delivered(job)
    await chat.bot.delete_message(chat.user, (await chat.deliveries.messages(job.id))[0])
    looked.set_result(2)
    await asyncio.gather(*chat.delivery._offers._tasks)
    await chat.followed(job)
    assert len(await chat.people.calls("editMessageReplyMarkup")) == 1
    assert await shown(chat) == []
    assert not await chat.deliveries.stale()


async def test_one_voice_and_a_file_that_is_gone_are_said_below(chat: Chat) -> None:
    """The text stays as it is."""
    job = await chat.note()
    await chat.finish(job, talk())
    await chat.followed(job)
    one = await redo(chat, job, TaskOptions(speakers=0))
    await chat.finish(one, talk(speakers=1))
    await chat.delivered(one)
    other = await chat.note()
    await chat.finish(other, talk())
    await chat.followed(other)
    gone = await redo(chat, other, TaskOptions(translate=True))
    await chat.store.transition(gone.id, JobState.FAILED, FileGone())
    chat.service.news(gone)
    await chat.delivered(gone)
    text = " ".join(SAID)
    said = ["I hear only one voice in this one.", "Telegram no longer has this file. Please send it again."]
    assert await shown(chat) == [text, said[0], text, said[1]]


async def test_a_translation_is_a_text_of_its_own(chat: Chat) -> None:
    """It answers the text, which stays; both keep their names."""
    job = await chat.note()
    await chat.finish(job, replace(talk(speakers=2), language="ru"))
    await chat.followed(job)
    await change(chat, job, names={"0": "Ann"})
    again = await redo(chat, job, TaskOptions(translate=True, speakers=2))
    await chat.finish(again, replace(talk(speakers=2), language="ru", is_translated=True))
    await chat.delivered(again)
    told = f"Ann: {SAID[0]}\n\nSpeaker 2: {SAID[1]}\n\nAnn: {SAID[2]}"
    assert await shown(chat) == [told, told]


async def test_doubtful_words_are_underlined_where_the_chat_wants_it(chat: Chat) -> None:
    """From the first moment; without the setting nothing is marked."""
    words = (Word("Sure", 0, 1, 0.9), Word(" thing.", 1, 2, 0.2))
    transcript = Transcript((Segment(0, 2, "Sure thing.", words),), "en", 1.0, 2, "base")
    for expected in (None, [{"type": "underline", "offset": 5, "length": 6}]):
        chat.service.chosen = Preferences(mark_unsure=expected is not None)
        job = await chat.note()
        await chat.finish(job, transcript)
        await chat.delivered(job)
        assert (await chat.people.messages(chat.user, from_bot=True))[-1].get("entities") == expected


async def test_fillers_are_left_out_where_the_chat_wants_it(chat: Chat) -> None:
    """And come back at a press, for all that was said is kept."""
    chat.service.chosen = Preferences(omit_fillers=True)
    job = await chat.note()
    await chat.finish(job, replace(talk(), segments=(Segment(0, 9000, "Um, quite, uh, well."),)))
    await chat.delivered(job)
    assert await shown(chat) == ["Quite, well."]
    await change(chat, job, fillers=True)
    assert await shown(chat) == ["Um, quite, uh, well."]


async def test_a_text_looks_at_first_as_its_chat_wants(chat: Chat) -> None:
    """With times and without paragraphs; and its file is of the format that was chosen."""
    chat.service.chosen = Preferences(show_times=True, paragraphs=False, file_format="srt", long_texts="split")
    job = await chat.note()
    await chat.finish(job, replace(talk(), segments=(Segment(0, 60_000, "Word " * 2000),)))
    await chat.delivered(job)
    *parts, file = await chat.people.messages(chat.user, from_bot=True)
    assert str(parts[0]["text"]).startswith("0:00 Word")
    assert file["document"]["file_name"].endswith(".srt")


@pytest.mark.parametrize("is_killed", [False, True])
async def test_what_is_no_text_goes_where_the_chat_wants_it_tidy(
    chat: Chat, is_killed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once it could be read, also by a process that comes after; a text stays."""
    chat.service.chosen = Preferences(tidy=True)
    text = await chat.note()
    await chat.say(text, "Hello.")
    await chat.delivered(text)
    silent = await chat.note()
    if is_killed:
        await chat.say(silent, "")
        await chat.people.wait(chat.user, messages=2, settled=True)
        await chat.delivery.drain(1.0)
        assert await shown(chat) == ["Hello.", "🤷 No speech heard in this one."]
        chat.start()
    monkeypatch.setattr(result, "READ_S", 0.0)
    if is_killed:
        await chat.delivery.resume()
    else:
        await chat.say(silent, "")
    await chat.delivered(silent)
    assert await shown(chat) == ["Hello."]


async def test_why_a_press_changed_no_text_goes_too(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the chat wants it tidy: below a text in which only one person speaks."""
    monkeypatch.setattr(result, "READ_S", 0.0)
    chat.service.chosen = Preferences(tidy=True)
    job = await chat.note()
    await chat.finish(job, talk())
    await chat.followed(job)
    one = await redo(chat, job, TaskOptions(speakers=0))
    await chat.finish(one, talk(speakers=1))
    await chat.delivered(one)
    said = (await chat.people.chat(chat.user))["messages"][-1]
    assert (said["text"], bool(said["deleted_at"])) == ("I hear only one voice in this one.", True)
    assert await shown(chat) == [" ".join(SAID)]


def quotes(message: dict[str, Any]) -> list[str]:
    """What is folded in a message."""
    found = [each for each in message.get("entities") or [] if each["type"] == "expandable_blockquote"]
    return [message["text"][each["offset"] : each["offset"] + each["length"]] for each in found]


async def test_a_long_text_is_folded_beyond_a_screen(chat: Chat) -> None:
    """The rest unfolds at a tap, and no word is lost; a text of one screen stays as it is."""
    chat.service.chosen = Preferences()
    short, long = await chat.note(), await chat.note()
    await chat.finish(short, talk())
    await chat.finish(long, replace(talk(), segments=(Segment(0, 60_000, "A sentence. " * 200),)))
    await chat.delivered(short)
    await chat.delivered(long)
    first, second = await chat.people.messages(chat.user, from_bot=True)
    assert quotes(first) == []
    (folded,) = quotes(second)
    assert second["text"].endswith(folded)
    assert 350 < len(second["text"]) - len(folded) < 720
    assert second["text"].split() == ["A", "sentence."] * 200


async def test_a_very_long_text_is_its_beginning_and_a_file(chat: Chat) -> None:
    """Which says where the rest is; and so is one that became that long by its times."""
    chat.service.chosen = Preferences()
    job = await chat.note()
    segments = tuple(Segment(at * 1000, at * 1000 + 900, "One more sentence.") for at in range(900))
    await chat.finish(job, replace(talk(), segments=segments))
    await chat.delivered(job)
    text, file = await chat.people.messages(chat.user, from_bot=True)
    assert text["text"].endswith("📄 The whole text is in the file below.")
    assert len(quotes(text)) == 1
    assert file["document"]["file_name"].endswith(".txt")
    await change(chat, job, folds=False)
    assert len(await shown(chat)) == 5


async def test_a_text_that_is_made_longer_gets_its_file_then(chat: Chat) -> None:
    """With times it takes more than three messages."""
    chat.service.chosen = Preferences()
    chat.delivery._results._text_file_from = 100_000
    job = await chat.note()
    segments = tuple(Segment(at * 10_000, at * 10_000 + 6000, "One more sentence.") for at in range(620))
    await chat.finish(job, replace(talk(), segments=segments))
    await chat.delivered(job)
    assert len(await shown(chat)) == 3
    await change(chat, job, times=True)
    assert len(await shown(chat)) == 1
    assert "document" in (await chat.people.messages(chat.user, from_bot=True))[-1]


@pytest.mark.parametrize("text", ["Привіт.", ""])
async def test_what_is_heard_in_another_language_takes_the_place_of_the_text(chat: Chat, text: str) -> None:
    """Its own status goes; where nothing is heard so, that is said and the text stays."""
    job = await chat.note()
    await chat.say(job, "Hello.")
    await chat.delivered(job)
    await redone_in(chat, job, "uk", text)
    assert await shown(chat) == ([text] if text else ["Hello.", "🤷 No speech heard in this one."])


async def redone_in(chat: Chat, job: Job, language: str, text: str) -> None:
    """The recording of a job was heard in another language."""
    source = replace(job.request.source, key=f"{job.request.source.key}#{language}")
    request = replace(job.request, source=source, language=language, based_on=job.id)
    again, _ = await chat.store.add(request)
    chat.service.news(again)
    await chat.finish(again, Transcript((Segment(0, 1, text),) if text else (), language, 1.0, 1, "base"))
    await chat.delivered(again)
    await chat.followed(job)


async def test_the_file_of_a_text_that_was_heard_anew_is_a_new_one(chat: Chat) -> None:
    """In place of the former one, which says what is no longer shown."""
    chat.delivery._results._text_file_from = 5
    job = await chat.note()
    await chat.say(job, "Hello.")
    await chat.delivered(job)
    former = (await chat.people.messages(chat.user, from_bot=True))[-1]
    await redone_in(chat, job, "uk", "Привіт.")
    (file,) = [each for each in await chat.people.messages(chat.user, from_bot=True) if "document" in each]
    assert file["message_id"] != former["message_id"]
