"""The composition root: everything is built here, once, and closed in reverse."""

import asyncio
import contextlib
import fcntl
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import structlog
from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.exceptions import ClientDecodeError, TelegramNetworkError, TelegramRetryAfter, TelegramServerError

from bot import systemd
from bot.commands import set_commands
from bot.delivery import Delivery
from bot.dispatcher import create_dispatcher
from bot.files import fetch
from bot.localization import Locales
from bot.machine import create_models, size
from bot.middlewares.background import Background
from bot.outbox import Outbox
from bot.pacing import Pacer
from bot.session import Session
from config import Settings, SettingsError
from transcription import engine
from transcription.audio import DecodeLimits
from transcription.errors import TranscriptionError
from transcription.jobs import Preferences
from transcription.models import Models
from transcription.pool import Pool
from transcription.runner import Runner, RunnerOptions
from transcription.service import Service, ServiceOptions
from transcription.speeds import Speeds
from transcription.store import Store

log = structlog.get_logger()

DATABASE = "stenobot.sqlite3"
BEAM_SIZE = 5
"""On the voice notes at hand base makes 13.7 % errors with five beams and 16.0 % with one, in a tenth more time."""
DRAIN_S = 10.0
LAST_WORDS_S = 5.0
RETRY_START_S = 5.0


@dataclass(frozen=True, slots=True)
class House:
    """All parts, built and connected."""

    bot: Bot
    dispatcher: Dispatcher
    background: Background
    service: Service
    delivery: Delivery
    models: Models[engine.WhisperModel]
    locales: Locales


async def serve(settings: Settings) -> None:
    """Run the bot until SIGTERM or SIGINT; notes in hand get ten seconds, the rest is taken up at the next start.

    Raises `SettingsError` for settings that only show to be wrong in use, and `TelegramUnauthorizedError`.
    """
    stopping = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stopping.set)
    async with AsyncExitStack() as stack:
        house = await _build(settings, stack)
        await _reach_telegram(house.bot, stopping)
        await _work(settings, house, stopping)


async def _build(settings: Settings, stack: AsyncExitStack) -> House:
    stack.enter_context(_alone(settings.data_dir))
    locales = Locales.load()
    store = await stack.enter_async_context(Store.open(settings.data_dir / DATABASE))
    models = await stack.enter_async_context(contextlib.aclosing(create_models(settings)))
    pacer = Pacer()
    bot = await stack.enter_async_context(_bot(settings, pacer))
    service = await _create_service(settings, store, models, bot)
    delivery = Delivery(
        outbox=Outbox(bot, pacer),
        service=service,
        store=store,
        locales=locales,
        text_file_from=settings.text_file_from,
    )
    background = Background()
    dispatcher = create_dispatcher(
        service=service,
        models=models,
        locales=locales,
        background=background,
        allowed=settings.allowed_users,
        admins=settings.admin_users,
        compute_type=size(settings).compute_type,
    )
    return House(bot, dispatcher, background, service, delivery, models, locales)


async def _work(settings: Settings, house: House, stopping: asyncio.Event) -> None:
    """Poll and transcribe until told to stop, or until one of the two fails."""
    working = asyncio.create_task(house.service.run())
    await house.delivery.resume()
    polling = asyncio.create_task(
        house.dispatcher.start_polling(
            house.bot,
            handle_as_tasks=False,  # an update is confirmed only once its job is on disk
            handle_signals=False,
            close_bot_session=False,
            allowed_updates=house.dispatcher.resolve_used_update_types(),
        )
    )
    aside = [
        asyncio.create_task(stopping.wait()),
        asyncio.create_task(systemd.keep_watchdog_fed()),
        asyncio.create_task(set_commands(house.bot, house.locales)),
        asyncio.create_task(_preload(house.models, (settings.model, *settings.preload_models))),
    ]
    systemd.notify("READY=1")
    await asyncio.wait([working, polling, aside[0]], return_when=asyncio.FIRST_COMPLETED)

    systemd.notify("STOPPING=1")
    log.info("stopping", in_hand=house.service.in_hand)
    polling.cancel()
    await house.background.close()
    await house.service.drain(DRAIN_S)
    await house.delivery.settle(LAST_WORDS_S)
    for task in (working, *aside):
        task.cancel()
    await asyncio.gather(polling, working, *aside, return_exceptions=True)
    for task in (polling, working):
        if not task.cancelled():
            task.result()


async def _create_service(settings: Settings, store: Store, models: Models[engine.WhisperModel], bot: Bot) -> Service:
    sizing = size(settings)
    log.info("sized", reason=sizing.reason, model=settings.model)
    speeds = await Speeds.load(store)
    runner = Runner(
        store=store,
        models=models,
        pool=Pool(sizing.at_once),
        speeds=speeds,
        fetch=partial(fetch, bot),
        options=RunnerOptions(
            decode=DecodeLimits(duration_s=settings.max_duration_s),
            max_file_bytes=settings.max_file_bytes,
            beam_size=settings.beam_size or BEAM_SIZE,
        ),
    )
    options = ServiceOptions(
        defaults=Preferences(settings.model, settings.language),
        max_file_bytes=settings.max_file_bytes,
        max_duration_s=settings.max_duration_s,
        max_queued_per_user=settings.max_queued_per_user,
        keep_days=settings.keep_days,
    )
    return Service(store=store, runner=runner, speeds=speeds, options=options)


@asynccontextmanager
async def _bot(settings: Settings, pacer: Pacer) -> AsyncIterator[Bot]:
    if settings.bot_token is None:
        raise SettingsError("BOT_TOKEN: a token from @BotFather is needed (or --sandbox)")
    session = Session(settings.telegram_api_url, pacer)
    # An answer to a message that was deleted meanwhile is still an answer.
    defaults = DefaultBotProperties(allow_sending_without_reply=True)
    async with Bot(settings.bot_token.get_secret_value(), session=session, default=defaults) as bot:
        yield bot


async def _reach_telegram(bot: Bot, stopping: asyncio.Event) -> None:
    """Say hello and take back an old webhook, keeping its pending updates; waits for a network that is not up yet."""
    while not stopping.is_set():
        try:
            me = await bot.me()
            await bot.delete_webhook(drop_pending_updates=False)
        except (TelegramNetworkError, TelegramServerError, TelegramRetryAfter, ClientDecodeError) as error:
            pause_s = getattr(error, "retry_after", RETRY_START_S)
            log.warning("no answer from the Bot API server", error=type(error).__name__, pause_s=pause_s)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), pause_s)
        else:
            log.info("started", bot=me.username)
            return


async def _preload(models: Models[engine.WhisperModel], names: tuple[str, ...]) -> None:
    """Load models before the first note needs them; one that can't be had is said, and tried again when asked for."""
    for name in names:
        try:
            await models.ensure(name)
        except TranscriptionError as error:
            log.warning("model not loaded", error=error.code, **error.details)
        else:
            log.info("model loaded", model=name)


@contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    """Keep a second process from working on the same data."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = (data_dir / "lock").open("w")
    except OSError as error:
        raise SettingsError(f"DATA_DIR: {data_dir.resolve()} can't be written to: {error.strerror}") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SettingsError(f"DATA_DIR: another Stenobot is working in {data_dir.resolve()}") from None
        yield
