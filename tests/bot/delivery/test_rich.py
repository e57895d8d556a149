"""Texts of several messages that are shown as one rich message, where the chat wants that and Telegram takes it."""

from typing import Any
from unittest.mock import AsyncMock

import pytest
from aiogram.types import InputRichBlockParagraph, InputRichMessage, RichBlockParagraph, RichMessage

from bot.delivery import sender
from bot.delivery.rich_message import is_shortened, rich_message
from bot.delivery.styled_text import StyledText
from tests.bot.conftest import Chat
from transcription.jobs import Job, Preferences
from transcription.transcript import Segment, Transcript

Json = dict[str, Any]


@pytest.fixture
def rich(chat: Chat) -> Chat:
    """A chat that wants its long texts so."""
    chat.service.chosen = Preferences(long_texts="rich")
    chat.delivery._results._text_file_from = 100_000
    return chat


def said(count: int) -> Transcript:
    """So many sentences, each a paragraph of its own."""
    segments = tuple(Segment(at * 10_000, at * 10_000 + 6000, f"This is sentence {at}.") for at in range(count))
    return Transcript(segments, "en", 1.0, count * 10_000, "base")


async def heard(chat: Chat, count: int) -> Job:
    """A note of so many sentences that was delivered."""
    job = await chat.note()
    await chat.finish(job, said(count))
    await chat.delivered(job)
    return job


async def shown(chat: Chat) -> list[Json]:
    """The bot's messages."""
    return await chat.people.messages(chat.user, from_bot=True)


def plain(part: Any) -> str:
    """All that a part of a rich message says."""
    if isinstance(part, list):
        return "".join(map(plain, part))
    if isinstance(part, dict):
        return "".join(plain(value) for name, value in part.items() if name in {"text", "blocks"})
    return str(part)


async def test_what_takes_several_messages_is_one_that_unfolds(rich: Chat) -> None:
    """No word is lost, and it has its buttons; what fits into one message is an ordinary one, which every app shows."""
    await heard(rich, 100)
    await heard(rich, 400)
    short, long = await shown(rich)
    assert short["text"].endswith("This is sentence 99.")
    *screen, rest = long["rich_message"]["blocks"]
    assert len(plain(screen)) < 700
    assert (rest["type"], rest["summary"], rest.get("is_open")) == ("details", "Read on", None)
    words = " ".join(f"This is sentence {at}." for at in range(400)).split()
    assert "".join(plain(long["rich_message"]["blocks"]).split()) == "".join(words)
    assert long["reply_markup"]["inline_keyboard"][-1][-1]["text"] == "⋯"


async def test_a_press_makes_it_another_rich_message(rich: Chat) -> None:
    """Where it stands: with times, and as one block of text, which is cut where the screen ends."""
    job = await heard(rich, 400)
    await rich.deliveries.change_look(job.id, {"times": True, "paragraphs": False})
    rich.delivery.follow(job.id)
    await rich.followed(job)
    (message,) = await shown(rich)
    assert plain(message["rich_message"]["blocks"]).startswith("0:00 This is sentence 0.0:10 This is sentence 1.")


async def test_of_a_longer_one_the_file_has_the_rest(rich: Chat) -> None:
    """It holds as much as Telegram takes, and says where the rest is."""
    await heard(rich, 1600)
    text, file = await shown(rich)
    blocks = text["rich_message"]["blocks"]
    assert plain(blocks).endswith("📄 The whole text is in the file below.")
    assert 31_000 < len(plain(blocks)) <= 32_768
    assert "document" in file


@pytest.mark.parametrize("trouble", ["RICH_MESSAGE_UNSUPPORTED", "message text is empty", "CHAT_SEND_PLAIN_FORBIDDEN"])
async def test_a_refused_one_is_folded_and_not_tried_again_soon(rich: Chat, trouble: str) -> None:
    """One call in vain for the chat, also where an old server does not know of them; beyond three messages a file."""
    await rich.people.add_fault("editMessageText", "error", code=400, text=f"Bad Request: {trouble}")
    first = await heard(rich, 250)
    assert len(await rich.people.calls("editMessageText")) == 3
    await heard(rich, 700)
    *texts, _file = await shown(rich)
    assert [each["entities"][-1]["type"] for each in texts] == ["expandable_blockquote"] * 3
    tried = [call for call in await rich.people.calls("editMessageText") if "rich_message" in call["params"]]
    assert len(tried) == 1
    assert (await rich.deliveries.looks(first.id))[1] == '{"folds":true}'


async def test_one_that_lost_some_of_its_text_is_folded(rich: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if it had been refused: the message that was cut becomes the first of several."""
    monkeypatch.setattr(sender, "is_shortened", lambda *_: True)
    await heard(rich, 250)
    first, second = await shown(rich)
    assert "rich_message" not in first
    assert (first["text"].split()[0], second["text"].split()[-1]) == ("This", "249.")


async def test_another_process_makes_the_same_message_of_it(rich: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that was killed before it noted that the text is there leaves no second one."""
    with monkeypatch.context() as killed:
        killed.setattr(rich.service, "mark_delivered", AsyncMock())
        job = await rich.note()
        await rich.finish(job, said(400))
        await rich.followed(job)
    assert await rich.store.undelivered("telegram") == [job.id]
    rich.start()
    await rich.delivery.resume()
    await rich.delivered(job)
    (message,) = await shown(rich)
    assert "rich_message" in message


def test_styles_stay_where_they_are() -> None:
    """Names are bold and doubtful words underlined, on both sides of the fold."""
    styled = StyledText()
    for at in range(60):
        styled.add(f"Speaker {at}:", "bold")
        styled.add(" It is ")
        styled.add("so", "underline")
        styled.add(".\n\n")
    message, is_whole = rich_message(styled, "more", "file")
    first, *_, rest = message.model_dump(exclude_none=True)["blocks"]
    runs = [{"type": "bold", "text": "Speaker 0:"}, " It is ", {"type": "underline", "text": "so"}, "."]
    assert (first["text"], is_whole) == (runs, True)
    assert rest["blocks"][-1]["text"] == [{"type": "bold", "text": "Speaker 59:"}, *runs[1:]]


def test_times_lead_to_the_moment_where_messages_have_links() -> None:
    """In supergroups, that is; elsewhere they are text."""
    styled = StyledText()
    for at in range(300):
        styled.add(f"1:{at % 60:02}:05", "time")
        styled.add(" Hello there.\n")
    linked = rich_message(styled, "more", "file", "https://t.me/c/1/2")[0].model_dump(exclude_none=True)
    link = {"type": "url", "text": "1:01:05", "url": "https://t.me/c/1/2?t=3665"}
    assert linked["blocks"][1]["text"] == [link, " Hello there."]
    alone = rich_message(styled, "more", "file")[0].model_dump(exclude_none=True)
    assert alone["blocks"][1]["text"] == ["1:01:05", " Hello there."]


def test_a_message_that_lost_some_of_its_text_is_known() -> None:
    """Telegram cuts what has too many styles without a word."""
    sent = InputRichMessage(blocks=[InputRichBlockParagraph(text=["all", "  of it "])])
    whole = RichMessage(blocks=[RichBlockParagraph(text="all of it")])
    assert not is_shortened(sent, whole)
    assert is_shortened(sent, RichMessage(blocks=[RichBlockParagraph(text="all")]))
    assert is_shortened(sent, None)


def test_text_that_runs_from_right_to_left_says_so() -> None:
    """All of the message does then."""
    assert rich_message(StyledText("שלום לכולם. " * 500), "more", "file")[0].is_rtl
    assert not rich_message(StyledText("Hello all. " * 500), "more", "file")[0].is_rtl
