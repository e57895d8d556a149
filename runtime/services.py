"""Builds what bot and API share, from settings: store, models, transcriber and Service."""

import contextlib
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import structlog
from pydub import AudioSegment

from config import Settings, SettingsError
from runtime.llm import create_answers
from runtime.models import AUTO, choose_sizing, create_models, free_mb, resolve_model, routes, routes_by_default
from runtime.queue import Queue, QueueWarmup, create_queue
from runtime.remote import RemoteWarmup, choose_backend, create_remote, load_speeds
from runtime.speakers import create_diarizer
from runtime.storage import open_storage
from runtime.warmup import Warmup
from transcription.asr.base import Engine
from transcription.asr.thread_pool import ThreadPool
from transcription.audio.fetching import SourceKind
from transcription.audio.ffmpeg import DecodeLimits, Standby
from transcription.host import memory
from transcription.jobs import Preferences
from transcription.languages import LANGUAGES
from transcription.live.decoder import LiveDecoder
from transcription.live.transcriber import LiveTranscriber
from transcription.llm.answers import Answers
from transcription.models.idle import unloading_idle
from transcription.models.registry import ModelRegistry
from transcription.models.sizing import Sizing
from transcription.observer import Observer
from transcription.observers import Observers
from transcription.queue.models import FleetModels
from transcription.remote.models import RemoteModels
from transcription.remote.transcriber import RemoteTranscriber
from transcription.service import Service, ServiceOptions
from transcription.storage.storage import Storage
from transcription.transcriber import Transcriber, TranscriberOptions
from transcription.worker import Worker

if TYPE_CHECKING:
    from runtime.metrics.events import Metrics

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Services:
    """What a process transcribes with, built and connected."""

    storage: Storage
    models: ModelRegistry[Engine] | RemoteModels | FleetModels
    sizing: Sizing
    service: Service
    live: LiveTranscriber
    warmup: Warmup | RemoteWarmup | QueueWarmup
    metrics: "Metrics | None" = None
    """What counts, where somebody reads it."""
    queue: Queue | None = None
    """Between this process and its workers, where they transcribe."""
    answers: Answers | None = None
    """What asks a language model about texts, where there is one."""


@asynccontextmanager
async def create_services(
    settings: Settings,
    sources: Mapping[str, SourceKind],
    metrics: "Metrics | None" = None,
    traces: Observer | None = None,
) -> AsyncIterator[Services]:
    """Storage, models and service, closed in reverse, for recordings of these kinds. Raises `SettingsError`."""
    find_ffmpeg()
    observer = Observers(metrics, traces)
    async with AsyncExitStack() as stack:
        storage = await stack.enter_async_context(open_storage(settings, observer))
        is_auto, by_language = settings.model == AUTO, routes_by_default(settings)
        settings = await resolve_model(settings, storage.settings)
        sizing = choose_sizing(settings)
        remote = await stack.enter_async_context(create_remote(settings))
        queue = await stack.enter_async_context(create_queue(settings))
        answers = await stack.enter_async_context(create_answers(settings, storage.answers))
        speeds = await load_speeds(settings, storage.settings, sizing)
        log.info("sized", reason=sizing.reason, memory=str(memory.memory_limits()), model=settings.model)
        models = await stack.enter_async_context(contextlib.aclosing(create_models(settings, observer)))
        transcriber = await stack.enter_async_context(create_transcriber(settings, models, sizing, observer))
        elsewhere = queue.backend if queue else remote
        service = Service(
            store=storage.jobs,
            settings=storage.settings,
            create_worker=partial(
                Worker,
                store=storage.jobs,
                backend=choose_backend(transcriber, elsewhere, with_fallback=settings.local_fallback),
                speeds=speeds,
                sources=sources,
                spool_dir=settings.data_dir,
                observer=observer,
            ),
            speeds=speeds,
            options=_service_options(settings, by_language=by_language),
        )
        warmup = Warmup(
            models=models,
            service=service,
            store=storage.settings,
            speeds=speeds.of("cpu") if elsewhere else speeds,
            sizing=sizing,
            free_mb=free_mb(sizing),
            first_models=(settings.model, *settings.preload_models, *dict.fromkeys(routes(settings).values())),
            is_auto=is_auto,
        )
        stack.enter_context(unloading_idle(models, settings.model_ttl_s))
        has_engines = settings.local_fallback or not elsewhere
        yield Services(
            storage=storage,
            models=models if has_engines else _models_elsewhere(queue, remote),
            sizing=sizing,
            service=service,
            live=_create_live(settings, models, transcriber, has_engines=has_engines),
            warmup=_greeting(queue, remote, warmup if has_engines else None),
            metrics=metrics,
            queue=queue,
            answers=answers,
        )


def _models_elsewhere(queue: Queue | None, remote: RemoteTranscriber | None) -> RemoteModels | FleetModels:
    """The models that others have: the workers, or another server."""
    if queue:
        return FleetModels(queue.backend.fleet)
    assert remote
    return RemoteModels(remote)


def _greeting(
    queue: Queue | None, remote: RemoteTranscriber | None, own: Warmup | None
) -> Warmup | RemoteWarmup | QueueWarmup:
    """What is done first: a look at who transcribes elsewhere, and the warm-up of the engines here if they are used."""
    if queue:
        return QueueWarmup(queue.backend, own)
    if remote:
        return RemoteWarmup(remote, own)
    assert own
    return own


def _create_live(
    settings: Settings, models: ModelRegistry[Engine], transcriber: Transcriber, *, has_engines: bool
) -> LiveTranscriber:
    decoder = LiveDecoder(
        models, transcriber.batcher, initial_prompt=settings.initial_prompt, beam_size=settings.beam_size
    )
    return LiveTranscriber(decoder.decode, settings.live_sessions if has_engines else 0)


def find_ffmpeg() -> str:
    """The path of the ffmpeg that decodes files. Raises `SettingsError`."""
    path: str | None = shutil.which(AudioSegment.converter)
    if path is None:
        raise SettingsError("ffmpeg: not found; install it (apt-get install ffmpeg)")
    return path


def defaults(settings: Settings) -> Preferences:
    """Model and language of chats that chose none. Raises `SettingsError` for a language that Whisper does not know."""
    if settings.language is not None and settings.language not in LANGUAGES:
        raise SettingsError(f"LANGUAGE: Whisper has no code {settings.language}; it has {', '.join(sorted(LANGUAGES))}")
    return Preferences(settings.model, settings.language)


def _service_options(settings: Settings, *, by_language: bool) -> ServiceOptions:
    return ServiceOptions(
        defaults=replace(defaults(settings), by_language=by_language),
        max_duration_s=settings.max_duration_s,
        max_queued_per_user=settings.max_queued_per_user,
        keep_days=settings.keep_days,
        is_remote=bool(settings.transcriber_url or settings.queue_url),
        has_workers=settings.queue_url is not None,
    )


@asynccontextmanager
async def create_transcriber(
    settings: Settings, models: ModelRegistry[Engine], sizing: Sizing, observer: Observer | None
) -> AsyncIterator[Transcriber]:
    """What transcribes with the engines of this process."""
    options = _transcriber_options(settings)
    async with Standby(options.decode) as standby:
        yield Transcriber(
            models=models,
            pool=ThreadPool(sizing.workers),
            options=options,
            observer=observer,
            diarizer=create_diarizer(settings),
            standby=standby,
        )


def _transcriber_options(settings: Settings) -> TranscriberOptions:
    return TranscriberOptions(
        decode=DecodeLimits(duration_s=settings.max_duration_s, folder=settings.data_dir),
        beam_size=settings.beam_size,
        initial_prompt=settings.initial_prompt,
        adaptive_context=settings.adaptive_context,
        refine_model=settings.refine_model,
        model_by_language=routes(settings),
    )
