"""Metrics of what is: jobs in the store, models in memory, memory and disk, looked at when they are asked for."""

import asyncio
import math
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import Protocol, TypeVar

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from runtime.metrics.events import NAMESPACE, Metrics
from runtime.queue import Queue
from runtime.version import version
from transcription.asr.base import Engine
from transcription.host.memory import MB, memory_limits
from transcription.jobs import JobState
from transcription.models.memory_budget import LoadedModel
from transcription.models.sizing import Sizing
from transcription.storage.job_counts import JobCount, job_counts
from transcription.storage.storage import Storage

Labels = TypeVar("Labels", bound=tuple[str, ...])

STORE_TIMEOUT_S = 2.0
"""A store that is locked, or whose disk is full, keeps no scrape waiting for longer: it then says what it said last."""


class AnyModels(Protocol):
    """The registry of this process, or what stands in for it."""

    @property
    def in_memory(self) -> Mapping[str, LoadedModel[Engine]]:
        """Models by their names."""


class Observed(Protocol):
    """What is looked at: a process with a store, or a worker without one."""

    @property
    def metrics(self) -> Metrics | None:
        """What counts, where somebody reads it."""

    @property
    def storage(self) -> Storage | None:
        """Where the jobs are."""

    @property
    def models(self) -> AnyModels:
        """What has models in memory."""

    @property
    def sizing(self) -> Sizing:
        """What was chosen for this machine."""

    @property
    def queue(self) -> Queue | None:
        """Where workers transcribe."""


class State(Collector):
    """What services are like now; `folders` are those on whose disks there is to be room, by a name for each."""

    def __init__(self, services: Observed, folders: Mapping[str, Path]) -> None:
        self._services = services
        self._folders = folders
        self._counts: list[JobCount] = []
        self._sources: set[str] = set()

    async def look(self) -> None:
        """Ask the store; `collect` says what it answered."""
        storage = self._services.storage
        if storage is None:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(STORE_TIMEOUT_S):
                self._counts = await job_counts(storage.database)
        self._sources |= {each.source for each in self._counts}

    def collect(self) -> Iterator[Metric]:
        """All of it, as prometheus-client wants it."""
        sizing = self._services.sizing
        built = (version(), metadata.version("ctranslate2"), sizing.device, sizing.compute_type)
        labels = ("version", "ctranslate2", "device", "compute_type")
        yield _gauge("build_info", "The program, and what it runs models with.", labels, {built: 1})
        yield _gauge("workers", "Threads that transcribe in this process.", (), {(): sizing.workers})
        yield from self._jobs()
        yield from self._models()
        yield from self._room()
        if self._services.queue:
            yield from _queue(self._services.queue)

    def _jobs(self) -> Iterator[Metric]:
        states = (JobState.QUEUED, JobState.RUNNING)
        counts = {(source, state.value): 0.0 for source in self._sources for state in states}
        undelivered = dict.fromkeys(((source,) for source in self._sources), 0.0)
        oldest = {}
        for each in self._counts:
            if each.state.ended:
                undelivered[each.source,] += each.count
            else:
                counts[each.source, each.state.value] = each.count
            if each.state is JobState.QUEUED:
                oldest[each.source,] = each.oldest_at
        yield _gauge("jobs", "Jobs that have not ended.", ("source", "state"), counts)
        yield _gauge("jobs_undelivered", "Jobs that have ended and were not delivered.", ("source",), undelivered)
        yield _gauge(
            "jobs_oldest_queued_timestamp_seconds", "When the oldest queued job came (Unix).", ("source",), oldest
        )

    def _models(self) -> Iterator[Metric]:
        loaded = {name: entry for name, entry in self._services.models.in_memory.items() if entry.loaded}
        sizes = {(name, entry.device): entry.weights_mb * MB for name, entry in loaded.items()}
        leases = {(name, entry.device): entry.leases for name, entry in loaded.items()}
        labels = ("model", "device")
        yield _gauge("model_memory_bytes", "Weights of the models in memory, as reckoned.", labels, sizes)
        yield _gauge("model_leases", "Jobs that use a model in memory.", labels, leases)

    def _room(self) -> Iterator[Metric]:
        memory = memory_limits()
        if not math.isinf(memory.total_mb):
            total, free = memory.total_mb * MB, memory.free_mb * MB
            yield _gauge("memory_limit_bytes", "Memory that this process may take with others.", (), {(): total})
            yield _gauge("memory_available_bytes", "What is left of it.", (), {(): free})
        disks = {}
        for name, folder in self._folders.items():
            with suppress(OSError):  # it is not there yet
                disks[name,] = shutil.disk_usage(folder)
        sizes = {labels: usage.total for labels, usage in disks.items()}
        free_bytes = {labels: usage.free for labels, usage in disks.items()}
        yield _gauge("disk_size_bytes", "Size of the disk that a folder is on.", ("folder",), sizes)
        yield _gauge("disk_free_bytes", "What is free of it.", ("folder",), free_bytes)


def _queue(queue: Queue) -> Iterator[Metric]:
    """What workers do for a front."""
    backend, fleet = queue.backend, queue.backend.fleet
    ages_s = fleet.ages_s(time.monotonic())
    by_device: Counter[tuple[str, str]] = Counter((offer.device, offer.version) for offer in fleet.offers)
    models: Counter[tuple[str]] = Counter((model,) for offer in fleet.offers for model in offer.models)
    linked, oldest_s = float(backend.is_linked), max(ages_s.values(), default=0.0)
    yield _gauge("queue_up", "Whether the queue (Redis) answers.", (), {(): linked})
    yield _gauge("queue_workers", "Workers that are there.", ("device", "version"), by_device or {("", ""): 0})
    yield _gauge("queue_capacity", "Recordings that they transcribe at a time.", (), {(): fleet.capacity})
    yield _gauge("queue_silence_seconds", "For how long any worker was not heard of.", (), {(): oldest_s})
    yield _gauge("queue_model_workers", "Workers that have a model.", ("model",), models)
    yield _gauge("queue_handed_out", "Recordings that are with workers, or wait there.", (), {(): backend.handed_out})
    yield _gauge("queue_waiting", "Recordings that wait for room at a worker.", (), {(): backend.waiting})


def _gauge(name: str, text: str, labels: tuple[str, ...], values: Mapping[Labels, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"{NAMESPACE}_{name}", text, labels=labels)
    for each, value in values.items():
        family.add_metric(each, value)
    return family
