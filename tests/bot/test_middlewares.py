"""The middlewares that every update passes."""

import asyncio
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from aiogram.dispatcher.middlewares.user_context import EventContext
from aiogram.exceptions import TelegramBadRequest, TelegramNetworkError, TelegramServerError
from aiogram.methods import GetBusinessConnection
from aiogram.types import BusinessConnection, Chat, Update, User
from structlog.contextvars import get_contextvars

from bot.localization import Locales
from bot.middlewares.access import MAX_TRACKED, Access
from bot.middlewares.background import Background
from bot.middlewares.context import Context
from bot.middlewares.locale import Locale
from bot.middlewares.throttling import RATE, Throttling
from handlers.connections import Connections
from handlers.door import AskAccess
from handlers.people import AccessRules, People
from transcription import Access as Decision

GROUP = -100
LOCALES = Locales.load()


class Decisions:
    """What admins decided, by ids; and the languages that are kept of them."""

    def __init__(self, **decided: Decision) -> None:
        self.of = {int(name.removeprefix("_")): decision for name, decision in decided.items()}
        self.locales: list[tuple[int, str]] = []

    async def accesses(self, ids: set[int]) -> set[Decision]:
        return {decision for id_, decision in self.of.items() if id_ in ids}

    async def set_locale(self, user_id: int, locale: str) -> None:
        self.locales.append((user_id, locale))


def access(*allowed: int, admins: frozenset[int] = frozenset(), **decided: Decision) -> Access:
    return Access(AccessRules(admins, frozenset(allowed)), cast("People", Decisions(**decided)), Connections())


class Way:
    """Sends updates through one middleware, and tells what came through and what was said instead."""

    def __init__(self, middleware: Any) -> None:
        self.middleware = middleware
        self.through: list[dict[str, Any]] = []
        self.said: list[Any] = []
        self.asked: list[str] = []
        self.failures: list[Exception] = []

    async def handler(self, _event: object, data: dict[str, Any]) -> None:
        self.through.append(data | {"log": get_contextvars()})

    async def get_business_connection(self, connection_id: str) -> Any:
        """What Telegram says of a connection: its owner's id is its name. Fails as told before."""
        self.asked.append(connection_id)
        if self.failures:
            raise self.failures.pop(0)
        owner = User(id=int(connection_id), is_bot=False, first_name="Owner")
        when = datetime.fromtimestamp(0, UTC)
        return BusinessConnection(id=connection_id, user=owner, user_chat_id=owner.id, date=when, is_enabled=True)

    async def send(
        self,
        user_id: int,
        chat_id: int | None = None,
        *,
        button: str | None = None,
        connection: str | None = None,
        **content: Any,
    ) -> bool:
        """Whether an update came through; a message unless it is a button."""
        chat_id = chat_id or user_id
        person = {"id": user_id, "is_bot": False, "first_name": "Someone", "language_code": "ru"}
        chat = {"id": chat_id, "type": "private" if chat_id > 0 else "supergroup"}
        message = {"message_id": 1, "date": 0, "from": person, "chat": chat, **(content or {"text": "/help"})}
        query = {"id": "1", "from": person, "chat_instance": "1", "data": button, "message": message}
        kind = "callback_query" if button else "business_message" if connection else "message"
        update = Update.model_validate({"update_id": 5, kind: query if button else message})
        data = {
            "event_from_user": User.model_validate(person),
            "event_chat": Chat.model_validate(chat),
            "event_context": EventContext(
                Chat.model_validate(chat), User.model_validate(person), business_connection_id=connection
            ),
            "bot": self,
            "say": LOCALES.say("en"),
            "locale": "ru",
            "run_in_background": self.said.append,
        }
        before = len(self.through)
        await self.middleware(self.handler, update, data)
        return len(self.through) > before


async def test_an_open_bot_lets_everyone_through() -> None:
    """No list, no refusal, although there are admins."""
    assert await Way(access(admins=frozenset({9}))).send(1)


async def test_allowed_people_chats_and_admins_are_let_through() -> None:
    """People everywhere, and everyone in an allowed group; nobody else."""
    way = Way(access(1, GROUP, admins=frozenset({9})))
    assert [await way.send(1), await way.send(1, -5), await way.send(2, GROUP), await way.send(9)] == [True] * 4
    assert [await way.send(2), await way.send(2, -5), await way.send(2, button="x")] == [False] * 3


async def test_a_business_account_is_its_owners() -> None:
    """Whoever writes to an allowed owner is let through; to another one's account nobody is. Telegram is asked once."""
    way = Way(access(1))
    assert [await way.send(2, connection="1"), await way.send(3, connection="1")] == [True, True]
    assert not await way.send(1, connection="2")
    assert way.asked == ["1", "2"]
    assert way.said == []


async def test_a_note_waits_while_its_owner_cannot_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would be lost otherwise; a connection that Telegram does not know is refused."""
    monkeypatch.setattr("handlers.connections.PAUSE_S", 0)
    way = Way(access(1))
    method = GetBusinessConnection(business_connection_id="1")
    way.failures = [TelegramNetworkError(method, "reset"), TelegramServerError(method, "Bad Gateway")]
    assert await way.send(2, connection="1")
    way.failures = [TelegramBadRequest(method, "Bad Request: business connection not found")]
    assert not await way.send(2, connection="7")


async def test_a_refusal_is_said_once_and_never_in_groups() -> None:
    """With the id that the owner needs, as digits."""
    way = Way(access(1))
    for chat_id in (1234567, 1234567, GROUP):
        await way.send(1234567, chat_id)
    (refusal,) = way.said
    assert "your id is 1234567." in refusal.text


async def test_a_refusal_offers_to_ask_once() -> None:
    """Where there is an admin who could answer, and nothing was asked or decided yet."""
    way = Way(access(1, admins=frozenset({9}), _3=Decision.ASKING, _4=Decision.REFUSED))
    for user_id in (2, 3, 4):
        await way.send(user_id)
    assert [bool(refusal.reply_markup) for refusal in way.said] == [True, False, False]
    assert "with the bot’s owner" in way.said[1].text
    await (alone := Way(access(1))).send(2)
    assert alone.said[0].reply_markup is None


async def test_what_was_decided_counts_beside_the_settings() -> None:
    """Who was let in may come in everywhere, who is banned nowhere, be the bot open or the person in ALLOWED_USERS."""
    decided = {"_2": Decision.ALLOWED, "_1": Decision.BANNED, "_9": Decision.BANNED}
    way = Way(access(1, GROUP, admins=frozenset({9}), **decided))
    assert [await way.send(2), await way.send(2, -5), await way.send(9)] == [True] * 3
    assert [await way.send(1), await way.send(1, GROUP), await way.send(1, button=AskAccess().pack())] == [False] * 3
    assert not await Way(access(_2=Decision.BANNED)).send(2)
    assert way.said == []


async def test_the_way_in_is_open_to_strangers() -> None:
    """Invitations in private and the button to ask; handlers are told that a stranger is there."""
    way = Way(access(1))
    assert [await way.send(2, text="/start in_abc"), await way.send(2, button=AskAccess().pack())] == [True, True]
    assert [seen["is_stranger"] for seen in way.through] == [True, True]
    for text in ("/start", "/start in_", "/start in_a b", "/help in_abc"):
        assert not await way.send(2, text=text)
    assert not await way.send(2, -5, text="/start in_abc")


async def test_the_language_of_admins_is_kept() -> None:
    """They are written to first; it is written down once."""
    way = Way(access(admins=frozenset({9})))
    for user_id in (9, 9, 2):
        await way.send(user_id)
    assert way.middleware._people.locales == [(9, "ru")]


async def test_refusals_are_not_remembered_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """Strangers can't fill the memory."""
    assert MAX_TRACKED >= 1000
    monkeypatch.setattr("bot.middlewares.access.MAX_TRACKED", 2)
    way = Way(access(1))
    for user_id in (2, 3, 4, 3, 2):
        await way.send(user_id)
    assert [refusal.chat_id for refusal in way.said] == [2, 3, 4, 2]


async def test_a_flood_of_commands_is_thinned_out() -> None:
    """A burst passes, then one per second; others are not concerned."""
    now = [100.0]
    way = Way(Throttling(lambda: now[0]))
    assert [await way.send(1) for _ in range(RATE.burst + 2)] == [True] * RATE.burst + [False] * 2
    assert await way.send(2)
    now[0] += RATE.interval_s
    assert [await way.send(1), await way.send(1)] == [True, False]
    assert way.said == []


async def test_whatever_would_be_answered_counts() -> None:
    """In private all but notes; in a group commands, by whomever, for it is the chat that may take only so much."""
    way = Way(Throttling(lambda: 0.0))
    sticker = {"dice": {"emoji": "🎲", "value": 1}}
    assert [await way.send(1, **sticker) for _ in range(RATE.burst + 1)] == [True] * RATE.burst + [False]
    assert all([await way.send(1, GROUP, text="hello") for _ in range(50)])
    assert [await way.send(user_id, GROUP) for user_id in range(1, RATE.burst + 2)] == [True] * RATE.burst + [False]


async def test_a_throttled_button_is_answered() -> None:
    """It would spin otherwise."""
    way = Way(Throttling(lambda: 0.0))
    for _ in range(RATE.burst + 1):
        await way.send(1, button="x")
    assert [answer.text for answer in way.said] == ["One moment, please."]


async def test_notes_are_never_throttled() -> None:
    """Someone may forward fifty at once."""
    way = Way(Throttling(lambda: 0.0))
    voice = {"file_id": "f", "file_unique_id": "u", "duration": 1}
    assert all([await way.send(1, voice=voice, caption="look") for _ in range(50)])


async def test_the_log_knows_whose_update_it_is() -> None:
    """Only for as long as it is handled."""
    way = Way(Context())
    await way.send(1, GROUP)
    assert way.through[0]["log"] == {"update": 5, "chat": GROUP, "user": 1}
    assert get_contextvars() == {}


async def test_the_language_is_that_of_the_app() -> None:
    """Handlers get it as a code and as a voice."""
    way = Way(Locale(LOCALES))
    await way.send(1)
    assert way.through[0]["locale"] == "ru"
    assert way.through[0]["say"]("cancelled") == "Отменено."


async def test_the_background_is_bounded_and_can_be_closed() -> None:
    """What is too much is dropped, what hangs is cancelled, and what fails ends nothing else."""
    background, ended = Background(limit=2), []

    async def hang() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("cancelled")

    async def fail() -> None:
        ended.append("failed")
        raise RuntimeError

    for work in (hang(), fail(), hang()):
        background.start(work)
    await asyncio.sleep(0)
    await background.close(timeout_s=0)
    assert sorted(ended) == ["cancelled", "failed"]
