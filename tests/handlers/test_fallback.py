"""What is said to messages and buttons that no other handler wants."""

from typing import Any

import pytest

from handlers.fallback import HINT_EVERY_S
from handlers.rate_limit import Rate, RateLimiter
from tests.handlers.conftest import ANN, BOB, GROUP, Talk

PHOTO = [{"file_id": "id", "file_unique_id": "unique", "width": 1, "height": 1}]


@pytest.mark.parametrize(
    ("text", "begins"), [("/dance", "I don’t know this command."), ("hello", "Send me a voice message")]
)
async def test_text_is_answered(talk: Talk, text: str, begins: str) -> None:
    """A command that is none, and text that is no command."""
    assert (await talk.say(text)).text.startswith(begins)


@pytest.mark.parametrize(
    ("content", "answers"),
    [
        ({"photo": PHOTO}, 1),
        ({"dice": {"emoji": "🎲", "value": 1}}, 1),
        ({"photo": PHOTO, "media_group_id": "1"}, 0),
        ({"new_chat_title": "x"}, 0),
        ({"text": "hello"}, 1),
        ({"text": "/dance"}, 1),
    ],
)
async def test_what_holds_no_sound_gets_a_hint(talk: Talk, content: dict[str, Any], answers: int) -> None:
    """In private, once; albums and service messages get none, and groups never do."""
    assert len(await talk.receive("message", talk.message(**content))) == answers
    assert await talk.receive("message", talk.message(chat=GROUP, **content)) == []


async def test_a_flood_of_stickers_gets_one_hint(talk: Talk) -> None:
    """The first says it all, for this minute; another chat gets its own."""
    sticker = {"dice": {"emoji": "🎲", "value": 1}}
    answers = [await talk.receive("message", talk.message(**sticker)) for _ in range(5)]
    assert [len(calls) for calls in answers] == [1, 0, 0, 0, 0]
    assert len(await talk.receive("message", talk.message(BOB, **sticker))) == 1


async def test_the_next_minute_has_a_hint_of_its_own() -> None:
    """A limit fills again; whoever kept asking meanwhile waits no longer for it."""
    now = [0.0]
    hints = RateLimiter(Rate(HINT_EVERY_S), lambda: now[0])
    assert [hints.try_acquire(1), hints.try_acquire(1)] == [True, False]
    now[0] += HINT_EVERY_S
    assert hints.try_acquire(1)


FORGED = ["cancel:9223372036854775808", "cancel:-99999999999999999999"]


@pytest.mark.parametrize("data", ["cancel:nonsense", "model:small", "language:xx", "v0:gone", *FORGED])
async def test_stale_buttons_are_answered(talk: Talk, data: str) -> None:
    """Those of a message that is too old to be changed, those of a former version, and those that were made up."""
    old = {"message_id": 5, "date": 0, "chat": {"id": ANN["id"], "type": "private"}}
    query = {"id": "1", "from": ANN, "chat_instance": "1", "data": data, "message": old}
    (alert,) = await talk.receive("callback_query", query)
    assert getattr(alert, "text", "") == "This button is too old. Please send the command again."
