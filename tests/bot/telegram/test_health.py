"""The health of the connection to Telegram, and what systemd shows of it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramUnauthorizedError

from bot.telegram.health import MAX_ROUND_S, Health
from bot.telegram.session import Session
from runtime import systemd
from sandbox import SandboxServer, run_sandbox


class Clock:
    """A clock that only a test moves."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
async def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[asyncio.Queue[str]]:
    """What systemd hears; it reads in a thread, for a full socket would stop the one who speaks."""
    loop, heard = asyncio.get_running_loop(), asyncio.Queue[str]()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))

        def listen() -> None:
            while state := listener.recv(256).decode():
                loop.call_soon_threadsafe(heard.put_nowait, state)

        listening = asyncio.create_task(asyncio.to_thread(listen))
        yield heard
        systemd.notify("")
        await listening


@pytest.fixture
async def sandbox() -> AsyncIterator[SandboxServer]:
    async with run_sandbox() as server:
        yield server


async def test_a_token_that_is_refused_while_running_is_said_and_comes_back(
    sandbox: SandboxServer, told: asyncio.Queue[str]
) -> None:
    """`systemctl status` says so once, and takes it back with the first call that is answered again."""
    health = Health()
    health.started("Transcribing as @sandbox_bot")
    async with Bot(sandbox.token, session=Session(sandbox.url)) as bot:
        bot.session.middleware(health)
        await sandbox.client.add_fault("*", "error", code=401, text="Unauthorized", times=2)
        for _ in range(2):
            with pytest.raises(TelegramUnauthorizedError):
                await bot.get_updates()
        await bot.get_updates()
    said = [await told.get() for _ in range(3)]
    assert said == [
        "READY=1\nSTATUS=Transcribing as @sandbox_bot",
        "STATUS=The Bot API server refuses BOT_TOKEN; notes wait until it takes it again",
        "STATUS=Transcribing as @sandbox_bot",
    ]
    assert (health.take_refusal() or 0.0) > 0
    assert health.take_refusal() is None


async def test_a_token_that_is_refused_at_the_start_is_no_news(
    sandbox: SandboxServer, told: asyncio.Queue[str]
) -> None:
    """The start itself ends with the sentence about the setting."""
    async with Bot("43:" + "x" * 35, session=Session(sandbox.url)) as bot:
        bot.session.middleware(Health())
        with pytest.raises(TelegramUnauthorizedError):
            await bot.get_me()
    systemd.notify("the end")
    assert await told.get() == "the end"


async def test_the_watchdog_is_not_fed_once_polls_stop_coming_round(
    sandbox: SandboxServer, told: asyncio.Queue[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A handler or a call that hangs for minutes: systemd, which hears nothing, starts the bot anew."""
    monkeypatch.setenv("WATCHDOG_USEC", "20000")
    health = Health(clock := Clock())
    feeding = asyncio.create_task(systemd.run_watchdog(health.is_alive))
    async with Bot(sandbox.token, session=Session(sandbox.url)) as bot:
        bot.session.middleware(health)
        clock.now_s = 10 * MAX_ROUND_S
        assert health.is_alive()  # nobody polls yet
        await bot.get_updates()
        clock.now_s += MAX_ROUND_S - 1
        assert health.is_alive()
        clock.now_s += 1
        while (said := await told.get()) == "WATCHDOG=1":
            pass
        assert said.startswith("STATUS=No poll has come round")
        await bot.get_updates()
        while await told.get() != "WATCHDOG=1":
            pass
    feeding.cancel()
