"""What `--check` looks at, one finding a line."""

import asyncio
import os
import shutil
import sqlite3
import subprocess
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramUnauthorizedError
from aiogram.utils.token import TokenValidationError
from pydub import AudioSegment

from bot.app import DATABASE, NO_FFMPEG, UNUSABLE, defaults, unusable
from bot.telegram.session import Session
from config import Settings, SettingsError
from runtime.log import redact
from runtime.services import AUTO, choose_sizing, create_models, create_self_test, resolve_model
from transcription.asr.self_test import SelfTest, SelfTestFailed
from transcription.errors import ModelTooBig, TranscriptionError
from transcription.host import memory
from transcription.models.catalogue import find
from transcription.storage.store import Store

SPARE_MB = 500
"""Free disk below which a warning is due: a database, its journal and a log fit many times."""
LOCKED_S = 10.0
"""A bot at work lets others read at once; what keeps a database locked for so long is another program."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: whether it is well, and what it is or what to do."""

    well: bool
    text: str

    def __str__(self) -> str:
        return f"{'ok     ' if self.well else 'PROBLEM'}  {self.text}"


@dataclass(frozen=True, slots=True)
class Commands:
    """What the reader can type: the bot itself, and what fetches the configured model."""

    bot: str
    fetch_model: str


CHECKOUT = Commands(".venv/bin/python run_bot.py", "make models")
WHEEL = Commands("stenobot", "stenobot --fetch-model")


async def check(settings: Settings, commands: Commands) -> AsyncIterator[Finding]:
    """Look at all that the bot needs, and change nothing: a bot may be running meanwhile."""
    yield (sizing := _sizing(settings))
    yield Finding(well=True, text=f"memory: {memory.memory_limits()}")
    yield (ffmpeg := _ffmpeg())
    yield _data_dir(settings)
    if sizing.well:
        settings, speed = await _learnt(settings)
        yield speed
        yield (model := _model(settings, commands))
        if settings.refine_model and (refining := _refining(settings, commands)):
            yield refining
        if ffmpeg.well and model.well:
            async for hearing in _hearing(settings):
                yield hearing
    yield await _token(settings)


def _sizing(settings: Settings) -> Finding:
    try:
        return Finding(well=True, text=f"sizing: {choose_sizing(settings).reason}")
    except SettingsError as error:
        return Finding(well=False, text=str(error))


def _ffmpeg() -> Finding:
    path = shutil.which(AudioSegment.converter)
    if path is None:
        return Finding(well=False, text=NO_FFMPEG)
    version = subprocess.run([path, "-version"], capture_output=True, text=True, check=False).stdout.split("\n")[0]
    return Finding(well=version.startswith("ffmpeg"), text=f"ffmpeg: {version or path + ' does not run'}")


def _data_dir(settings: Settings) -> Finding:
    folder = settings.data_dir.resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        free_mb = shutil.disk_usage(folder).free // 10**6
    except OSError as error:
        return Finding(well=False, text=f"DATA_DIR: {folder} can't be made: {error.strerror}")
    if not os.access(folder, os.W_OK):
        return Finding(well=False, text=f"DATA_DIR: {folder} is not writable for this user")
    if free_mb < SPARE_MB:
        return Finding(well=False, text=f"disk: only {free_mb} MB free for {folder}; make room")
    return Finding(well=True, text=f"data: {folder}, {free_mb} MB free")


async def _learnt(settings: Settings) -> tuple[Settings, Finding]:
    """Settings with the model that `auto` stands for, and what is known of its speed here."""
    path = settings.data_dir / DATABASE
    named, speed = await resolve_model(settings, None), "not measured yet; a start does it while no note waits"
    if path.is_file():
        try:
            async with asyncio.timeout(LOCKED_S), Store.look(path) as store:
                if store is None:
                    speed = "not known, for the database is of an older version; a start brings it up to date"
                else:
                    named = await resolve_model(settings, store)
                    measured = await store.speeds(choose_sizing(named).machine)
                    if named.model in measured:
                        speed = f"one minute takes {60 * measured[named.model]:.1f} s, measured"
        except SettingsError as error:
            return named, Finding(well=False, text=str(error))
        except (TimeoutError, sqlite3.DatabaseError) as error:
            if isinstance(error, sqlite3.DatabaseError) and error.sqlite_errorcode & 0xFF in UNUSABLE:
                return named, Finding(well=False, text=unusable(path, error))
            return named, Finding(well=False, text=f"DATA_DIR: {path}: another program keeps it locked; end that one")
    who = f"{named.model} (chosen by auto)" if settings.model == AUTO else named.model
    return named, Finding(well=True, text=f"speed: {who}: {speed}")


def _model(settings: Settings, commands: Commands) -> Finding:
    try:
        defaults(settings)
        models = create_models(settings)
        if not models.available(settings.model):
            return Finding(
                well=False, text=f"model: {settings.model} is not here yet; `{commands.fetch_model}` fetches it"
            )
        models.check_fits(settings.model)
    except SettingsError as error:
        return Finding(well=False, text=str(error))
    except OSError as error:
        return Finding(well=False, text=f"MODELS_DIR: {error.filename} can't be read: {error.strerror}")
    except ModelTooBig as error:
        fit = f"{error.details['need_mb']} MB of memory are needed, {error.details['have_mb']} are free"
        return Finding(well=False, text=f"MODEL: {settings.model} does not fit: {fit}; free some or take a smaller one")
    return Finding(well=True, text=f"model: {settings.model} is here")


def _refining(settings: Settings, commands: Commands) -> Finding | None:
    """Whether another model can go over the texts of the default one; None where `_model` tells why there is none."""
    name = settings.refine_model or ""
    with suppress(SettingsError):
        models = create_models(settings)
        if find(name).parameters_m <= find(settings.model).parameters_m:
            text = f"REFINE_MODEL: {name} is no larger than {settings.model}, whose texts it would go over; they stay"
            return Finding(well=False, text=text)
        try:
            models.check_fits(name, beside=settings.model)
        except ModelTooBig as error:
            fit = f"both need {error.details['need_mb']} MB of memory, {error.details['have_mb']} are free"
            text = f"REFINE_MODEL: {name} does not fit beside {settings.model} ({fit}); texts are not refined"
            return Finding(well=False, text=text)
        if not models.available(name):
            text = f"REFINE_MODEL: {name} is not here yet; `{commands.bot} --fetch-model {name}` or a note fetches it"
            return Finding(well=False, text=text)
        return Finding(well=True, text=f"refining: {name} goes over what {settings.model} heard")
    return None


async def _hearing(settings: Settings) -> AsyncIterator[Finding]:
    """Whether speech is heard as notes will be: on the GPU if there is one, and on the CPU in its place if it fails."""
    try:
        await create_models(settings).fetch(settings.model)  # where it lies in an installed package
    except (TranscriptionError, OSError) as error:
        yield Finding(well=False, text=f"MODELS_DIR: {settings.model} can't be put into {settings.models_dir}: {error}")
        return
    trial = create_self_test(settings)
    yield (heard := await _try(trial))
    if not heard.well and trial.options.device != "cpu":
        yield await _try(trial.on_cpu())


async def _try(trial: SelfTest) -> Finding:
    options = trial.options
    where = f"{trial.name} on {'the CPU' if options.device == 'cpu' else 'the GPU'}, {options.compute_type}"
    try:
        took_s = await trial.run()
    except SelfTestFailed as error:
        instead = "" if options.device == "cpu" else "; notes are heard on the CPU until this is mended"
        return Finding(well=False, text=f"hearing: {where}, fails: {error}{instead}")
    return Finding(well=True, text=f"hearing: {where}, hears a second of speech in {took_s:.1f} s")


async def _token(settings: Settings) -> Finding:
    if settings.bot_token is None:
        return Finding(well=False, text="BOT_TOKEN: not set, so a start is the sandbox's; get one from @BotFather")
    way, proxy = settings.telegram_api_url, settings.proxy_url
    if proxy:
        way = f"{way} by TELEGRAM_PROXY {redact(proxy)}"
    try:
        session = Session(settings.telegram_api_url, proxy=proxy)
        async with Bot(settings.bot_token.get_secret_value(), session=session) as bot:
            me = await bot.me()
    except (TelegramUnauthorizedError, TokenValidationError):
        return Finding(well=False, text="BOT_TOKEN: the Bot API server does not know it; copy it from @BotFather again")
    except TelegramAPIError as error:
        hint = "" if proxy or not settings.on_cloud else "; where Telegram is blocked, TELEGRAM_PROXY names a way out"
        return Finding(well=False, text=f"network: no answer from {way} ({error.message}){hint}")
    return Finding(well=True, text=f"token: @{me.username} at {way}")
