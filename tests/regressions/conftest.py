"""Handlers and storage as the bot has them, with the sandbox as their Telegram; notes wait and are never heard."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from aiogram import Bot

from bot.telegram.rate_limit import Pacer
from bot.telegram.session import Session
from handlers.address import Address
from handlers.rate_limit import Rate
from sandbox import RateLimits, SandboxOptions, SandboxServer, run_sandbox
from tests.bot.conftest import chat
from tests.conftest import Clip
from tests.handlers.conftest import Talk, Telegram, allowed, takes_links, talk
from tests.transcription.harness import ServiceHarness
from transcription.jobs import Job
from transcription.storage.storage import Storage

__all__ = ["Live", "allowed", "chat", "harness", "live", "takes_links", "talk"]

Json = dict[str, Any]
FREE = Rate(interval_s=0.0001, burst=1000)


class Live:
    """People in the sandbox, and handlers that see what the server makes of what they do."""

    def __init__(self, sandbox: SandboxServer, bot: Bot, storage: Storage) -> None:
        self.people = sandbox.client
        self.bot = bot
        self.store = storage.jobs
        self._talk = Talk(Telegram(), storage, frozenset())
        self._seen = 0

    async def handle(self) -> None:
        """Handle all that was sent, to its end."""
        for update in await self.bot.get_updates(offset=self._seen + 1):
            self._seen = update.update_id
            await self._talk.dispatcher.feed_update(self.bot, update)
        while tasks := self._talk.background._tasks:
            await asyncio.wait(tasks)

    async def ask(self, user_id: int, text: str, **where: Any) -> Json:
        """Write something and return what the bot said last in that chat."""
        await self.people.send(user_id, text, **where)
        await self.handle()
        return (await self.people.messages(where.get("chat_id", user_id), from_bot=True))[-1]

    async def note(self, user_id: int, **where: Any) -> Job:
        """Send a voice note, and return its job."""
        sent = await self.people.send(user_id, file=b"OggS", media={"duration": 3}, **where)
        await self.handle()
        job = await self.store.find(Address("", sent["chat"]["id"], sent["message_id"]).source)
        assert job
        return job

    async def deliver(self) -> None:
        """Say the last word of all that ended."""
        for job_id in await self.store.undelivered("telegram"):
            job = await self.store.get(job_id)
            if job and job.state.ended:
                await self.store.mark_delivered(job_id)

    async def ended(self, *jobs: Job) -> list[bool]:
        """Which jobs have ended."""
        return [job.state.ended for job in [await self.store.get(job.id) for job in jobs] if job]


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Live]:
    async with AsyncExitStack() as stack:
        sandbox = await stack.enter_async_context(run_sandbox(SandboxOptions(rates=RateLimits(enabled=False))))
        storage = await stack.enter_async_context(Storage.open(tmp_path / "db"))
        session = Session(sandbox.url, Pacer(private=FREE, group=FREE, overall=FREE))
        yield Live(sandbox, await stack.enter_async_context(Bot(sandbox.token, session=session)), storage)


@pytest.fixture
async def harness(clips: Mapping[str, Clip], tmp_path: Path, models_dir: Path) -> AsyncIterator[ServiceHarness]:
    """A service whose files can be given trouble."""
    harness = ServiceHarness(clips, tmp_path / "bot.sqlite3", models_dir)
    yield harness
    await harness.close()
