"""A chat, and the delivery that writes to it, over real HTTP to the sandbox, with the real store."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiogram import Bot

from bot.delivery import delivery as delivery_module
from bot.delivery import sender as outbox_module
from bot.delivery import status as status_module
from bot.delivery.delivery import Delivery
from bot.delivery.drafts import Drafts
from bot.delivery.reactions import Reactions
from bot.delivery.sender import MessageSender
from bot.localization import Locales
from bot.telegram.rate_limit import Pacer
from bot.telegram.session import Session
from handlers.address import Address
from handlers.rate_limit import Rate
from sandbox import RateLimits, SandboxClient, SandboxOptions, run_sandbox
from transcription.jobs import File, Job, JobState, Preferences, Request
from transcription.service import ServiceOptions
from transcription.storage.jobs import JobStore
from transcription.storage.storage import Storage
from transcription.task import TaskOptions
from transcription.texts import Texts
from transcription.transcript import Segment, Transcript
from transcription.view import View

FREE = Rate(interval_s=0.0001, burst=1000)


LOCALES = Locales.load()


class Scripted:
    """Stands in for the service: the stored jobs, and the news that a test makes."""

    def __init__(self, store: JobStore) -> None:
        self.store = store
        self.progress: dict[int, View] = {}
        self.chosen = Preferences(long_texts="split")
        self.options = ServiceOptions(self.chosen, 3600, 50, keep_days=30)
        self.listeners: list[Callable[[int], None]] = []
        self.texts = Texts(store)
        self.looks: dict[int, asyncio.Future[int | None]] = {}

    async def voices(self, job_id: int) -> int | None:
        return await self.looks.pop(job_id) if job_id in self.looks else None

    def subscribe(self, listener: Callable[[int], None], *, source: str) -> None:
        assert source == "telegram"
        self.listeners.append(listener)

    async def undelivered(self, source: str) -> list[int]:
        return await self.store.undelivered(source)

    async def mark_delivered(self, job_id: int) -> None:
        await self.store.mark_delivered(job_id)

    async def get(self, job_id: int) -> Job | None:
        return await self.store.get(job_id)

    async def preferences(self, chat_id: int) -> Preferences:
        return self.chosen

    async def cancel(self, job_id: int) -> bool:
        return await self.store.transition(job_id, JobState.CANCELLED) is not None

    async def view(self, job_id: int) -> View | None:
        job = await self.store.get(job_id)
        if job is None:
            return None
        if job.state is JobState.DONE:
            return View(job, transcript=await self.store.transcript(job_id))
        return self.progress.get(job_id, View(job))

    def news(self, job: Job) -> None:
        for listener in self.listeners:
            listener(job.id)


class ModelsHere:
    """Those of these names are here, and fit."""

    def __init__(self, *names: str) -> None:
        self.names = names

    def available(self, name: str) -> bool:
        return name in self.names

    def check_fits(self, name: str) -> None:
        pass


class Chat:
    """One person's chat with the bot, and the delivery that writes to it."""

    def __init__(self, people: SandboxClient, user: int, bot: Bot, storage: Storage) -> None:
        self.people = people
        self.user = user
        self.bot = bot
        self.store = storage.jobs
        self.deliveries = storage.deliveries
        self.service = Scripted(storage.jobs)
        self.models = ModelsHere("base")
        self.start()
        self._files = itertools.count()

    def start(self) -> None:
        """A process begins to deliver."""
        self.delivery = Delivery(
            bot=self.bot,
            sender=MessageSender(self.bot, pacer := Pacer(private=FREE, overall=FREE)),
            drafts=Drafts(self.bot, pacer),
            reactions=Reactions(self.bot, pacer),
            service=self.service,  # type: ignore[arg-type]
            deliveries=self.deliveries,
            locales=LOCALES,
            models=self.models,  # type: ignore[arg-type]
            text_file_from=9000,
        )

    async def note(self, options: TaskOptions | None = None, row_of: int | None = None) -> Job:
        """A note that was sent and is queued; its status is shown."""
        job = await self.silent_note(options, row_of)
        await self.people.wait(self.user, reply_to=Address.parse(job.request.source).message_id)
        return job

    async def silent_note(self, options: TaskOptions | None = None, row_of: int | None = None, **where: Any) -> Job:
        """A note that was sent and is queued; `where` says what is not as usual in its address."""
        message = await self.people.send(self.user, file=b"OggS" + bytes([next(self._files)]))
        address = replace(Address("", self.user, message["message_id"]), **where)
        options = options or TaskOptions()
        request = Request(address.source, self.user, File("f", "u"), "base", None, "en", options=options, row_of=row_of)
        job, _ = await self.store.add(request)
        self.service.news(job)
        return job

    async def say(self, job: Job, text: str, model: str = "base") -> None:
        """The note was heard."""
        await self.finish(job, Transcript((Segment(0, 1, text),) if text else (), "en", 1.0, 1, model))

    async def finish(self, job: Job, transcript: Transcript) -> None:
        """The note has this transcript."""
        await self.store.finish(job.id, transcript)
        self.service.news(job)

    async def texts(self, count: int) -> list[str]:
        """What the bot's messages say, once the last of so many has no button."""
        await self.people.wait(self.user, messages=count, settled=True)
        return [str(message.get("text")) for message in await self.people.messages(self.user, from_bot=True)]

    async def delivered(self, job: Job) -> None:
        """The job's last word has been said, or given up."""
        await self.followed(job)
        assert job.id not in await self.store.undelivered("telegram")

    async def followed(self, job: Job) -> None:
        """Delivery is done with the job."""
        if follower := self.delivery._tasks.get(job.id):
            await asyncio.wait_for(asyncio.shield(follower), 5)


@pytest.fixture
async def chat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Chat]:
    monkeypatch.setattr(status_module, "QUIET_S", 0.0)
    monkeypatch.setattr(status_module, "PRIVATE_PROGRESS_S", 0.02)
    monkeypatch.setattr(status_module, "GROUP_PROGRESS_S", 0.02)
    monkeypatch.setattr(status_module, "DRAFT_PROGRESS_S", 0.02)
    monkeypatch.setattr(status_module, "REFUSED_PAUSE_S", 0.01)
    monkeypatch.setattr(delivery_module, "REFUSED_PAUSES_S", (0.01,))
    monkeypatch.setattr(outbox_module, "RETRY_PAUSES_S", (0.01,))
    async with AsyncExitStack() as stack:
        sandbox = await stack.enter_async_context(run_sandbox(SandboxOptions(rates=RateLimits(enabled=False))))
        storage = await stack.enter_async_context(Storage.open(tmp_path / "db"))
        bot = await stack.enter_async_context(Bot(sandbox.token, session=Session(sandbox.url)))
        user = (await sandbox.client.add_user())["id"]
        chat = Chat(sandbox.client, user, bot, storage)
        yield chat
        await chat.delivery.drain(1.0)
