"""The composition root: everything is built here, once, and closed in reverse."""

import asyncio
import contextlib
import fcntl
import shutil
import signal
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path

import structlog
from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from pydub import AudioSegment

from bot.delivery.delivery import Delivery
from bot.delivery.sender import MessageSender
from bot.dispatcher import create_dispatcher
from bot.lifecycle import App, Receiver, run
from bot.localization import Locales
from bot.middlewares.background import Background
from bot.polling import Polling
from bot.telegram.files import fetch
from bot.telegram.health import Health
from bot.telegram.rate_limit import Pacer
from bot.telegram.session import Session
from bot.webhook import Webhook, WebhookOptions
from config import Settings, SettingsError
from handlers.languages import LANGUAGES
from runtime.services import AUTO, choose_sizing, create_models, free_mb, resolve_model
from runtime.warmup import Warmup
from transcription.asr import whisper
from transcription.asr.thread_pool import ThreadPool
from transcription.audio.ffmpeg import DecodeLimits
from transcription.host import memory
from transcription.jobs import Preferences
from transcription.models.registry import ModelRegistry
from transcription.service import Service, ServiceOptions
from transcription.speed import SpeedEstimates
from transcription.storage.store import Store
from transcription.worker import TranscriberOptions, Worker

log = structlog.get_logger()

DATABASE = "stenobot.sqlite3"
DRAIN_S = 10.0
NO_FFMPEG = "ffmpeg: not found; install it (apt-get install ffmpeg)"
UNUSABLE = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY})
"""SQLite's errors that another start would meet again."""


async def serve(settings: Settings, *, fresh: bool = False, drain_s: float = DRAIN_S) -> None:
    """Run the bot until SIGTERM or SIGINT; notes in hand get `drain_s`, the rest is taken up at the next start.

    `fresh` begins with an empty database. Raises `SettingsError` for settings that only show to be wrong in use, and
    `TelegramUnauthorizedError`.
    """
    if shutil.which(AudioSegment.converter) is None:
        raise SettingsError(NO_FFMPEG)
    stopping = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stopping.set)
    async with AsyncExitStack() as stack:
        stack.enter_context(exclusive_lock(settings.data_dir))
        if fresh:
            for file in settings.data_dir.glob(f"{DATABASE}*"):
                file.unlink()
        await run(await _build(settings, stack), stopping, drain_s)


def defaults(settings: Settings) -> Preferences:
    """Model and language of chats that chose none. Raises `SettingsError` for a language that Whisper does not know."""
    if settings.language is not None and settings.language not in LANGUAGES:
        raise SettingsError(f"LANGUAGE: Whisper has no code {settings.language}; it has {', '.join(sorted(LANGUAGES))}")
    return Preferences(settings.model, settings.language)


async def _build(settings: Settings, stack: AsyncExitStack) -> App:
    locales = Locales.load()
    store = await open_store(settings.data_dir / DATABASE, stack)
    is_auto, settings = settings.model == AUTO, await resolve_model(settings, store)
    sizing = choose_sizing(settings)
    speeds = await SpeedEstimates.load(store, sizing.machine, sizing.cpu_machine)
    log.info("sized", reason=sizing.reason, memory=str(memory.memory_limits()), model=settings.model)
    models = await stack.enter_async_context(contextlib.aclosing(create_models(settings)))
    pacer = Pacer()
    bot = await stack.enter_async_context(_bot(settings, pacer))
    bot.session.middleware(health := Health())
    service = _create_service(settings, store, models, speeds, bot)
    delivery = Delivery(
        outbox=MessageSender(bot, pacer),
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
        compute_type=sizing.compute_type,
    )
    warming = Warmup(
        models=models,
        service=service,
        store=store,
        speeds=speeds,
        sizing=sizing,
        free_mb=free_mb(sizing),
        first_models=(settings.model, *settings.preload_models),
        is_auto=is_auto,
    )
    receiver = _create_receiver(settings, bot, dispatcher)
    return App(bot, receiver, health, background, service, delivery, warming, locales)


async def open_store(path: Path, stack: AsyncExitStack) -> Store:
    """The store, closed with `stack`. Raises `SettingsError` for a file that can't be used."""
    try:
        return await stack.enter_async_context(Store.open(path))
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF not in UNUSABLE:  # above that byte are finer distinctions
            raise
        raise SettingsError(unusable(path, error)) from None


def unusable(path: Path, error: sqlite3.DatabaseError) -> str:
    """What is wrong with a database, and what to do."""
    return f"DATA_DIR: {path}: {error}; move it away to begin with an empty one, or put a copy in its place"


def _create_receiver(settings: Settings, bot: Bot, dispatcher: Dispatcher) -> Receiver:
    """What brings updates: a webhook where one is set, else polling."""
    if settings.webhook_url is None:
        return Polling(bot, dispatcher)
    secret = {"secret": settings.webhook_secret.get_secret_value()} if settings.webhook_secret else {}
    where = WebhookOptions(url=settings.webhook_url, host=settings.webhook_host, port=settings.webhook_port, **secret)
    return Webhook(bot, dispatcher, where)


def _create_service(
    settings: Settings, store: Store, models: ModelRegistry[whisper.WhisperModel], speeds: SpeedEstimates, bot: Bot
) -> Service:
    sizing = choose_sizing(settings)
    runner = Worker(
        store=store,
        models=models,
        pool=ThreadPool(sizing.workers),
        speeds=speeds,
        fetch=partial(fetch, bot),
        options=TranscriberOptions(
            decode=DecodeLimits(duration_s=settings.max_duration_s, folder=settings.data_dir),
            max_file_bytes=settings.max_file_bytes,
            beam_size=settings.beam_size,
            initial_prompt=settings.initial_prompt,
            adaptive_context=settings.adaptive_context,
            refine_model=settings.refine_model,
        ),
    )
    options = ServiceOptions(
        defaults=defaults(settings),
        max_file_bytes=settings.max_file_bytes,
        max_duration_s=settings.max_duration_s,
        max_queued_per_user=settings.max_queued_per_user,
        keep_days=settings.keep_days,
    )
    return Service(store=store, runner=runner, speeds=speeds, options=options)


@asynccontextmanager
async def _bot(settings: Settings, pacer: Pacer) -> AsyncIterator[Bot]:
    if settings.bot_token is None:
        raise SettingsError("BOT_TOKEN: not set; get one from @BotFather")
    session = Session(settings.telegram_api_url, pacer, settings.proxy_url)
    # An answer to a message that was deleted meanwhile is still an answer.
    properties = DefaultBotProperties(allow_sending_without_reply=True)
    async with Bot(settings.bot_token.get_secret_value(), session=session, default=properties) as bot:
        yield bot


@contextmanager
def exclusive_lock(data_dir: Path) -> Iterator[None]:
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
