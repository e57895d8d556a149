"""Whatever one call raises, the text comes in the end, without a restart."""

from typing import Any

import pytest
from aiogram import Bot

from tests.bot.conftest import Chat


@pytest.mark.parametrize("method", ["sendMessage", "editMessageText"])
async def test_a_page_in_another_encoding_is_tried_again(chat: Chat, method: str) -> None:
    """A gateway's page that is not the UTF-8 it claims to be, for a status as for a text."""
    await chat.people.add_fault(method, "bad_page", times=2)
    job = await chat.note()
    await chat.say(job, "At last")
    await chat.delivered(job)
    assert await chat.texts(1) == ["At last"]


async def test_an_error_that_nobody_foresaw_is_tried_again(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not only what aiogram names."""
    job = await chat.note()
    make_request = chat.bot.session.make_request
    failures = [RuntimeError("out of the blue"), LookupError("unknown encoding"), ValueError("no number")]

    async def failing(bot: Bot, method: Any, timeout: int | None = None) -> Any:  # noqa: ASYNC109 - aiogram's name
        if failures:
            raise failures.pop()
        return await make_request(bot, method, timeout)

    monkeypatch.setattr(chat.bot.session, "make_request", failing)
    await chat.say(job, "At last")
    await chat.delivered(job)
    assert await chat.texts(1) == ["At last"]
