"""The buttons under a text."""

from typing import Any

import pytest
from aiogram.methods import AnswerCallbackQuery, DeleteMessage, EditMessageText, SendDocument, TelegramMethod

from handlers.address import Address
from handlers.likely_languages import likely_languages
from handlers.look import Look, Menu, without_speakers
from handlers.result_keyboard import FILE_FORMATS, Action, ChangeResult, result_keyboard
from tests.handlers.conftest import ANN, BOB, GROUP, LOCALES, Json, Talk
from transcription import FORMATS, LANGUAGES, ModelTooBig, ModelUnavailable, catalogue
from transcription.jobs import File, Job, Request, Source
from transcription.task import TaskOptions
from transcription.transcript import Segment, Transcript

TEXT = 5000
CARL = ANN | {"id": 33}


def transcript(**others: Any) -> Transcript:
    segments = (Segment(0, 9000, "How are you?", speaker=0), Segment(9500, 30_000, "Very well.", speaker=1))
    usual = {"segments": segments, "language": "ru", "language_probability": 1.0, "duration_ms": 30_000}
    return Transcript(**{**usual, "model": "base", **others})


async def a_text(talk: Talk, chat: Json | None = None, **others: Any) -> Job:
    """The job of a text that Ann's note became, said in message `TEXT`."""
    await talk.voice(chat=chat)
    job = (await talk.store.unfinished(ANN["id"]))[-1]
    await talk.deliveries.set_status_message(job.id, Address.parse(job.request.source).chat_id, TEXT)
    await talk.store.finish(job.id, transcript(**others))
    await talk.store.mark_delivered(job.id)
    return job


async def press(
    talk: Talk, job: Job, action: Action, value: object = "", *, who: Json = ANN, chat: Json | None = None
) -> tuple[str, list[TelegramMethod[Any]]]:
    """Press a button; returns what is said of it, and what else is done."""
    calls = await talk.press(ChangeResult(job_id=job.id, action=action, value=str(value)).pack(), who, chat)
    answers = [call for call in calls if isinstance(call, AnswerCallbackQuery)]
    return answers[0].text or "", [call for call in calls if call not in answers]


async def look(talk: Talk, job: Job) -> Look:
    return Look.parse((await talk.deliveries.looks(job.id))[0])


async def test_switches_are_stored_and_then_shown(talk: Talk) -> None:
    """Each changes its own field only, and says what is to be: pressed twice it is the same."""
    job = await a_text(talk)
    for action, value in ((Action.MENU, Menu.OPEN), (Action.TIMES, 1), (Action.TIMES, 1), (Action.PARAGRAPHS, 0)):
        assert await press(talk, job, action, value) == ("", [])
    await press(talk, job, Action.FILLERS, 0)
    assert await look(talk, job) == Look(times=True, paragraphs=False, fillers=False, menu=Menu.OPEN)
    assert talk.followed == [job.id] * 5


@pytest.mark.parametrize(("who", "may"), [(ANN, True), (BOB, True), (CARL, False)])
async def test_the_sender_and_admins_may_press(talk: Talk, who: Json, may: bool) -> None:
    """In a group others are told that they may not."""
    talk.telegram.admins = {BOB["id"]}
    job = await a_text(talk, GROUP)
    said, _ = await press(talk, job, Action.TIMES, 1, who=who, chat=GROUP)
    assert (await look(talk, job)).times is may
    assert said == ("" if may else "Only the sender or a chat admin can use these buttons.")


async def test_a_text_that_is_gone_says_so(talk: Talk) -> None:
    """Whether it was forgotten or has expired; and so does a forged button, pressed in another chat."""
    job = await a_text(talk, GROUP)
    said, _ = await press(talk, job, Action.TIMES, 1)
    assert said == "I don’t keep this text any more. Please send the recording again."
    assert not (await look(talk, job)).times
    await talk.service.forget(ANN["id"])
    assert (await press(talk, job, Action.TIMES, 1, chat=GROUP))[0] == said


@pytest.mark.parametrize("name", FILE_FORMATS)
async def test_each_format_is_sent_as_a_file_once(talk: Talk, name: str) -> None:
    """In reply to the text, with its speakers by their names; two taps send one."""
    job = await a_text(talk, speakers=2)
    await talk.deliveries.change_look(job.id, {"names": {"1": "Bob"}})
    _, (sent,) = await press(talk, job, Action.FILE, name)
    assert await press(talk, job, Action.FILE, name) == ("", [])
    assert isinstance(sent, SendDocument)
    assert sent.reply_parameters
    assert (sent.chat_id, sent.reply_parameters.message_id) == (ANN["id"], TEXT)
    file: Any = sent.document
    assert file.filename.endswith(FORMATS[name].suffix)
    assert file.data[:2] == b"PK" if name == "docx" else b"Bob" in file.data


@pytest.mark.parametrize(("name", "has_ums"), [("txt", False), ("srt", False), ("json", True)])
async def test_files_are_without_fillers_where_the_text_is(talk: Talk, name: str, has_ums: bool) -> None:
    """But for JSON, which has all that was said."""
    job = await a_text(talk, segments=(Segment(0, 9000, "Well, um, yes."),), language="en")
    await press(talk, job, Action.FILLERS, 0)
    _, (sent,) = await press(talk, job, Action.FILE, name)
    assert isinstance(sent, SendDocument)
    file: Any = sent.document
    assert (b"um" in file.data) is has_ums


async def test_who_speaks_is_found_out_by_a_job_of_its_own(talk: Talk) -> None:
    """It hears the same file and answers the text; two presses are one job, after a cancel another."""
    job = await a_text(talk)
    await talk.service.change_preferences(ANN["id"], speakers=2)
    await press(talk, job, Action.SPEAKERS, 1)
    await press(talk, job, Action.SPEAKERS, 1)
    (redo,) = await talk.store.unfinished(ANN["id"])
    assert (redo.request.file, redo.request.based_on) == (job.request.file, job.id)
    assert redo.request.options == TaskOptions(speakers=2)
    assert Address.parse(redo.request.source).message_id == TEXT
    await talk.service.cancel(redo.id)
    await press(talk, job, Action.SPEAKERS, 1)
    assert [each.id for each in await talk.store.unfinished(ANN["id"])] == [redo.id + 1]


async def test_speakers_that_are_known_are_switched(talk: Talk) -> None:
    """No job is needed for that; a text of one voice says that it is one."""
    job, alone = await a_text(talk, speakers=2), await a_text(talk, speakers=1)
    await press(talk, job, Action.SPEAKERS, 0)
    assert not (await look(talk, job)).speakers
    await press(talk, job, Action.SPEAKERS, 1)
    assert (await look(talk, job)).speakers
    assert await press(talk, alone, Action.SPEAKERS, 1) == ("I hear only one voice in this one.", [])
    assert not await talk.store.unfinished(ANN["id"])


def test_a_text_without_its_speakers() -> None:
    """Nothing is left of who speaks, also where two did at a time."""
    together = Segment(0, 9000, "How are you?", speaker=0, is_overlap=True, other_speaker=1)
    plain = without_speakers(transcript(segments=(together,), speakers=2))
    assert plain == transcript(segments=(Segment(0, 9000, "How are you?"),))


async def test_a_translation_is_a_job_too(talk: Talk) -> None:
    """It answers the recording, to which its times lead then; once.

    English is not translated, nor by a model that can't.
    """
    job = await a_text(talk)
    await press(talk, job, Action.TRANSLATE)
    (redo,) = await talk.store.unfinished(ANN["id"])
    assert redo.request.options == TaskOptions(translate=True)
    assert redo.request.source.reply_to == job.request.source.reply_to
    await talk.store.finish(redo.id, transcript(is_translated=True))
    await talk.store.mark_delivered(redo.id)
    assert (await press(talk, job, Action.TRANSLATE))[0] == "It is translated already: look below the text."
    english = await a_text(talk, language="en")
    assert (await press(talk, english, Action.TRANSLATE))[0] == "The model that heard this one can’t translate."
    assert not await talk.store.unfinished(ANN["id"])


async def test_who_has_too_many_jobs_is_told_so(talk: Talk) -> None:
    """What buttons ask for counts like any other recording."""
    job = await a_text(talk)
    for _ in range(3):
        await talk.voice()
    said, _ = await press(talk, job, Action.SPEAKERS, 1)
    assert said.startswith("I still have 3 notes of yours to answer")


def test_a_short_text_has_no_buttons_and_any_job_fits_them() -> None:
    """Below 20 s there is nothing but the text; Telegram takes 64 bytes of a button."""
    say = LOCALES.say("ru")
    assert result_keyboard(1, transcript(duration_ms=19_999), Look(), say) is None
    for menu in Menu:
        keyboard = result_keyboard(2**62, transcript(speakers=2), Look(menu=menu), say)
        assert keyboard
        for button in (button for row in keyboard.inline_keyboard for button in row):
            assert len(button.callback_data or "") <= 64
            assert ChangeResult.unpack(button.callback_data or "").job_id == 2**62


async def test_a_text_is_heard_in_another_language(talk: Talk) -> None:
    """By a job of its own, which speakers are then asked of as well; a language that its model lacks is refused."""
    job = await a_text(talk)
    await press(talk, job, Action.MENU, Menu.LANGUAGES)
    assert await press(talk, job, Action.LANGUAGE, "uk") == ("", [])
    (redo,) = await talk.store.unfinished(ANN["id"])
    assert (redo.request.language, redo.request.based_on, redo.request.model) == ("uk", job.id, "base")
    assert (await look(talk, job)).menu is Menu.FOLDED
    await talk.store.finish(redo.id, transcript(language="uk"))
    await talk.store.mark_delivered(redo.id)
    await talk.deliveries.change_look(job.id, {"redo": redo.id})
    await press(talk, job, Action.SPEAKERS, 1)
    (speakers,) = await talk.store.unfinished(ANN["id"])
    assert (speakers.request.language, speakers.request.options.speakers) == ("uk", 0)
    other = await a_text(talk, model="gigaam-v3")
    said, _ = await press(talk, other, Action.LANGUAGE, "de")
    assert "gigaam-v3" in said


async def test_a_language_that_was_heard_before_is_shown_at_once(talk: Talk) -> None:
    """Nothing is recognised a second time."""
    job = await a_text(talk)
    await press(talk, job, Action.LANGUAGE, "uk")
    (redo,) = await talk.store.unfinished(ANN["id"])
    await talk.store.finish(redo.id, transcript(language="uk"))
    await talk.store.mark_delivered(redo.id)
    for language, shown in (("uk", redo.id), ("uk", redo.id), ("ru", None)):
        await press(talk, job, Action.LANGUAGE, language)
        assert (await look(talk, job)).redo == shown
    assert await talk.store.unfinished(ANN["id"]) == []


async def test_a_language_in_which_nothing_was_heard_leaves_the_text(talk: Talk) -> None:
    """Which would have no buttons left to come back by."""
    job = await a_text(talk)
    await press(talk, job, Action.LANGUAGE, "uk")
    (redo,) = await talk.store.unfinished(ANN["id"])
    await talk.store.finish(redo.id, transcript(language="uk", segments=()))
    await talk.store.mark_delivered(redo.id)
    assert (await press(talk, job, Action.LANGUAGE, "uk"))[0] == "🤷 No speech heard in this one."
    assert (await look(talk, job)).redo is None


async def better(talk: Talk, job: Job, **others: Any) -> Job:
    """The job that a press on Better made, when it is done and shown."""
    await press(talk, job, Action.BETTER, 1)
    await press(talk, job, Action.BETTER, 1)
    (again,) = await talk.store.unfinished(ANN["id"])
    await talk.store.finish(again.id, transcript(model=again.request.model, **others))
    await talk.store.mark_delivered(again.id)
    await talk.deliveries.change_look(job.id, {"better": again.id})
    return again


async def test_a_better_model_hears_a_text_again(talk: Talk) -> None:
    """The best one that is here and fits, which detects the language; two presses are one, and one more leads back."""
    talk.models.refused = dict.fromkeys(["large-v3", "large-v2"], ModelTooBig())
    talk.models.missing = dict.fromkeys(["gigaam-v3", "parakeet-v3"], ModelUnavailable())
    job = await a_text(talk)
    again = await better(talk, job)
    request = again.request
    assert (request.model, request.language, request.based_on) == ("large-v3-turbo", None, job.id)
    assert request.replaces_text
    for value, shown in ((0, None), (1, again.id), (1, again.id)):
        said, _ = await press(talk, job, Action.BETTER, value)
        assert (await look(talk, job)).better == shown
    assert said == "No better model is here for this one. /model shows those that can be fetched."
    translation = await a_text(talk, is_translated=True)
    assert (await press(talk, translation, Action.BETTER, 1))[0] == said
    assert await talk.store.unfinished(ANN["id"]) == []


async def test_what_is_asked_of_a_better_text_is_asked_of_its_model(talk: Talk) -> None:
    """Who speaks, which a better text keeps, and another language, of which an English model knew nothing."""
    job = await a_text(talk, model="tiny.en", language="en", speakers=2)
    assert "English" in (await press(talk, job, Action.LANGUAGE, "ru"))[0]
    talk.models.missing = {name: ModelUnavailable() for name in catalogue.MODELS if name != "base"}
    again = await better(talk, job)
    assert (again.request.model, again.request.options) == ("base", TaskOptions(speakers=0))
    await press(talk, job, Action.SPEAKERS, 1)
    await press(talk, job, Action.LANGUAGE, "de")
    speakers, german = await talk.store.unfinished(ANN["id"])
    assert (speakers.request.model, speakers.request.options.speakers) == ("base", 0)
    assert (german.request.model, german.request.language) == ("base", "de")


def test_better_is_offered_where_there_is_something_better() -> None:
    """And where the better text is shown, which a tick says."""
    say = LOCALES.say("en")

    def labels(look: Look, **others: bool) -> list[str]:
        keyboard = result_keyboard(1, transcript(), look, say, **others)
        assert keyboard
        return [button.text for row in keyboard.inline_keyboard for button in row]

    assert "Better" not in labels(Look(menu=Menu.OPEN))
    assert "Better" in labels(Look(menu=Menu.OPEN), has_better=True)
    assert "✓ Better" in labels(Look(menu=Menu.OPEN, better=5))


def test_fillers_can_be_had_back_where_there_are_any() -> None:
    """A tick says that they are shown; other texts have no button for them."""
    say = LOCALES.say("ru")
    for text, fillers, expected in (
        ("Ну, э-э, да.", True, "✓ «Э-э»"),
        ("Ну, э-э, да.", False, "«Э-э»"),
        ("Да.", True, None),
    ):
        shown = transcript(segments=(Segment(0, 9000, text),))
        keyboard = result_keyboard(1, shown, Look(menu=Menu.OPEN, fillers=fillers), say)
        assert keyboard
        labels = [button.text for row in keyboard.inline_keyboard for button in row]
        assert [label for label in labels if "Э-э" in label] == ([expected] if expected else [])


@pytest.mark.parametrize("is_old", [False, True])
async def test_a_text_is_deleted_with_all_its_messages(talk: Talk, is_old: bool) -> None:
    """And so is what is kept of it; messages that Telegram keeps say that they were deleted."""
    talk.telegram.keeps_messages = is_old
    job = await a_text(talk, GROUP)
    await talk.deliveries.set_part(job.id, 1, TEXT + 1)
    said, _ = await press(talk, job, Action.DELETE, who=CARL, chat=GROUP)
    assert said == "Only the sender or a chat admin can use these buttons."
    _, calls = await press(talk, job, Action.DELETE, chat=GROUP)
    deleted = [call.message_id for call in calls if isinstance(call, DeleteMessage)]
    said_so = [call.text for call in calls if isinstance(call, EditMessageText)]
    assert (deleted, said_so) == ([TEXT, TEXT + 1], ["Deleted."] * 2 * is_old)
    assert await talk.service.get(job.id) is None


async def test_a_row_is_deleted_with_all_its_notes(talk: Talk) -> None:
    """Nothing of what one message said is kept, nor of what a better model heard."""
    job, other = await a_text(talk), await a_text(talk)
    again = await better(talk, job)
    await talk.deliveries.change_look(job.id, {"joined": {str(other.id): True}})
    await press(talk, job, Action.DELETE)
    assert [await talk.service.get(each.id) for each in (job, other, again)] == [None] * 3


async def test_a_file_has_all_notes_of_a_row(talk: Talk) -> None:
    """In their order, with times that go on."""
    job, other = await a_text(talk), await a_text(talk)
    await talk.deliveries.change_look(job.id, {"joined": {str(other.id): True}})
    _, (sent,) = await press(talk, job, Action.FILE, "srt")
    assert isinstance(sent, SendDocument)
    file: Any = sent.document
    assert file.data.count(b"Very") == 2
    assert b"00:00:39,500 --> " in file.data


def test_a_wrong_language_is_asked_for_where_it_is_doubtful() -> None:
    """Also under a short text; the likely ones come first, then all by pages."""
    say = LOCALES.say("en")
    doubtful = transcript(duration_ms=3000, language_probability=0.4)

    def labels(**look: Any) -> list[str]:
        keyboard = result_keyboard(1, doubtful, Look(**look), say, ["en", "uk", "es"])
        assert keyboard
        return [button.text for row in keyboard.inline_keyboard for button in row]

    assert labels() == ["Wrong language?", "⋯"]
    assert labels(menu=Menu.LANGUAGES) == ["English", "Українська", "Español", "…", "←"]
    assert len({label for page in range(1, 8) for label in labels(menu=Menu.LANGUAGES, page=page)}) >= len(LANGUAGES)


def test_likely_languages_begin_with_those_of_the_sender() -> None:
    """Without the one that was recognised."""
    request = Request(Source("telegram", "1"), 7, File("f", "u"), "base", None, "ru", app_language="uk-UA")
    assert likely_languages(request, transcript(language="ru")) == ["uk", "en", "es"]
