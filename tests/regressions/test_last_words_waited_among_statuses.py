"""What must be said goes ahead of statuses, in whichever chats they are."""

import asyncio

import pytest

from bot.pacing import Pacer, Rate, Urgency
from tests.bot.conftest import FREE, Chat

ONE_AT_A_TIME = Rate(interval_s=0.005, burst=1)


async def test_texts_of_all_chats_come_before_their_statuses() -> None:
    """Where all wait for the bot's own limit; who is as urgent goes as they came."""
    pacer = Pacer(private=FREE, overall=ONE_AT_A_TIME)
    said: list[tuple[Urgency, int]] = []

    async def write(chat: int, urgency: Urgency) -> None:
        await pacer.turn(chat, urgency)
        said.append((urgency, chat))

    await pacer.turn(1, Urgency.FINAL)
    asked = [(Urgency.STATUS, 1), (Urgency.STATUS, 2), (Urgency.PART, 3), (Urgency.FINAL, 4), (Urgency.FINAL, 5)]
    await asyncio.gather(*(write(chat, urgency) for urgency, chat in asked))
    assert said == [asked[place] for place in (3, 4, 2, 0, 1)]


async def test_a_free_place_wakes_one() -> None:
    """However many wait for it, in however many chats."""
    pacer = Pacer(private=FREE, overall=Rate(interval_s=3600, burst=1))
    await pacer.turn(1, Urgency.FINAL)
    turns = [pacer.line_up(chat, Urgency.STATUS) for chat in range(1, 1001)]
    pacer._overall.due_at = 0.0
    pacer._serve()
    assert [turn.done() for turn in turns] == [True] + [False] * 999
    for turn in turns:
        turn.cancel()


class Watched(Pacer):
    """Tells who lines up, and gives its one turn when a test says so."""

    def __init__(self) -> None:
        super().__init__(private=FREE, overall=Rate(interval_s=3600, burst=1))
        self.lined_up: asyncio.Queue[Urgency] = asyncio.Queue()

    def line_up(self, chat_id: int, urgency: Urgency) -> "asyncio.Future[None]":
        turn = super().line_up(chat_id, urgency)
        self.lined_up.put_nowait(urgency)
        return turn

    def give_one(self) -> None:
        self._overall.due_at = 0.0
        self._serve()


async def test_a_text_does_not_wait_for_the_first_status(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    """A note that is heard before its first status had its turn is answered ahead of other chats' statuses."""
    pacer = Watched()
    monkeypatch.setattr(chat.delivery._outbox, "_pacer", pacer)
    pacer._overall.take(pacer._clock())
    others = [pacer.line_up(other, Urgency.STATUS) for other in range(10)]
    job = await chat.silent_note()
    assert [await pacer.lined_up.get() for _ in range(11)] == [Urgency.STATUS] * 11
    await chat.say(job, "Sooner than its status")
    for _ in range(2):  # a message to edit, and its text
        assert await pacer.lined_up.get() is Urgency.FINAL
        pacer.give_one()
    await chat.delivered(job)
    assert await chat.texts(1) == ["Sooner than its status"]
    assert not any(turn.done() for turn in others)
