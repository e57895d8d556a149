"""Says in the chat what becomes of each job: one status message, edited until it is the text."""

import asyncio
import contextlib
import itertools
import math
import time

import structlog
from aiogram.exceptions import TelegramAPIError

from bot.letter import STATUS, JobForgottenError, Letter
from bot.localization import Locales
from bot.outbox import Outbox
from bot.refusals import ChatMovedError, UnreachableError
from transcription.jobs import Job
from transcription.service import Service
from transcription.store import Store

log = structlog.get_logger()

QUIET_S = 2.0
"""A note that takes less goes from its first status straight to its text."""
PROGRESS_EVERY_S = {True: 3.0, False: 6.0}
"""Seconds between progress edits in a private chat (True) and in a group."""
REFUSED_PAUSES_S = (5.0, 15.0, 60.0, 300.0)
"""Pauses after refusals that nobody foresaw; the last one repeats, and is that of a status that was refused."""


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
        self._news: dict[int, asyncio.Event] = {}
        self._followers: dict[int, asyncio.Task[None]] = {}
        self._closing = asyncio.Event()
        service.subscribe(self._on_news)

    async def resume(self) -> None:
        """Take up every job that a former process left without its last word."""
        for job in await self._store.undelivered():
            self._on_news(job.id)

    async def settle(self, patience_s: float) -> None:
        """Follow no job any further, but end what is being said, a status as well as a last word; wait at most so long.

        A status whose id was not kept would be sent again by the next process, and stand there twice.
        """
        self._closing.set()
        for news in self._news.values():
            news.set()
        if tasks := list(self._followers.values()):
            await asyncio.wait(tasks, timeout=patience_s)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _on_news(self, job_id: int) -> None:
        if job_id in self._followers:
            self._news[job_id].set()
        elif not self._closing.is_set():
            self._news[job_id] = asyncio.Event()
            self._followers[job_id] = asyncio.create_task(self._follow(job_id))

    async def _follow(self, job_id: int) -> None:
        try:
            if job := await self._service.get(job_id):
                await self._insist(await self._letter(job))
        except UnreachableError:
            log.info("chat is out of reach", job=job_id)
            await self._service.cancel(job_id)  # a text that nobody can be shown is not worth the work
            await self._store.note_delivered(job_id)
        except JobForgottenError:
            log.info("job was forgotten", job=job_id)
        finally:
            del self._followers[job_id], self._news[job_id]

    async def _letter(self, job: Job) -> Letter:
        messages = await self._store.parts(job.id)
        if job.status_message_id is not None:
            messages[STATUS] = job.status_message_id
        return Letter(
            self._outbox, self._store, job, self._locales.say(job.request.locale), self._text_file_from, messages
        )

    async def _insist(self, letter: Letter) -> None:
        """Deliver, however often it takes: what is refused for an unknown reason may be taken in some minutes."""
        pauses_s = itertools.chain(REFUSED_PAUSES_S, itertools.repeat(REFUSED_PAUSES_S[-1]))
        while not self._closing.is_set():
            try:
                await self._deliver(letter)
            except ChatMovedError as moved:
                letter.move_to(moved.chat_id)
            except TelegramAPIError as error:
                pause_s = next(pauses_s)
                _log_refusal("last word refused, will try again", letter, error, pause_s)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._closing.wait(), pause_s)
            else:
                return

    async def _deliver(self, letter: Letter) -> None:
        """Keep the status true until the job has ended, then say the last word."""
        news, job_id = self._news[letter.job.id], letter.job.id
        due_at = time.monotonic() + (QUIET_S if letter.opened else 0)
        draft_due_at = time.monotonic() + QUIET_S
        while (view := await self._service.view(job_id)) and not view.job.state.ended:
            if self._closing.is_set():
                return
            if view.is_draft:  # once, for what is not sooner now remains so
                due_at, draft_due_at = min(due_at, draft_due_at), math.inf
            if time.monotonic() >= due_at:
                pause_s = PROGRESS_EVERY_S[letter.origin.chat_id > 0] if letter.opened else QUIET_S
                try:
                    await letter.show_progress(view)
                except TelegramAPIError as error:  # nothing is lost yet
                    pause_s = REFUSED_PAUSES_S[-1]
                    _log_refusal("status refused", letter, error, pause_s)
                due_at = time.monotonic() + pause_s
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(news.wait(), max(0.1, due_at - time.monotonic()))
            news.clear()
        if view is None:
            await letter.say_forgotten()
            return
        await letter.say_last_word(view)
        await self._store.note_delivered(job_id)


def _log_refusal(event: str, letter: Letter, error: TelegramAPIError, pause_s: float) -> None:
    log.warning(event, job=letter.job.id, error=type(error).__name__, reason=error.message, pause_s=pause_s)
