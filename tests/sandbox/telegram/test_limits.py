from __future__ import annotations

import aiohttp
import pytest
from aiogram.exceptions import TelegramRetryAfter

from sandbox import RateLimits, SandboxOptions
from sandbox.telegram.errors import ApiError
from sandbox.telegram.limits import RateLimiter
from sandbox.telegram.model import Chat

PRIVATE = Chat(id=1, type="private")
GROUP = Chat(id=-1, type="group")


def refused(limiter, chat, now):
    """retry_after of a refused write; None when it passes."""
    try:
        limiter.acquire(chat, now)
    except ApiError as error:
        return error.retry_after
    return None


def test_a_private_chat_takes_a_burst_then_one_a_second():
    """Three at once, then a message for each second that passed."""
    limiter = RateLimiter(RateLimits())

    assert [refused(limiter, PRIVATE, 100.0) for _ in range(4)] == [None, None, None, 1]
    assert refused(limiter, PRIVATE, 101.0) is None
    assert refused(limiter, PRIVATE, 101.0) == 1


def test_ignoring_a_429_makes_it_longer():
    """Each write during a ban adds to it."""
    limiter = RateLimiter(RateLimits())
    for _ in range(4):
        refused(limiter, PRIVATE, 100.0)

    assert [refused(limiter, PRIVATE, 100.1) for _ in range(3)] == [2, 3, 4]
    assert refused(limiter, PRIVATE, 103.9) is not None


def test_a_group_takes_20_a_minute():
    """The twenty-first has to wait until a place is free."""
    limiter = RateLimiter(RateLimits())
    seconds = [refused(limiter, GROUP, 100.0 + second / 10) for second in range(21)]

    assert seconds[:20] == [None] * 20
    assert seconds[20] is not None


def test_all_chats_together_take_30_a_second():
    """The thirty-first chat within a second has to wait."""
    limiter = RateLimiter(RateLimits())
    chats = [Chat(id=number, type="private") for number in range(31)]

    assert [refused(limiter, chat, 100.0) for chat in chats] == [None] * 30 + [1]


@pytest.mark.parametrize("options", [SandboxOptions()], indirect=True)
async def test_sends_and_edits_count_alike_and_the_answer_says_when_to_return(server, people, bot):
    """retry_after stands in the parameters and in a Retry-After header."""
    ann = await people.add_user()
    sent = await bot.send_message(ann["id"], "1")
    await sent.edit_text("2")
    await sent.edit_text("3")

    with pytest.raises(TelegramRetryAfter) as flood:
        await sent.edit_text("4")
    assert flood.value.retry_after == 1
    url = f"{server.url}/bot{server.token}/sendMessage?chat_id={ann['id']}&text=5"
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        assert response.status == 429
        assert response.headers["Retry-After"] == "2"
