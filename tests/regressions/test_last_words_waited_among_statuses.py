"""What must be said goes ahead of statuses, in whichever chats they are."""

import asyncio
import time

import pytest

from bot.telegram.rate_limit import Pacer, Priority
from handlers.rate_limit import Rate
from tests.bot.conftest import FREE, Chat

ONE_AT_A_TIME = Rate(interval_s=0.005, burst=1)


async def test_texts_of_all_chats_come_before_their_statuses() -> None:
    """Where all wait for the bot's own limit; who is as urgent goes as they came."""
    pacer = Pacer(private=FREE, overall=ONE_AT_A_TIME)
    said: list[tuple[Priority, int]] = []

    async def write(chat: int, urgency: Priority) -> None:
        await pacer.acquire(chat, urgency)
        said.append((urgency, chat))

    await pacer.acquire(1, Priority.FINAL)
    asked = [(Priority.STATUS, 1), (Priority.STATUS, 2), (Priority.PART, 3), (Priority.FINAL, 4), (Priority.FINAL, 5)]
    await asyncio.gather(*(write(chat, urgency) for urgency, chat in asked))
    assert said == [asked[place] for place in (3, 4, 2, 0, 1)]


async def test_a_free_place_wakes_one() -> None:
    """However many wait for it, in however many chats."""
    pacer = Pacer(private=FREE, overall=Rate(interval_s=3600, burst=1))
    await pacer.acquire(1, Priority.FINAL)
    turns = [pacer.line_up(chat, Priority.STATUS) for chat in range(1, 1001)]
    pacer._overall.due_at = 0.0
    pacer._serve()
    assert [turn.done() for turn in turns] == [True] + [False] * 999
    for turn in turns:
        turn.cancel()


class Watched(Pacer):
    """Tells who lines up, and gives its one turn when a test says so."""

    def __init__(self) -> None:
        super().__init__(private=FREE, overall=Rate(interval_s=3600, burst=1))
        self.lined_up: asyncio.Queue[Priority] = asyncio.Queue()

    def line_up(self, chat_id: int, urgency: Priority) -> "asyncio.Future[None]":
        turn = super().line_up(chat_id, urgency)
        self.lined_up.put_nowait(urgency)
        return turn

    def give_one(self) -> None:
        self._overall.due_at = 0.0
        self._serve()


async def test_a_text_does_not_wait_for_the_first_status(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    """A note that is heard before its first status had its turn is answered ahead of other chats' statuses."""
    pacer = Watched()
    monkeypatch.setattr(chat.delivery._sender, "_pacer", pacer)
    pacer._overall.take(time.monotonic())
    others = [pacer.line_up(other, Priority.STATUS) for other in range(10)]
    job = await chat.silent_note()
    assert [await pacer.lined_up.get() for _ in range(11)] == [Priority.STATUS] * 11
    await chat.say(job, "Sooner than its status")
    for _ in range(2):  # a message to edit, and its text
        assert await pacer.lined_up.get() is Priority.FINAL
        pacer.give_one()
    await chat.delivered(job)
    assert await chat.texts(1) == ["Sooner than its status"]
    assert not any(turn.done() for turn in others)
