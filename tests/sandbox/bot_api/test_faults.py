from __future__ import annotations

import aiohttp
import pytest
from aiogram.exceptions import TelegramNetworkError, TelegramRetryAfter

from sandbox import SandboxError


async def texts(people, user):
    """What the bot's messages in a private chat say."""
    return [message["text"] for message in await people.messages(user["id"])]


async def test_a_fault_applies_its_number_of_times(people, bot):
    """Twice flooded, then normal again; nothing was sent meanwhile."""
    ann = await people.add_user()
    await people.add_fault("sendMessage", "flood", retry_after=7, times=2)

    for _ in range(2):
        with pytest.raises(TelegramRetryAfter) as flood:
            await bot.send_message(ann["id"], "x")
        assert flood.value.retry_after == 7
    await bot.send_message(ann["id"], "y")
    assert await texts(people, ann) == ["y"]


@pytest.mark.parametrize(("kind", "sent"), [("reset", []), ("reset_after", ["x"])])
async def test_a_connection_breaks_before_or_after_the_effect(people, bot, kind, sent):
    """The client sees the same error; only one of them has sent the message."""
    ann = await people.add_user()
    await people.add_fault("sendMessage", kind)

    with pytest.raises(TelegramNetworkError):
        await bot.send_message(ann["id"], "x")
    assert await texts(people, ann) == sent
    (logged,) = await people.calls("sendMessage")
    assert (logged["status"], logged["fault"]) == (0, kind)


@pytest.mark.parametrize(("kind", "sent"), [("hang", []), ("hang_after", ["x"])])
async def test_a_call_hangs_before_or_after_the_effect(people, bot, kind, sent):
    """A client that gives up waiting does not know which of the two it was."""
    ann = await people.add_user()
    await people.add_fault("sendMessage", kind, seconds=60)

    with pytest.raises(TelegramNetworkError, match="timeout"):
        await bot.send_message(ann["id"], "x", request_timeout=0.2)
    assert await texts(people, ann) == sent


async def test_a_gateway_error_is_a_page_of_html(server, people):
    """502 without JSON, as from the proxy before the Bot API."""
    await people.add_fault("*", "bad_gateway")
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{server.url}/bot{server.token}/getMe") as response,
    ):
        assert (response.status, response.content_type) == (502, "text/html")


async def test_a_download_can_end_early_or_be_slow(server, people, bot):
    """A truncated file breaks off before its announced length; a slow one arrives whole."""
    ann = await people.add_user()
    content = bytes(range(256)) * 8
    sent = await people.send(ann["id"], file=content)
    file = await bot.get_file(sent["voice"]["file_id"])
    await people.add_fault("download", "truncate", fraction=0.5)
    await people.add_fault("download", "slow", bytes_per_s=20_000)

    with pytest.raises((TelegramNetworkError, aiohttp.ClientPayloadError)):
        await bot.download_file(file.file_path)
    assert (await bot.download_file(file.file_path)).read() == content


async def test_chances_are_the_same_in_every_run(people, call):
    """A probability draws from a seeded generator that a reset starts anew."""

    async def draw() -> list[bool]:
        await people.add_fault("getMe", "error", probability=0.5, times=None)
        return [(await call("getMe"))["ok"] for _ in range(20)]

    first = await draw()
    await people.reset()

    assert await draw() == first
    assert 0 < sum(first) < 20


async def test_an_invalid_fault_is_refused(people):
    """A misspelt kind fails at once instead of never applying."""
    with pytest.raises(SandboxError, match="a fault needs method and kind"):
        await people.add_fault("getMe", "flod")
