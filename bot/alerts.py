"""Alerts: the owner is told in private when something is wrong, once, and when it is well again."""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import structlog
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError

from bot.telegram.health import Health
from handlers.people import Owners
from runtime.troubles import News, Trouble, TroubleKind, Watch
from transcription.storage.alerts import AlertStore
from transcription.storage.database import Database
from transcription.storage.job_counts import JobCount, job_counts

log = structlog.get_logger()

EVERY_S = 20.0
STORE_TIMEOUT_S = 2.0
"""A store whose disk is full keeps no alert waiting for longer: that may be what it is about."""


@dataclass(eq=False)
class Alerts:
    """Looks now and then, and writes to the admins; what Telegram does not take now is told later.

    `workers` gives the names of those that are there, and of those that are gone without a word; `llm` how the language
    model answered, as `Watch.look` takes it.
    """

    bot: Bot
    owners: Owners
    database: Database
    health: Health
    create_watch: Callable[[list[Trouble]], Watch]
    workers: Callable[[], tuple[set[str], set[str]]]
    llm: Callable[[], str | None] = lambda: None
    _untold: deque[tuple[int, str, dict[str, object]]] = field(default_factory=deque)

    async def run(self) -> None:
        """Look and tell until cancelled; without an admin there is nobody to tell."""
        if not self.owners.ids:
            return
        store = AlertStore(self.database)
        watch = self.create_watch([Trouble(TroubleKind(kind), subject) for kind, subject in await store.all()])
        counts: list[JobCount] = []
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(STORE_TIMEOUT_S):
                    counts = await job_counts(self.database)
            for news in watch.look(counts, *self.workers(), self.llm()):
                await self._keep(store, news)
                self._tell(
                    f"alert-{news.trouble.kind}",
                    state="over" if news.is_over else "begun",
                    subject=news.trouble.subject,
                    amount=news.amount,
                    count=news.count,
                )
            if (refused_s := self.health.take_refusal()) is not None:
                self._tell("alert-token", amount=refused_s)
            await self._send()
            await asyncio.sleep(EVERY_S)

    async def _keep(self, store: AlertStore, news: News) -> None:
        trouble = news.trouble
        log.log(20 if news.is_over else 30, "alert", kind=trouble.kind, subject=trouble.subject, is_over=news.is_over)
        with suppress(TimeoutError):
            async with asyncio.timeout(STORE_TIMEOUT_S):
                await (store.end if news.is_over else store.begin)(trouble.kind, trouble.subject)

    def _tell(self, key: str, **args: object) -> None:
        self._untold.extend((admin, key, args) for admin in sorted(self.owners.ids))

    async def _send(self) -> None:
        """Tell what is left to tell, in its order, until Telegram does not answer."""
        while self._untold:
            admin, key, args = self._untold[0]
            try:
                await self.owners.tell_one(self.bot, admin, key, None, **args)
            except (TelegramAPIError, ClientDecodeError) as error:
                log.info("alert not sent, will try again", error=type(error).__name__)
                return
            self._untold.popleft()
