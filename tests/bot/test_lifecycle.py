"""Connecting to Telegram."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiogram import Bot, Dispatcher

from bot import lifecycle
from bot.middlewares.background import Background
from bot.polling import Polling
from bot.telegram.health import Health
from bot.telegram.session import Session


@pytest.fixture
async def mute_url() -> AsyncIterator[str]:
    """A server that takes every call and never says anything."""

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()


async def test_a_service_is_ready_before_telegram_answers(mute_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """systemd's start is not held up by a dead network, and its status says what is waited for."""
    told = asyncio.Queue[str]()
    monkeypatch.setattr(lifecycle.systemd, "notify", told.put_nowait)
    monkeypatch.setattr(lifecycle, "CONNECT_TIMEOUT_S", 0.05)
    async with Bot("42:" + "x" * 35, session=Session(mute_url)) as bot:
        unused: Any = None
        app = lifecycle.App(
            *(bot, Polling(bot, Dispatcher()), Health(), Background(), unused, unused, frozenset(), unused, unused)
        )
        connecting = asyncio.create_task(app.connect())
        state = await asyncio.wait_for(told.get(), 5)
        connecting.cancel()
    assert state.startswith("READY=1\nSTATUS=Waiting for the Bot API server")
