"""Connecting, receiving and stopping: the bot as a frontend of the service."""

import asyncio
from dataclasses import dataclass
from typing import ClassVar, Protocol

import structlog
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramNetworkError, TelegramRetryAfter, TelegramServerError

from bot.alerts import Alerts
from bot.delivery.delivery import Delivery
from bot.localization import Locales
from bot.middlewares.background import Background
from bot.telegram.commands import set_commands
from bot.telegram.health import Health
from bot.weekly import WeeklyNotes
from handlers.address import TELEGRAM
from runtime import systemd

log = structlog.get_logger()

CONNECT_TIMEOUT_S = 15.0
"""A server that does not answer getMe by then is one that has to be waited for."""
RETRY_START_S = 5.0
DELIVERY_DRAIN_S = 5.0
NO_ANSWER = (TimeoutError, TelegramNetworkError, TelegramServerError, TelegramRetryAfter, ClientDecodeError)


class Receiver(Protocol):
    """How updates come: by polling or by webhook."""

    async def announce(self) -> None:
        """Tell Telegram how updates are to come; pending ones are kept."""

    async def run(self) -> None:
        """Receive until stopped."""

    async def stop(self) -> None:
        """Confirm no more updates."""


@dataclass(frozen=True, slots=True)
class App:
    """The bot's parts, built and connected: the `Frontend` by which people reach the service in Telegram."""

    source: ClassVar[str] = TELEGRAM

    bot: Bot
    receiver: Receiver
    health: Health
    background: Background
    delivery: Delivery
    locales: Locales
    admins: frozenset[int]
    alerts: Alerts
    weekly: WeeklyNotes

    def is_alive(self) -> bool:
        """Whether updates are received, as far as one can tell."""
        return self.health.is_alive()

    async def connect(self) -> None:
        """Ask Telegram who we are and say how updates are to come, until it answers."""
        while True:
            try:
                async with asyncio.timeout(CONNECT_TIMEOUT_S):
                    me = await self.bot.me()
                    await self.receiver.announce()
            except NO_ANSWER as error:
                pause_s = getattr(error, "retry_after", RETRY_START_S)
                log.warning(
                    "no answer from the Bot API server", error=type(error).__name__, reason=str(error), pause_s=pause_s
                )
                # Settings and data are well, so this is a service that runs: a start that waits would hold up the boot.
                systemd.notify("READY=1\nSTATUS=Waiting for the Bot API server, which does not answer")
                await asyncio.sleep(pause_s)
            else:
                log.info("started", bot=me.username)
                self.health.started(f"Transcribing as @{me.username}")
                return

    async def resume(self) -> None:
        """Deliver what a former process left, and set the menu of commands beside that."""
        self.background.start(set_commands(self.bot, self.locales, self.admins))
        await self.delivery.resume()

    async def run(self) -> None:
        """Receive updates until stopped, and watch for what the owner should know beside that."""
        watching = [asyncio.create_task(self.alerts.run()), asyncio.create_task(self.weekly.run())]
        for task in watching:
            task.add_done_callback(_log_failure)
        try:
            await self.receiver.run()
        finally:
            for task in watching:
                task.cancel()

    async def stop(self) -> None:
        """Receive no more updates, and end the handlers that run."""
        await self.receiver.stop()
        await self.background.close()

    async def drain(self) -> None:
        """Finish the messages that are being sent."""
        await self.delivery.drain(DELIVERY_DRAIN_S)


def _log_failure(task: "asyncio.Task[None]") -> None:
    """A watch that fails is no reason to end the bot, but nobody else would tell of it."""
    if not task.cancelled() and (error := task.exception()):
        log.error("alerts or weekly notes have ended", exc_info=error)
