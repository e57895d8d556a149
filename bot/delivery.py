"""Says in the chat what becomes of each job: one status message, edited until it is the text."""

import asyncio
import contextlib
import time
from dataclasses import dataclass, field

import structlog
from aiogram.exceptions import TelegramAPIError
from aiogram.types import BufferedInputFile, InlineKeyboardMarkup

from bot.localization import Locales, Say
from bot.outbox import MessageGoneError, Outbox, UnreachableError
from bot.pacing import Urgency
from bot.wording import say_last_word, say_progress
from handlers.cancel import cancel_keyboard
from transcription.jobs import Job, Origin
from transcription.service import Service, View
from transcription.store import Store

log = structlog.get_logger()

QUIET_S = 2.0
"""A note that takes less goes from its first status straight to its text."""
PROGRESS_EVERY_S = {True: 3.0, False: 6.0}
"""Seconds between progress edits in a private chat (True) and in a group."""
STATUS = 0
"""The ordinal of the status message, which becomes the first part of the text; further parts count from 1."""
TEXT_FILE = -1
"""The ordinal under which the store keeps the text file's message."""


@dataclass(slots=True)
class Follower:
    """The task that follows a job, what wakes it, and whether it is saying the last word."""

    news: asyncio.Event = field(default_factory=asyncio.Event)
    saying: bool = False
    task: "asyncio.Task[None] | None" = None


@dataclass(slots=True)
class Letter:
    """A job as delivery sees it: the ids of its messages by ordinal, and what the status says now."""

    job: Job
    say: Say
    messages: dict[int, int]
    follower: "Follower"
    said: str = ""

    @property
    def origin(self) -> Origin:
        """The message that the note came in."""
        return self.job.request.origin


class Delivery:
    """Follows every job whose last word has not been said, each in a task of its own.

    The last word is only ever an edit of a message whose id the store holds, so that it is said once however often
    the process is killed in between.
    """

    def __init__(
        self, *, outbox: Outbox, service: Service, store: Store, locales: Locales, text_file_from: int
    ) -> None:
        self._outbox = outbox
        self._service = service
        self._store = store
        self._locales = locales
        self._text_file_from = text_file_from
        self._followers: dict[int, Follower] = {}
        service.subscribe(self._on_news)

    async def resume(self) -> None:
        """Take up every job that a former process left without its last word."""
        for job in await self._store.undelivered():
            self._on_news(job.id)

    async def settle(self, patience_s: float) -> None:
        """Wait at most this long for last words that are being said, then stop."""
        tasks = {each.task: each.saying for each in self._followers.values() if each.task}
        if saying := [task for task, says in tasks.items() if says]:
            await asyncio.wait(saying, timeout=patience_s)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _on_news(self, job_id: int) -> None:
        if job_id in self._followers:
            self._followers[job_id].news.set()
        else:
            follower = self._followers[job_id] = Follower()
            follower.task = asyncio.create_task(self._follow(job_id))

    async def _follow(self, job_id: int) -> None:
        try:
            view = await self._service.view(job_id)
            if view:
                await self._deliver(await self._letter(view.job))
        except UnreachableError:
            log.info("chat is out of reach", job=job_id)
            await self._store.note_delivered(job_id)
        except TelegramAPIError:
            log.exception("last word refused", job=job_id)
            await self._store.note_delivered(job_id)
        finally:
            del self._followers[job_id]

    async def _letter(self, job: Job) -> Letter:
        messages = await self._store.parts(job.id)
        if job.status_message_id is not None:
            messages[STATUS] = job.status_message_id
        return Letter(job, self._locales.say(job.request.locale), messages, self._followers[job.id])

    async def _deliver(self, letter: Letter) -> None:
        view = await self._service.view(letter.job.id)
        if view and STATUS not in letter.messages:
            await self._open(letter, STATUS, say_progress(view, letter.say))
        view = await self._report(letter)
        if view is None:
            with contextlib.suppress(MessageGoneError):
                await self._outbox.edit(letter.origin, letter.messages[STATUS], letter.say("cancelled"))
            return
        await self._say_last_word(letter, view)
        await self._store.note_delivered(letter.job.id)

    async def _report(self, letter: Letter) -> View | None:
        """Keep the status true until the job has ended; None where it was forgotten."""
        every_s = PROGRESS_EVERY_S[letter.origin.chat_id > 0]
        due_at = time.monotonic() + QUIET_S
        while True:
            letter.follower.news.clear()
            view = await self._service.view(letter.job.id)
            if view is None or view.job.state.ended:
                return view
            if time.monotonic() >= due_at:
                due_at = time.monotonic() + every_s
                text = say_progress(view, letter.say)
                if text != letter.said and await self._outbox.edit_once(
                    letter.origin, letter.messages[STATUS], text, self._keyboard(letter)
                ):
                    letter.said = text
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(letter.follower.news.wait(), max(0.1, due_at - time.monotonic()))

    async def _say_last_word(self, letter: Letter, view: View) -> None:
        letter.follower.saying = True
        for ordinal, text in enumerate(say_last_word(view, letter.say)):
            await self._put(letter, ordinal, text)
        text = view.transcript.text if view.transcript else ""
        if text and len(text) >= self._text_file_from and TEXT_FILE not in letter.messages:
            file = BufferedInputFile(f"{text}\n".encode(), f"{letter.origin.message_id}.txt")
            caption = letter.say("text-file-caption")
            sent = await self._outbox.send_file(letter.origin, file, caption, letter.messages[STATUS])
            await self._store.note_part(letter.job.id, TEXT_FILE, sent)

    async def _put(self, letter: Letter, ordinal: int, text: str) -> None:
        """Make one of the job's messages say this; a deleted one is replaced, twice at most."""
        for _ in range(3):
            if ordinal not in letter.messages:
                await self._open(letter, ordinal, letter.say("part-pending"))
            try:
                await self._outbox.edit(letter.origin, letter.messages[ordinal], text)
            except MessageGoneError:
                del letter.messages[ordinal]
            else:
                return
        raise UnreachableError

    async def _open(self, letter: Letter, ordinal: int, text: str) -> None:
        """Send a message that will be edited, and keep its id before anything else happens."""
        keyboard = self._keyboard(letter) if ordinal == STATUS else None
        urgency = Urgency.STATUS if ordinal == STATUS else Urgency.PART
        message_id = await self._outbox.send(letter.origin, text, keyboard, urgency)
        letter.messages[ordinal] = message_id
        if ordinal == STATUS:
            letter.said = text
            await self._store.note_status(letter.job.id, message_id)
        else:
            await self._store.note_part(letter.job.id, ordinal, message_id)

    def _keyboard(self, letter: Letter) -> InlineKeyboardMarkup:
        return cancel_keyboard(letter.job.id, letter.say)
