"""What the chat shows of a job, over real HTTP to the sandbox, with the real store."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from aiogram import Bot

from bot import delivery as delivery_module
from bot import outbox as outbox_module
from bot.delivery import Delivery
from bot.localization import Locales
from bot.outbox import Outbox
from bot.pacing import Pacer, Rate
from bot.session import Session
from sandbox import RateLimits, SandboxClient, SandboxOptions, run_sandbox
from transcription.errors import TooLong
from transcription.jobs import File, Job, Origin, Request, State
from transcription.results import Segment, Transcript
from transcription.service import View
from transcription.store import Store

FREE = Rate(interval_s=0.0001, burst=1000)
SENTENCES = " ".join(f"Sentence number {n} of a long story." for n in range(300))


class Scripted:
    """Stands in for the service: the store's jobs, and the news that a test makes."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.progress: dict[int, View] = {}
        self.listeners: list[Callable[[int], None]] = []

    def subscribe(self, listener: Callable[[int], None]) -> None:
        self.listeners.append(listener)

    async def view(self, job_id: int) -> View | None:
        job = await self.store.get(job_id)
        if job is None:
            return None
        if job.state is State.DONE:
            return View(job, transcript=await self.store.transcript(job_id))
        return self.progress.get(job_id, View(job))

    def news(self, job: Job) -> None:
        for listener in self.listeners:
            listener(job.id)


class Chat:
    """One person's chat with the bot, and the delivery that writes to it."""

    def __init__(self, people: SandboxClient, user: int, store: Store, service: Scripted, delivery: Delivery) -> None:
        self.people = people
        self.delivery = delivery
        self.user = user
        self.store = store
        self.service = service
        self._files = itertools.count()

    async def note(self) -> Job:
        """A note that was sent and is queued; its status is shown."""
        message = await self.people.send(self.user, file=b"OggS" + bytes([next(self._files)]))
        origin = Origin("", self.user, message["message_id"])
        request = Request(origin, self.user, File("f", "u"), "base", None, "en")
        job, _ = await self.store.add(request)
        self.service.news(job)
        await self.people.wait(self.user, reply_to=message["message_id"])
        return job

    async def say(self, job: Job, text: str) -> None:
        """The note was heard."""
        await self.store.finish(job.id, Transcript((Segment(0, 1, text),) if text else (), "en", 1.0, 1, "base"))
        self.service.news(job)

    async def texts(self, count: int) -> list[str]:
        """What the bot's messages say, once the last of so many has no button."""
        await self.people.wait(self.user, messages=count, settled=True)
        return [str(message.get("text")) for message in await self.people.messages(self.user, from_bot=True)]

    async def delivered(self, job: Job) -> None:
        """The job's last word has been said, or given up."""
        if follower := self.delivery._followers.get(job.id):
            assert follower.task
            await asyncio.wait_for(asyncio.shield(follower.task), 5)
        assert job.id not in [waiting.id for waiting in await self.store.undelivered()]


@pytest.fixture
async def chat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Chat]:
    monkeypatch.setattr(delivery_module, "QUIET_S", 0.0)
    monkeypatch.setattr(delivery_module, "PROGRESS_EVERY_S", {True: 0.02, False: 0.02})
    monkeypatch.setattr(outbox_module, "RETRY_PAUSES_S", (0.01,))
    async with AsyncExitStack() as stack:
        sandbox = await stack.enter_async_context(run_sandbox(SandboxOptions(rates=RateLimits(enabled=False))))
        store = await stack.enter_async_context(Store.open(tmp_path / "db"))
        bot = await stack.enter_async_context(Bot(sandbox.token, session=Session(sandbox.url)))
        service = Scripted(store)
        outbox = Outbox(bot, Pacer(private=FREE, overall=FREE))
        delivery = Delivery(
            outbox=outbox,
            service=service,  # type: ignore[arg-type]
            store=store,
            locales=Locales.load(),
            text_file_from=9000,
        )
        stack.push_async_callback(delivery.settle, 1.0)
        user = (await sandbox.client.add_user())["id"]
        yield Chat(sandbox.client, user, store, service, delivery)


async def test_the_status_becomes_the_text(chat: Chat) -> None:
    """One message is sent for a note, as a reply to it, and edited into its text; its Cancel button goes."""
    job = await chat.note()
    assert (await chat.people.messages(chat.user, from_bot=True))[0]["reply_markup"]
    await chat.say(job, "Hello <b>there</b> & you")
    assert await chat.texts(1) == ["Hello <b>there</b> & you"]


async def test_progress_is_edited_in(chat: Chat) -> None:
    """While a note is heard, its status shows how far it is and the text so far, and keeps its button."""
    job = await chat.note()
    chat.service.progress[job.id] = View(job, fraction=0.4, text="So far so good", eta_s=3.0)
    chat.service.news(job)
    shown = await chat.people.wait(chat.user, text="40 %.*So far so good", button="Cancel")
    assert shown["message_id"]


async def test_a_long_text_is_parts_and_a_file(chat: Chat) -> None:
    """Beyond 4096 units the text goes on in further messages, cut at sentences, and comes as a file as well."""
    job = await chat.note()
    await chat.say(job, SENTENCES)
    await chat.delivered(job)
    replies = await chat.people.messages(chat.user, from_bot=True)
    parts = [reply["text"] for reply in replies if "text" in reply]
    assert " ".join(parts) == SENTENCES
    assert all(len(part) <= 4096 and part.endswith(".") for part in parts)
    assert [reply["document"]["file_name"] for reply in replies if "document" in reply] == ["1.txt"]


async def test_a_text_that_was_half_said_is_finished_not_repeated(chat: Chat) -> None:
    """A process that takes up a long text, some parts of which were said, says no part twice."""
    job = await chat.note()
    await chat.people.add_fault("sendMessage", "bad_gateway", times=None)
    await chat.say(job, SENTENCES)
    await chat.people.wait(method="sendMessage", calls=3)
    await chat.delivery.settle(0)  # the process ends when it has said the first part
    await chat.people.clear_faults()
    await chat.delivery.resume()
    await chat.delivered(job)
    parts = [reply["text"] for reply in await chat.people.messages(chat.user, from_bot=True) if "text" in reply]
    assert " ".join(parts) == SENTENCES


async def test_a_deleted_status_is_replaced(chat: Chat) -> None:
    """Somebody deletes the status and the note: the text still comes, once."""
    job = await chat.note()
    (status,) = await chat.people.messages(chat.user, from_bot=True)
    await chat.people.delete(chat.user, status["message_id"])
    await chat.people.delete(chat.user, job.request.origin.message_id)
    await chat.say(job, "Still here")
    await chat.delivered(job)
    assert await chat.texts(1) == ["Still here"]


async def test_a_blocked_bot_gives_up_quietly(chat: Chat) -> None:
    """Who blocks the bot gets nothing, and the job is not tried for ever."""
    job = await chat.note()
    await chat.people.block(chat.user)
    await chat.say(job, "Nobody hears this")
    await chat.delivered(job)


async def test_whatever_fails_the_last_word_arrives_once(chat: Chat) -> None:
    """Floods, bad gateways, resets before and after the effect: the text is there in the end, in one message."""
    job = await chat.note()
    for kind in ("flood", "bad_gateway", "reset", "reset_after"):
        await chat.people.add_fault("editMessageText", kind, retry_after=0)
    await chat.say(job, "At last")
    await chat.delivered(job)
    assert await chat.texts(1) == ["At last"]


async def test_failures_and_silence_are_sentences(chat: Chat) -> None:
    """A job that failed, and one in which nobody spoke, end in one clear sentence."""
    failed, silent = await chat.note(), await chat.note()
    await chat.store.move(failed.id, State.FAILED, TooLong(limit_s=3600))
    chat.service.news(failed)
    await chat.say(silent, "")
    texts = await chat.texts(2)
    assert "longer than the 1 h" in texts[0]
    assert "No speech" in texts[1]


async def test_a_forgotten_job_leaves_no_text(chat: Chat) -> None:
    """After /forget in the middle of a note the status says that it was cancelled."""
    job = await chat.note()
    chat.service.progress[job.id] = View(job, fraction=0.4, text="Secret", eta_s=3.0)
    chat.service.news(job)
    await chat.people.wait(chat.user, text="Secret")
    await chat.store.forget(chat.user)
    chat.service.news(job)
    assert await chat.texts(1) == ["Cancelled."]
