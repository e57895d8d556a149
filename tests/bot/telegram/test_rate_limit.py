"""Rate limits of chats, and priorities in each."""

import asyncio
import time

from bot.telegram.rate_limit import Pacer, Priority
from handlers.rate_limit import Rate

QUICK = Rate(interval_s=0.05, burst=2)
FREE = Rate(interval_s=0.0001, burst=1000)


async def test_a_burst_goes_at_once_and_then_the_pace_holds() -> None:
    """So many messages leave without waiting, those after them one an interval."""
    pacer = Pacer(private=QUICK, overall=FREE)
    started = time.monotonic()
    for _ in range(2):
        await pacer.acquire(1, Priority.STATUS)
    assert time.monotonic() - started < 0.04
    for _ in range(4):
        await pacer.acquire(1, Priority.STATUS)
    assert time.monotonic() - started >= 4 * 0.05


async def test_last_words_go_before_statuses() -> None:
    """Whoever asks first waits while somebody more urgent waits too."""
    pacer = Pacer(private=QUICK, overall=FREE)
    for _ in range(2):
        await pacer.acquire(1, Priority.STATUS)
    order: list[Priority] = []

    async def write(urgency: Priority) -> None:
        await pacer.acquire(1, urgency)
        order.append(urgency)

    asked = (Priority.PART, Priority.STATUS, Priority.STATUS, Priority.FINAL)
    await asyncio.gather(*(write(urgency) for urgency in asked))
    assert order == sorted(asked)


async def test_a_blocked_chat_waits_as_told_and_others_do_not() -> None:
    """retry_after holds for the chat it was said of, also for those who were already waiting."""
    pacer = Pacer(private=QUICK, overall=FREE)
    pacer.block(1, 0.2)
    started = time.monotonic()
    await pacer.acquire(2, Priority.PART)
    assert time.monotonic() - started < 0.1
    await pacer.acquire(1, Priority.FINAL)
    assert time.monotonic() - started >= 0.2


async def test_all_chats_share_the_bots_own_limit() -> None:
    """Many chats at once get no more than the bot may send in all."""
    pacer = Pacer(private=FREE, overall=Rate(interval_s=0.02, burst=1))
    started = time.monotonic()
    await asyncio.gather(*(pacer.acquire(chat, Priority.STATUS) for chat in range(1, 11)))
    assert time.monotonic() - started >= 9 * 0.02


async def test_progress_takes_only_what_nobody_needs() -> None:
    """A spare turn is given while a burst's half is left, and never while somebody waits."""
    pacer = Pacer(private=Rate(interval_s=60, burst=4), overall=FREE)
    assert [pacer.try_acquire(1) for _ in range(3)] == [True, True, False]
    await pacer.acquire(1, Priority.FINAL)


async def test_who_stops_waiting_blocks_nobody() -> None:
    """A cancelled waiter leaves the line."""
    pacer = Pacer(private=QUICK, overall=FREE)
    pacer.block(1, 0.05)
    gone = asyncio.create_task(pacer.acquire(1, Priority.FINAL))
    await asyncio.sleep(0)
    gone.cancel()
    async with asyncio.timeout(1):
        await pacer.acquire(1, Priority.PART)
