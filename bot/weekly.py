"""Weekly notes: the numbers of the last seven days, for admins who asked for them under /stats."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError

from handlers.address import TELEGRAM
from handlers.people import Owners, Usage
from handlers.stats import WEEK_S, stats_text
from transcription import Period

log = structlog.get_logger()

EVERY_S = 300.0
DAYS = 7


@dataclass(frozen=True, slots=True)
class WeeklyNotes:
    """Writes to each admin when their note is due; one that was missed comes once, and late."""

    bot: Bot
    owners: Owners
    usage: Usage
    now: Callable[[], float] = time.time

    async def run(self) -> None:
        """Look and write until cancelled."""
        while True:
            await self.write_due()
            await asyncio.sleep(EVERY_S)

    async def write_due(self) -> None:
        """Write what is due; what Telegram does not take stays so."""
        for admin in sorted(self.owners.ids):
            try:
                await self._write_if_due(admin)
            except (TelegramAPIError, ClientDecodeError) as error:
                log.info("weekly note not sent, will try again", error=type(error).__name__)

    async def _write_if_due(self, admin: int) -> None:
        due_at = (await self.owners.people.get(admin)).weekly_at
        if due_at is None or due_at > self.now():
            return
        statistics = await self.usage.statistics(TELEGRAM, Period.DAY, count=DAYS)
        say = await self.owners.say_to(admin)
        await self.owners.write(self.bot, admin, stats_text(statistics, say, is_admin=True))
        missed = (self.now() - due_at) // WEEK_S
        await self.owners.people.set_weekly(admin, due_at + (missed + 1) * WEEK_S)
