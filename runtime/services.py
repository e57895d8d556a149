"""Builds what bot, API and worker processes share, from settings: sizing, store, models and Service."""

import contextlib
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import structlog
from pydub import AudioSegment

from config import Settings, SettingsError
from runtime.queue import Queue, QueueWarmup, create_queue
from runtime.remote import RemoteWarmup, choose_backend, create_remote, load_speeds
from runtime.speakers import create_diarizer
from runtime.storage import open_storage
from runtime.warmup import Warmup
from transcription.asr.base import Engine, EngineType
from transcription.asr.self_test import SelfTest
from transcription.asr.thread_pool import ThreadPool
from transcription.audio.fetching import SourceKind
from transcription.audio.ffmpeg import DecodeLimits
from transcription.errors import UnknownModel
from transcription.host import memory
from transcription.jobs import Preferences
from transcription.languages import LANGUAGES
from transcription.live.decoder import LiveDecoder
from transcription.live.transcriber import LiveTranscriber
from transcription.models.catalogue import ALIASES, MODELS, Model, find
from transcription.models.idle import unloading_idle
from transcription.models.options import ModelOptions
from transcription.models.registry import ModelRegistry
from transcription.models.sizing import Sizing, choose, supported_compute_types, usable_cores, usable_gpus
from transcription.observer import Observer
from transcription.queue.models import FleetModels
from transcription.remote.models import RemoteModels
from transcription.service import Service, ServiceOptions
from transcription.storage.settings import SettingsStore
from transcription.storage.storage import Storage
from transcription.transcriber import Transcriber, TranscriberOptions
from transcription.worker import Worker

if TYPE_CHECKING:
    from runtime.metrics.events import Metrics

log = structlog.get_logger()

AUTO = "auto"
INITIAL_MODEL = "base"
"""The model that transcribes until one was chosen for `MODEL=auto`."""
ENGINES = {"whisper": EngineType("transcription.asr.whisper", ("ctranslate2", "faster_whisper"))}
"""By the name that the catalogue has for a model's engine."""


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


@asynccontextmanager
async def create_services(
    settings: Settings, sources: Mapping[str, SourceKind], metrics: "Metrics | None" = None
) -> AsyncIterator[Services]:
    """Storage, models and service, closed in reverse, for recordings of these kinds. Raises `SettingsError`."""
    find_ffmpeg()
    async with AsyncExitStack() as stack:
        storage = await stack.enter_async_context(open_storage(settings, metrics))
        is_auto, settings = settings.model == AUTO, await resolve_model(settings, storage.settings)
        sizing = choose_sizing(settings)
        remote = await stack.enter_async_context(create_remote(settings))
        queue = await stack.enter_async_context(create_queue(settings))
        speeds = await load_speeds(settings, storage.settings, sizing)
        log.info("sized", reason=sizing.reason, memory=str(memory.memory_limits()), model=settings.model)
        models = await stack.enter_async_context(contextlib.aclosing(create_models(settings, metrics)))
        transcriber = create_transcriber(settings, models, sizing, metrics)
        elsewhere = queue.backend if queue else remote
        create_worker = partial(
            Worker,
            store=storage.jobs,
            backend=choose_backend(transcriber, elsewhere, with_fallback=settings.local_fallback),
            speeds=speeds,
            sources=sources,
            spool_dir=settings.data_dir,
            observer=metrics,
        )
        service = Service(
            store=storage.jobs,
            settings=storage.settings,
            create_worker=create_worker,
            speeds=speeds,
            options=_service_options(settings),
        )
        warmup = Warmup(
            models=models,
            service=service,
            store=storage.settings,
            speeds=speeds.of("cpu") if remote or queue else speeds,
            sizing=sizing,
            free_mb=_free_mb(sizing),
            first_models=(settings.model, *settings.preload_models),
            is_auto=is_auto,
        )
        stack.enter_context(unloading_idle(models, settings.model_ttl_s))
        has_engines = settings.local_fallback or not (queue or remote)
        decoder = LiveDecoder(
            models, transcriber.batcher, initial_prompt=settings.initial_prompt, beam_size=settings.beam_size
        )
        live = LiveTranscriber(decoder.decode, settings.live_sessions if has_engines else 0)
        own = warmup if settings.local_fallback else None
        if queue:
            theirs = models if own else FleetModels(queue.backend.fleet)
            yield Services(storage, theirs, sizing, service, live, QueueWarmup(queue.backend, own), metrics, queue)
        elif remote:
            shown = models if own else RemoteModels(remote)
            yield Services(storage, shown, sizing, service, live, RemoteWarmup(remote, own), metrics)
        else:
            yield Services(storage, models, sizing, service, live, warmup, metrics)


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


def _service_options(settings: Settings) -> ServiceOptions:
    return ServiceOptions(
        defaults=defaults(settings),
        max_duration_s=settings.max_duration_s,
        max_queued_per_user=settings.max_queued_per_user,
        keep_days=settings.keep_days,
        is_remote=settings.transcriber_url is not None,
        has_workers=settings.queue_url is not None,
    )


def create_transcriber(
    settings: Settings, models: ModelRegistry[Engine], sizing: Sizing, observer: Observer | None
) -> Transcriber:
    """What transcribes with the engines of this process."""
    pool = ThreadPool(sizing.workers)
    options, diarizer = _transcriber_options(settings), create_diarizer(settings)
    return Transcriber(models=models, pool=pool, options=options, observer=observer, diarizer=diarizer)


def _transcriber_options(settings: Settings) -> TranscriberOptions:
    return TranscriberOptions(
        decode=DecodeLimits(duration_s=settings.max_duration_s, folder=settings.data_dir),
        beam_size=settings.beam_size,
        initial_prompt=settings.initial_prompt,
        adaptive_context=settings.adaptive_context,
        refine_model=settings.refine_model,
    )


def create_models(settings: Settings, observer: Observer | None = None) -> ModelRegistry[Engine]:
    """The registry of models, sized for this machine. Raises `SettingsError` for a model that can't be had."""
    if settings.refine_model and not settings.adaptive_context:
        raise SettingsError("REFINE_MODEL: needs ADAPTIVE_CONTEXT=on")
    names = [("PRELOAD_MODELS", name) for name in settings.preload_models]
    if settings.refine_model:
        names.append(("REFINE_MODEL", settings.refine_model))
    for setting, name in [("MODEL", settings.model), *names]:
        try:
            find(name)
        except UnknownModel:
            raise SettingsError(f"{setting}: there is no model {name}; there are {', '.join(MODELS)}") from None
    loaders = {name: engine.load for name, engine in ENGINES.items() if engine.is_installed}
    return ModelRegistry(model_options(settings), loaders, observer=observer)


def model_options(settings: Settings) -> ModelOptions:
    """How models are run here. Raises `SettingsError` for what this machine lacks."""
    sizing = choose_sizing(settings)
    return ModelOptions(
        models_dir=settings.models_dir,
        max_models=max(settings.max_models, 2 if settings.refine_model else 1),
        device=sizing.device,
        compute_type=sizing.compute_type,
        cpu_threads=sizing.threads_per_worker,
        num_workers=sizing.workers,
    )


def create_self_test(settings: Settings) -> SelfTest:
    """A trial of the default model with the options that jobs will have. Raises `SettingsError`."""
    return SelfTest(
        settings.model,
        ENGINES[find(settings.model).engine],
        model_options(settings),
        settings.language,
        settings.initial_prompt,
        settings.beam_size,
        settings.adaptive_context,
    )


def choose_sizing(settings: Settings) -> Sizing:
    """What the owner set and, for the rest, what suits this machine. Raises `SettingsError` for what it lacks."""
    gpus = usable_gpus() if settings.device != "cpu" else 0
    if settings.device == "cuda" and not gpus:
        raise SettingsError("DEVICE: no GPU can be used here (driver and CUDA libraries?); auto falls back to the CPU")
    sizing = choose(
        cores=usable_cores(),
        gpus=gpus,
        memory_mb=memory.memory_limits().total_mb,
        model=_known(settings.model) or MODELS[INITIAL_MODEL],
        second_model=_known(settings.refine_model),
        device=settings.device,
        compute_type=settings.compute_type,
        workers=settings.max_concurrent,
        threads_per_worker=settings.cpu_threads,
    )
    known = supported_compute_types(sizing.device)  # nothing from a GPU that does not answer, and is not used then
    if known and sizing.compute_type not in known:
        where = "the CPU" if sizing.device == "cpu" else "the GPU"
        can = f"it can do {', '.join(sorted(known))}, and auto chooses"
        raise SettingsError(f"COMPUTE_TYPE: {where} here can't do {sizing.compute_type}; {can}")
    return sizing


def _known(name: str | None) -> Model | None:
    return MODELS.get(ALIASES.get(name, name)) if name else None


async def resolve_model(settings: Settings, store: SettingsStore | None) -> Settings:
    """Settings with a model's own name: for `auto` that chosen for this machine, or base until one was."""
    name = ALIASES.get(settings.model, settings.model)
    if name == AUTO:
        name = (await store.auto_model(choose_sizing(settings).machine) if store else None) or INITIAL_MODEL
    return settings.model_copy(update={"model": name})


def _free_mb(sizing: Sizing) -> float:
    """Megabytes left for models, on the device that runs them."""
    return memory.gpu_free_mb() if sizing.device == "cuda" else memory.memory_limits().free_mb
