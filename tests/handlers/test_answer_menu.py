"""Summary, tidy-up and to-do list, by the buttons under a text."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMessage,
    EditMessageText,
    SendDocument,
    SendMessage,
    TelegramMethod,
)

from bot.localization import Locales
from handlers import answer_menu
from handlers.answer_buttons import WORD_JOINER, AnswerButton, Step, inert, place_of
from handlers.look import Look, Menu
from handlers.result_keyboard import Action, result_keyboard
from tests.handlers.conftest import ANN, BOB, GROUP, Json, Talk
from tests.handlers.test_result_menu import CARL, TEXT, a_text, transcript
from tests.handlers.test_result_menu import press as press_result
from tests.transcription.llm.server import KEY, MODEL, ModelServer, hang, refusing, saying
from transcription import AnswerKind, Answers, LlmFailure
from transcription.jobs import Job
from transcription.llm.endpoint import Endpoint

LOCALES = Locales.load()
FAR = "llm.example.org"


class Calls(list[TelegramMethod[Any]]):
    """What the bot called; `news` is set with each call."""

    news: asyncio.Event

    def append(self, call: TelegramMethod[Any]) -> None:
        super().append(call)
        self.news.set()


class Office:
    """A chat with the bot, and a model that is asked about its texts."""

    def __init__(self, talk: Talk, server: ModelServer, endpoint: Endpoint) -> None:
        self.talk, self.server, self.endpoint = talk, server, endpoint
        talk.telegram.calls = Calls()
        talk.telegram.calls.news = asyncio.Event()
        self.use(Answers(endpoint, talk.answers, 8192))

    def use(self, answers: Answers | None) -> None:
        self.talk.dispatcher["answers"] = answers

    async def press(
        self,
        job: Job,
        step: Step = Step.ASK,
        kind: AnswerKind = AnswerKind.SUMMARY,
        *,
        who: Json = ANN,
        chat: Json | None = None,
    ) -> list[TelegramMethod[Any]]:
        """Press a button of this step; what the bot does until all is done."""
        return await self.tap(AnswerButton(job_id=job.id, kind=kind, step=step).pack(), who=who, chat=chat)

    async def tap(
        self, data: str, *, who: Json = ANN, chat: Json | None = None, message_id: int = 77
    ) -> list[TelegramMethod[Any]]:
        return await self.talk.press(data, who, chat, message_id=message_id)

    async def until(self, text: str) -> None:
        """Wait until the bot says this."""
        calls = self.talk.telegram.calls
        assert isinstance(calls, Calls)
        while text not in [*texts(calls), *alerts(calls)]:
            calls.news.clear()
            await calls.news.wait()


@pytest.fixture
async def office(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    monkeypatch.setattr(answer_menu, "EVERY_S", 0.001)
    server = ModelServer()
    await server.start()
    async with Endpoint(server.url, MODEL, KEY) as endpoint:
        yield Office(talk, server, endpoint)
    await server.stop()


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> None:
    """The model is on another machine, as far as is known of it."""
    monkeypatch.setattr(Endpoint, "host", FAR)
    monkeypatch.setattr(Endpoint, "is_local", False)


def texts(calls: list[TelegramMethod[Any]]) -> list[str]:
    """What messages say, in their order."""
    return [call.text for call in calls if isinstance(call, (SendMessage, EditMessageText))]


def alerts(calls: list[TelegramMethod[Any]]) -> list[str | None]:
    return [call.text for call in calls if isinstance(call, AnswerCallbackQuery)]


async def test_buttons_are_there_with_a_model_only() -> None:
    """In the row that unfolds; each fits Telegram's 64 bytes."""
    say = LOCALES.say("en")
    for has_llm in (False, True):
        keyboard = result_keyboard(2**62, transcript(), Look(menu=Menu.OPEN), say, has_llm=has_llm)
        assert keyboard
        first = keyboard.inline_keyboard[0]
        assert ([button.text for button in first] == ["Summary", "Tidy up", "To-do list"]) is has_llm
        assert all(len(button.callback_data or "") <= 64 for button in first)
    folded = result_keyboard(1, transcript(), Look(), say, has_llm=True)
    assert folded
    assert [button.text for button in folded.inline_keyboard[0]] == ["⋯"]


async def test_an_answer_is_a_reply_that_grows(office: Office) -> None:
    """In the language of the text, with names as they are shown, without previews, by one message."""
    job = await a_text(office.talk, speakers=2)
    await office.talk.deliveries.change_look(job.id, {"names": {"1": "Bob"}})
    more = asyncio.Event()
    office.server.next = [saying("They are \0well.", pause=more)]
    pressing = asyncio.create_task(office.press(job))
    await office.until("✍️ Summarizing…\n\nThey are")
    more.set()
    calls = [call for call in await pressing if isinstance(call, (SendMessage, EditMessageText))]
    assert isinstance(calls[0], SendMessage)
    assert calls[0].reply_parameters
    assert calls[0].reply_parameters.message_id == TEXT
    assert calls[0].text == "✍️ Summarizing…"
    assert calls[-1].text == f"📝 Summary · {MODEL}\n\nThey are well."
    assert all(call.link_preview_options and call.link_preview_options.is_disabled for call in calls)
    assert [entity.type for entity in calls[-1].entities or ()] == ["bold"]
    assert (calls[-1].parse_mode, calls[-1].reply_markup) == (None, None)
    assert len([call for call in calls if isinstance(call, SendMessage)]) == 1
    asked = office.server.bodies[0]["messages"][1]["content"]
    assert "in Russian" in asked
    assert "Bob: Very well." in asked


async def test_a_second_press_shows_the_same_again(office: Office) -> None:
    """The model is not asked, and the former message goes; so does the last one with the text."""
    job = await a_text(office.talk)
    await office.press(job)
    calls = await office.press(job)
    assert texts(calls) == [f"📝 Summary · {MODEL}\n\n• Buy milk"]
    assert len(office.server.bodies) == 1
    assert len([call for call in calls if isinstance(call, DeleteMessage)]) == 1
    kept = (await office.talk.deliveries.messages(job.id)).values()
    _, gone = await press_result(office.talk, job, Action.DELETE)
    assert {call.message_id for call in gone if isinstance(call, DeleteMessage)} == set(kept)
    assert len(kept) == 2


@pytest.mark.usefixtures("far")
async def test_a_text_leaves_the_machine_by_leave_only(office: Office) -> None:
    """The chat is asked once, by the name of the host; No sends nothing, and another host is another question."""
    job = await a_text(office.talk)
    question = (await office.press(job))[-1]
    assert isinstance(question, SendMessage)
    assert FAR in question.text
    ((yes, no),) = question.reply_markup.inline_keyboard  # type: ignore[union-attr]
    refused = await office.tap(no.callback_data)
    assert alerts(refused) == ["Nothing was sent."]
    assert await office.press(job, Step.SEND)
    assert office.server.bodies == []
    calls = await office.tap(yes.callback_data)
    edits = [call for call in calls if isinstance(call, EditMessageText)]
    assert {call.message_id for call in edits} == {77}
    assert edits[-1].text.endswith("• Buy milk")
    other = await a_text(office.talk)
    assert texts(await office.press(other))[0] == "✍️ Summarizing…"
    group = await a_text(office.talk, GROUP)
    assert "May I send" in texts(await office.press(group, chat=GROUP))[0]


async def test_a_forged_button_spares_other_messages(office: Office) -> None:
    """Neither deletes nor overwrites what another job has said in the chat."""
    job, other = await a_text(office.talk), await a_text(office.talk)
    await office.talk.deliveries.set_status_message(other.id, ANN["id"], 6000)
    for step in (Step.STOP, Step.KEEP, Step.SEND):
        button = AnswerButton(job_id=job.id, kind=AnswerKind.TODO, step=step, place=place_of(office.endpoint.host))
        calls = await office.tap(button.pack(), message_id=6000)
        assert 6000 not in [getattr(call, "message_id", None) for call in calls]


async def test_who_may_not_press_gets_no_answer(office: Office) -> None:
    """In groups that is everyone but the sender and admins; and forged buttons reach no other chat's text."""
    job = await a_text(office.talk, GROUP)
    for step in Step:
        calls = await office.press(job, step, who=CARL, chat=GROUP)
        assert alerts(calls) == ["Only the sender or a chat admin can use these buttons."]
        assert alerts(await office.press(job, step, who=BOB)) == [
            "Этого текста у меня больше нет. Пришлите запись ещё раз."
        ]
    office.use(None)
    assert alerts(await office.press(job, chat=GROUP)) == ["There is no language model here any more."]
    assert office.server.bodies == []


async def test_it_can_be_stopped(office: Office) -> None:
    """A second press meanwhile changes nothing; then the server is left alone, and the message goes."""
    job = await a_text(office.talk)
    office.server.next = [hang]
    begun = asyncio.create_task(office.press(job))
    await office.server.arrived.wait()
    button = AnswerButton(job_id=job.id, kind=AnswerKind.SUMMARY, step=Step.ASK)
    await office.talk.feed("callback_query", query(office, button))
    await office.until("It is being written already.")
    await office.talk.feed("callback_query", query(office, button.model_copy(update={"step": Step.STOP})))
    calls = await begun
    await office.server.left.wait()
    assert "Cancelled." in alerts(calls)
    assert isinstance(calls[-1], DeleteMessage)
    assert len(office.server.bodies) == 1
    gone = await office.press(job, Step.STOP)
    assert (alerts(gone), isinstance(gone[-1], DeleteMessage)) == (["This one has already ended."], True)


def query(office: Office, button: AnswerButton) -> Json:
    message = {"message_id": 77, "date": 0, "chat": {"id": ANN["id"], "type": "private"}, "text": "x"}
    return {"id": "1", "from": ANN, "chat_instance": "1", "data": button.pack(), "message": message}


async def test_a_text_that_is_forgotten_meanwhile_gets_no_answer(office: Office) -> None:
    """Nothing more is said of it, and nothing kept."""
    job = await a_text(office.talk)
    office.server.next = [hang]
    begun = asyncio.create_task(office.press(job))
    await office.server.arrived.wait()
    await office.talk.service.forget(ANN["id"])
    calls = await begun
    await office.server.left.wait()
    assert isinstance(calls[-1], DeleteMessage)


@pytest.mark.parametrize("locale", ["en", "ru"])
def test_each_failure_has_a_sentence_of_its_own(locale: str) -> None:
    """Short enough for the window over a button."""
    said = {LOCALES.say(locale)("error-llm", reason=reason, seconds=90) for reason in LlmFailure}
    assert len(said) == len(LlmFailure)
    assert max(map(len, said)) <= 200


async def test_a_failure_is_said_where_the_answer_would_be(office: Office) -> None:
    """And the next press tries again."""
    job = await a_text(office.talk)
    office.server.next = [refusing(401)]
    assert texts(await office.press(job))[-1].startswith("The language model’s server refuses the key")
    assert texts(await office.press(job))[-1].endswith("• Buy milk")


async def test_one_person_does_not_keep_the_model_to_themselves(office: Office) -> None:
    """Five at once, then one each half minute; what is kept costs nothing."""
    jobs = [await a_text(office.talk) for _ in range(6)]
    said = [alerts(await office.press(job))[0] for job in jobs]
    assert said[:5] == [None] * 5
    assert said[5] == "The language model has too much to do right now. Please try again in 30 s."
    assert alerts(await office.press(jobs[0])) == [None]


async def test_a_long_answer_is_a_file(office: Office) -> None:
    """With its beginning above it; and what is not all of it says so."""
    job = await a_text(office.talk)
    office.server.next = [saying("слово " * 800, finish="length")]
    calls = await office.press(job, kind=AnswerKind.TIDY)
    (sent,) = [call for call in calls if isinstance(call, SendDocument)]
    file: Any = sent.document
    assert file.data.decode().count("слово") == 800
    assert file.filename.endswith(" tidy.txt")
    assert sent.caption
    assert sent.caption.endswith("⚠️ It ends here because the model wrote too much or broke off.")
    assert len(sent.caption) <= 1024
    gone = [call.message_id for call in calls if isinstance(call, DeleteMessage)]
    assert (await office.talk.deliveries.messages(job.id))[-4] not in gone
    assert len(gone) == 1


@pytest.mark.parametrize(
    ("written", "links"),
    [
        ("@everyone and (@durov)", 2),
        ("/forget, or:/ban@steno_bot", 2),
        ("anna@example.org and/or https://example.org/a/b 1/2", 0),
    ],
)
def test_names_and_commands_call_nobody(written: str, links: int) -> None:
    """A note may have the model write them; what is none of that stays as it is."""
    assert inert(written).count(WORD_JOINER) == links
    assert inert(written).replace(WORD_JOINER, "") == written


async def test_privacy_says_where_texts_go(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing where there is no model."""
    said = {}
    for place in ("here", "there", "none"):
        if place == "there":
            monkeypatch.setattr(Endpoint, "is_local", False)
        if place == "none":
            office.use(None)
        said[place] = (await office.talk.say("/privacy")).text
    assert "by a language model on this machine" in said["here"]
    assert f"at {office.endpoint.host}, which is not this machine" in said["there"]
    assert "language model" not in said["none"]
