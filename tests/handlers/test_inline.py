"""One's own texts in inline mode."""

from typing import Any

from aiogram.methods import AnswerInlineQuery

from tests.handlers.conftest import ANN, BOB, GROUP, Talk
from tests.handlers.test_find import said


async def ask(talk: Talk, words: str, sender: Any = ANN, offset: str = "") -> AnswerInlineQuery:
    query = {"id": "1", "from": sender, "query": words, "offset": offset}
    (answer,) = await talk.receive("inline_query", query)
    assert isinstance(answer, AnswerInlineQuery)
    return answer


def offered(answer: AnswerInlineQuery) -> list[str]:
    return [each.input_message_content.message_text for each in answer.results]  # type: ignore[union-attr]


async def test_ones_own_are_offered_to_oneself(talk: Talk) -> None:
    """Of all chats, while the word is typed; the answer is kept nowhere, for it is for one person at one moment."""
    await said(talk, "A flat for all.", chat=GROUP)
    await said(talk, "My secret flat.")
    answer = await ask(talk, "fla")
    assert offered(answer) == ["My secret flat.", "A flat for all."]
    assert (answer.cache_time, answer.is_personal) == (0, True)
    other = await ask(talk, "fla", BOB)
    assert offered(other) == []
    assert other.button
    assert other.button.text == "Таких текстов у вас нет. Пришлите мне голосовое"


async def test_further_ones_come_by_scrolling(talk: Talk) -> None:
    """From where the last answer ended; what an app makes up begins anew."""
    for number in range(12):
        await said(talk, f"Number {number}")
    first = await ask(talk, "")
    rest = await ask(talk, "", offset=first.next_offset or "")
    assert offered(first) + offered(rest) == [f"Number {number}" for number in reversed(range(12))]
    assert not rest.next_offset
    assert offered(await ask(talk, "", offset="9" * 40)) == offered(first)


async def test_a_long_text_is_cut_to_a_message(talk: Talk) -> None:
    """In the units that Telegram counts."""
    await said(talk, "😀😀 да " * 2000)
    (text,) = offered(await ask(talk, ""))
    assert 4000 < len(text.encode("utf-16-le")) / 2 <= 4096
    assert text.endswith("…")


async def test_what_was_sent_so_is_no_note(talk: Talk) -> None:
    """Sent in the chat with the bot itself, it gets no hint."""
    sent = talk.message(text="My secret flat.", via_bot={"id": 42, "is_bot": True, "first_name": "Steno"})
    assert await talk.receive("message", sent) == []
