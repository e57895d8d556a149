"""Retries of calls, and their place in the rate limits."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramNetworkError, TelegramRetryAfter, TelegramServerError
from aiogram.methods import AnswerCallbackQuery, EditMessageText, GetFile, SendMessage, TelegramMethod

from bot.telegram import retry
from bot.telegram.rate_limit import Pacer, Priority
from handlers.rate_limit import Rate

ANSWER = AnswerCallbackQuery(callback_query_id="1")
HELLO = SendMessage(chat_id=1, text="Hi")


class Server:
    """Fails as told before it answers, and keeps how long the client paused."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.pauses_s: list[float] = []
        self.calls = 0
        self.pacer = Pacer(private=Rate(interval_s=0.0001, burst=1000))

    async def call(self, method: TelegramMethod[Any]) -> Any:
        async def make_request(bot: Bot, method: TelegramMethod[Any]) -> Any:
            self.calls += 1
            if self.failures:
                raise self.failures.pop(0)
            return "answer"

        return await retry.Retry(self.pacer)(make_request, Bot("42:token"), method)

    async def sleep(self, pause_s: float) -> None:
        self.pauses_s.append(pause_s)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Server]:
    def fail(*failures: Exception) -> Server:
        server = Server(*failures)
        monkeypatch.setattr(retry.asyncio, "sleep", server.sleep)  # type: ignore[attr-defined]
        return server

    return fail


async def test_a_failed_answer_to_a_button_is_given_again(server: Callable[..., Server]) -> None:
    """After a short pause, or after just the time that the server asked for."""
    flaky = server(
        TelegramNetworkError(ANSWER, "reset"),
        TelegramRetryAfter(ANSWER, "Too Many Requests", 7),
        TelegramServerError(ANSWER, "Bad Gateway"),
    )
    assert await flaky.call(ANSWER) == "answer"
    assert flaky.pauses_s == [retry.PAUSES_S[0], 7, retry.PAUSES_S[2]]


async def test_it_is_given_up_at_last(server: Callable[..., Server]) -> None:
    """The last error stands."""
    dead = server(*[TelegramServerError(ANSWER, "Bad Gateway")] * 99)
    with pytest.raises(TelegramServerError):
        await dead.call(ANSWER)
    assert dead.calls == len(retry.PAUSES_S) + 1


async def test_what_has_a_pace_of_its_own_is_not_tried_again(server: Callable[..., Server]) -> None:
    """Whoever asked for a file decides when to ask again."""
    flaky = server(TelegramNetworkError(ANSWER, "reset"))
    with pytest.raises(TelegramNetworkError):
        await flaky.call(GetFile(file_id="1"))
    assert flaky.calls == 1


async def test_a_flood_does_not_swallow_what_a_handler_says(server: Callable[..., Server]) -> None:
    """The whole chat waits as long as the server wants, and then it is said."""
    flooded = server(TelegramRetryAfter(HELLO, "Too Many Requests", 0.05))  # type: ignore[arg-type]
    blocked = []
    flooded.pacer.block = lambda chat_id, seconds: blocked.append((chat_id, seconds))  # type: ignore[method-assign]
    assert await flooded.call(HELLO) == "answer"
    assert blocked == [(1, 0.05)]


async def test_a_message_waits_for_its_turn(server: Callable[..., Server]) -> None:
    """Behind last words, and no more of them than fit a line; an alert waits for nobody."""
    slow = server()
    slow.pacer.block(1, 3600)
    waiting = [asyncio.create_task(slow.call(HELLO)) for _ in range(retry.MAX_PENDING_REPLIES)]
    while slow.pacer.waiting(1, Priority.ANSWER) < retry.MAX_PENDING_REPLIES:
        await asyncio.wait(waiting, timeout=0)
    with pytest.raises(retry.TooManyPendingReplies):
        await slow.call(HELLO)
    assert await slow.call(SendMessage(chat_id=2, text="Hi")) == "answer"
    assert await slow.call(ANSWER) == "answer"
    assert slow.calls == 2
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


@pytest.mark.parametrize(
    ("method", "refusal"),
    [
        (ANSWER, "Bad Request: query is too old and response timeout expired or query ID is invalid"),
        (EditMessageText(chat_id=1, message_id=2, text="Hi"), "Bad Request: message is not modified: specified new…"),
    ],
)
async def test_what_comes_too_late_or_twice_is_no_error(
    server: Callable[..., Server], method: TelegramMethod[Any], refusal: str
) -> None:
    """The handler goes on: a button's press is acted on though its spinner has ended."""
    assert await server(TelegramBadRequest(method, refusal)).call(method)


async def test_other_refusals_stand(server: Callable[..., Server]) -> None:
    """A message that can't be sent is an error."""
    with pytest.raises(TelegramBadRequest):
        await server(TelegramBadRequest(HELLO, "Bad Request: not enough rights")).call(HELLO)
