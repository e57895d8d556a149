"""Updates by webhook."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiohttp
import pytest
from aiogram import Bot, Dispatcher
from aiogram.types import Message

from bot import webhook
from bot.telegram.session import Session
from bot.webhook import Webhook, WebhookOptions
from config import SettingsError
from sandbox import RateLimits, SandboxOptions, SandboxServer, run_sandbox
from tests.ports import free_port

SANDBOX = SandboxOptions(rates=RateLimits(enabled=False), webhook_retry_s=0.001)


class Notebook:
    """Writes down what comes, unless the disk is full."""

    def __init__(self) -> None:
        self.written: list[str | None] = []
        self.failures: list[Exception] = []
        self.disk_is_well = asyncio.Event()
        self.disk_is_well.set()

    async def on_message(self, message: Message) -> None:
        if self.failures:
            raise self.failures.pop(0)
        await self.disk_is_well.wait()
        self.written.append(message.text)


@asynccontextmanager
async def called(
    sandbox: SandboxServer, notebook: Notebook, **options: Any
) -> AsyncIterator[tuple[Webhook, asyncio.Task[None]]]:
    """A bot that writes down what Telegram brings, until the context is left."""
    dispatcher, port = Dispatcher(), free_port()
    dispatcher.message.register(notebook.on_message)
    where = {"url": f"http://127.0.0.1:{port}/hook", "host": "127.0.0.1", "port": port, **options}
    async with Bot(sandbox.token, session=Session(sandbox.url)) as bot:
        hook = Webhook(bot, dispatcher, WebhookOptions(**where))
        await hook.announce()
        task = asyncio.create_task(hook.run())
        yield hook, task
        await hook.stop()
        with suppress(SettingsError):
            await task


@pytest.fixture
async def sandbox() -> AsyncIterator[SandboxServer]:
    async with run_sandbox(SANDBOX) as server:
        yield server


@pytest.mark.filterwarnings("ignore:Detected unknown update type")  # as run_bot.py does
async def test_updates_come_and_are_confirmed(sandbox: SandboxServer) -> None:
    """Also those that waited since before the start; an update that can't be understood blocks nothing."""
    people, notebook = sandbox.client, Notebook()
    user = (await people.add_user())["id"]
    await people.send(user, "before")
    async with called(sandbox, notebook):
        await people.wait(pending=0)
        await people.push_update({"message": {"message_id": "poison", "chat": {"id": user}}})
        await people.send(user, "after")
        await people.wait(pending=0)
    assert notebook.written == ["before", "after"]


@pytest.mark.parametrize("answer_s", [50.0, 0.05])
async def test_what_is_not_written_down_comes_again(
    sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch, answer_s: float
) -> None:
    """A handler that fails, or does not end in time, leaves the update with Telegram, which brings it again."""
    monkeypatch.setattr(webhook, "HANDLING_TIMEOUT_S", answer_s)
    people, notebook = sandbox.client, Notebook()
    user = (await people.add_user())["id"]
    if answer_s < 1:
        notebook.disk_is_well.clear()
    else:
        notebook.failures = [OSError("disk"), OSError("disk")]
    async with called(sandbox, notebook):
        await people.send(user, "one")
        await people.wait(method="webhook", calls=2)
        notebook.disk_is_well.set()
        await people.wait(pending=0)
    assert notebook.written == ["one"]
    assert {call["status"] for call in await people.calls("webhook")} == {503 if answer_s < 1 else 500, 200}


async def test_only_telegram_is_let_in(sandbox: SandboxServer) -> None:
    """Whoever does not know the secret gets a 401, whatever bytes they try, and nothing is handled."""
    notebook, port = Notebook(), free_port()
    url = f"http://127.0.0.1:{port}/hook"
    update = {
        "update_id": 1,
        "message": {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}, "text": "x"},
    }
    async with called(sandbox, notebook, url=url, port=port), aiohttp.ClientSession() as session:
        await sandbox.client.wait(method="getWebhookInfo")
        for headers in ({}, {"X-Telegram-Bot-Api-Secret-Token": "guessed"}, {"X-Telegram-Bot-Api-Secret-Token": "é"}):
            async with session.post(url, json=update, headers=headers) as response:
                assert response.status == 401
    assert notebook.written == []


async def test_a_webhook_that_somebody_took_away_is_set_again(
    sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By another program with the same token, for one."""
    monkeypatch.setattr(webhook, "WATCH_INTERVAL_S", 0.02)
    people, notebook = sandbox.client, Notebook()
    user = (await people.add_user())["id"]
    async with called(sandbox, notebook), Bot(sandbox.token, session=Session(sandbox.url)) as other:
        await other.delete_webhook()
        await people.send(user, "one")
        await people.wait(pending=0)
    assert notebook.written == ["one"]


async def test_a_port_that_is_taken_is_a_wrong_setting(sandbox: SandboxServer) -> None:
    """One sentence names it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with called(sandbox, Notebook(), port=port) as (_, running):
            with pytest.raises(SettingsError, match=rf"^WEBHOOK_PORT: {port} is taken by another program$"):
                await running


async def test_an_address_that_telegram_does_not_take_is_a_wrong_setting(sandbox: SandboxServer) -> None:
    """In Telegram's words."""
    with pytest.raises(SettingsError, match=r"^WEBHOOK_URL: Bad Request: bad webhook: An HTTPS URL must be provided"):
        async with called(sandbox, Notebook(), url="http://example.org/"):
            pass
