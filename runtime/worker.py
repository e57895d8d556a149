"""The process of `--worker`: transcribes what a front hands out by a queue. It has no token and no database."""

import asyncio
import contextlib
import socket
import time
import uuid
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from config import Settings, SettingsError
from runtime import systemd
from runtime.lifecycle import stop_on_signals
from runtime.metrics import create_metrics, exporting
from runtime.models import choose_sizing, create_models, resolve_model, routes
from runtime.services import create_transcriber, find_ffmpeg
from runtime.tracing import tracing
from runtime.version import version
from transcription.asr.base import Engine
from transcription.backend import PREFETCH
from transcription.errors import ModelTooBig, TranscriptionError
from transcription.host import memory
from transcription.host.memory import trim_heap
from transcription.models.catalogue import ALIASES, MODELS
from transcription.models.idle import unloading_idle
from transcription.models.registry import ModelRegistry
from transcription.models.sizing import Sizing
from transcription.observers import Observers
from transcription.queue.contract import Offer

if TYPE_CHECKING:
    from runtime.metrics.events import Metrics

log = structlog.get_logger()

DRAIN_S = 10.0
RETRY_S = 30.0
"""Before a model that can't be had is asked for again."""


@dataclass(frozen=True, slots=True)
class WorkerServices:
    """What a worker transcribes with, as far as its metrics tell of it."""

    models: ModelRegistry[Engine]
    sizing: Sizing
    metrics: "Metrics | None"
    storage: None = None
    queue: None = None


async def work(settings: Settings, drain_s: float = DRAIN_S) -> None:
    """Transcribe until SIGTERM or SIGINT; what is in hand then has `drain_s` seconds. Raises `SettingsError`."""
    if settings.queue_url is None:
        raise SettingsError("QUEUE_URL: a worker needs the address of the front's Redis server")
    url = settings.queue_url.get_secret_value()
    from transcription.queue.link import Link
    from transcription.queue.worker import QueueWorker

    stopping = stop_on_signals()
    settings = await resolve_model(settings, None)
    async with AsyncExitStack() as stack:
        metrics = create_metrics(settings)
        observer = Observers(metrics, await stack.enter_async_context(tracing(settings, "stenobot-worker")))
        find_ffmpeg()
        sizing = choose_sizing(settings)
        log.info("sized", reason=sizing.reason, memory=str(memory.memory_limits()), model=settings.model)
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)  # long recordings are decoded into it
        models = await stack.enter_async_context(contextlib.aclosing(create_models(settings, observer)))
        await stack.enter_async_context(exporting(WorkerServices(models, sizing, metrics), settings))
        watching = asyncio.create_task(systemd.run_watchdog(lambda: True))
        stack.callback(watching.cancel)
        if not await _load(settings, models, stopping):
            return
        stack.enter_context(unloading_idle(models, settings.model_ttl_s))
        link = await stack.enter_async_context(aclosing(Link(url)))
        transcriber = await stack.enter_async_context(create_transcriber(settings, models, sizing, observer))
        worker = QueueWorker(link, _offer(settings, models, sizing), transcriber, observer=observer)
        systemd.notify("READY=1\nSTATUS=Taking recordings from the queue")
        await worker.run(stopping, drain_s)


async def _load(settings: Settings, models: ModelRegistry[Engine], stopping: asyncio.Event) -> bool:
    """Load the first models, for without them a worker is of no use; False where it is stopped meanwhile.

    Those for single languages are tried once: the default one stands in for them.
    """
    for name in (settings.model, *settings.preload_models):
        while True:
            try:
                await models.ensure(name)
                log.info("model loaded", model=name)
                break
            except TranscriptionError as error:
                log.warning("model not loaded, will try again", error=error.code, **error.details)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), RETRY_S)
            if stopping.is_set():
                return False
    for name in dict.fromkeys(routes(settings).values()):
        try:
            await models.ensure(name)
            log.info("model loaded", model=name)
        except TranscriptionError as error:
            log.warning("model not loaded", error=error.code, **error.details)
    trim_heap()
    return True


def _offer(settings: Settings, models: ModelRegistry[Engine], sizing: Sizing) -> Offer:
    names = tuple(name for name in MODELS if models.available(name) and _fits(models, name))
    return Offer(
        worker=uuid.uuid4().hex,
        name=socket.gethostname(),
        version=version(),
        models=names,
        capacity=sizing.workers,
        ahead=PREFETCH,
        device=sizing.device,
        engines=tuple(sorted({MODELS[name].engine for name in names})),
        refine_model=ALIASES.get(settings.refine_model, settings.refine_model) if settings.refine_model else None,
        started_at=time.time(),
    )


def _fits(models: ModelRegistry[Engine], name: str) -> bool:
    try:
        models.check_fits(name)
    except ModelTooBig:
        return False
    return True
