"""From the first word to Telegram to the last: what runs once everything is built."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Protocol

import structlog
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramNetworkError, TelegramRetryAfter, TelegramServerError

from bot.delivery.delivery import Delivery
from bot.localization import Locales
from bot.middlewares.background import Background
from bot.telegram.commands import set_commands
from bot.telegram.health import Health
from runtime import systemd
from runtime.warmup import Warmup
from transcription.service import Service

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
    """All parts, built and connected."""

    bot: Bot
    receiver: Receiver
    health: Health
    background: Background
    service: Service
    delivery: Delivery
    warmup: Warmup
    locales: Locales


async def run(house: App, stopping: asyncio.Event, drain_s: float) -> None:
    """Wait for Telegram, then receive and transcribe until told to stop; notes in hand then get `drain_s` seconds."""
    feeding = asyncio.create_task(systemd.run_watchdog(house.health.is_alive))
    try:
        if await _unless(stopping, _reach_telegram(house.bot, house.receiver, house.health)):
            await _work(house, stopping, drain_s)
    finally:
        feeding.cancel()


async def _unless(stopping: asyncio.Event, work: Coroutine[None, None, None]) -> bool:
    """Do the work; False where it was dropped because we were told to stop first."""
    doing, told = asyncio.create_task(work), asyncio.create_task(stopping.wait())
    await asyncio.wait({doing, told}, return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    if doing.done():
        doing.result()
        return True
    doing.cancel()
    await asyncio.gather(doing, return_exceptions=True)
    return False


async def _reach_telegram(bot: Bot, receiver: Receiver, health: Health) -> None:
    """Say hello and how updates are to come; waits for a network that is not up yet."""
    while True:
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                me = await bot.me()
                await receiver.announce()
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
            health.started(f"Transcribing as @{me.username}")
            return


async def _work(house: App, stopping: asyncio.Event, drain_s: float) -> None:
    """Receive and transcribe until told to stop, or until one of the two fails."""
    working = asyncio.create_task(house.service.run())
    await house.delivery.resume()
    receiving = asyncio.create_task(house.receiver.run())
    aside = [
        asyncio.create_task(stopping.wait()),
        asyncio.create_task(set_commands(house.bot, house.locales)),
        asyncio.create_task(house.warmup.run()),
    ]
    await asyncio.wait([working, receiving, aside[0]], return_when=asyncio.FIRST_COMPLETED)

    systemd.notify("STOPPING=1")
    log.info("stopping", in_hand=house.service.in_hand)
    await house.receiver.stop()
    await house.background.close()
    await house.service.drain(drain_s)
    await house.delivery.drain(DELIVERY_DRAIN_S)
    for task in (working, *aside):
        task.cancel()
    await asyncio.gather(receiving, working, *aside, return_exceptions=True)
    for task in (receiving, working):
        if not task.cancelled():
            task.result()
