"""Calls that are tried again."""

from collections.abc import Callable
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError, TelegramRetryAfter, TelegramServerError
from aiogram.methods import AnswerCallbackQuery, SendMessage, TelegramMethod

from bot import retry

ANSWER = AnswerCallbackQuery(callback_query_id="1")


class Server:
    """Fails as told before it answers, and keeps how long the client paused."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.pauses_s: list[float] = []
        self.calls = 0

    async def call(self, method: TelegramMethod[Any]) -> Any:
        async def make_request(bot: Bot, method: TelegramMethod[Any]) -> Any:
            self.calls += 1
            if self.failures:
                raise self.failures.pop(0)
            return "answer"

        return await retry.Retry()(make_request, Bot("42:token"), method)

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


async def test_a_message_is_not_sent_again(server: Callable[..., Server]) -> None:
    """Its first copy may have arrived although the answer did not: whoever sends decides."""
    flaky = server(TelegramNetworkError(ANSWER, "reset"))
    with pytest.raises(TelegramNetworkError):
        await flaky.call(SendMessage(chat_id=1, text="Hi"))
    assert flaky.calls == 1
