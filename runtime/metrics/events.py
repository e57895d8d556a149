"""Metrics of what happens: jobs, batches and models, counted as the observer of transcription."""

from collections.abc import Awaitable, Callable
from functools import partial

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from transcription import errors
from transcription.jobs import JobState
from transcription.models.catalogue import MODELS
from transcription.observer import EVICTIONS, Observer

NAMESPACE = "stenobot"
OTHER_ENGINE = "remote"
"""The engine of models that are in no catalogue of ours."""
WAIT_S = (0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600)
WORK_S = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900)
LOAD_S = (0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
LAG_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)
RTF = (0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 0.75, 1, 2, 5)
WINDOWS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)
"""Upper bounds of the histograms' buckets; times are seconds."""
ENDS = (
    *((JobState.DONE.value, result) for result in ("text", "silence", "known")),
    (JobState.CANCELLED.value, "cancelled"),
    *((JobState.FAILED.value, code) for code in sorted(errors.codes())),
)
"""The last states of jobs, each with what it may result in."""
_END_LABELS = ("source", "state", "result")
_RUN_LABELS = ("model", "engine", "device")


class Metrics(Observer):
    """A registry of its own, and what is counted in it. Labels have few values each: no ids, no texts."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call] # a series more for each one, which no query of ours needs
        self.registry = CollectorRegistry()
        self._looks: list[Callable[[], Awaitable[None]]] = []
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self._count_jobs()
        self._count_engine()
        self.lag_s = self._histogram(
            "event_loop_lag_seconds", "By how much a sleep on the event loop took longer than asked.", (), LAG_S
        )

    def attach(self, state: Collector, look: Callable[[], Awaitable[None]]) -> None:
        """Have a collector's metrics among these; `look` is awaited each time before it is asked for them."""
        self.registry.register(state)
        self._looks.append(look)

    async def render(self, accept: str = "") -> tuple[bytes, str]:
        """The text and its content type, in a format that an `Accept` header names, or Prometheus' own."""
        for look in self._looks:
            await look()
        encode, content_type = choose_encoder(accept)
        return encode(self.registry), content_type

    def _count_jobs(self) -> None:
        histogram, counter = self._histogram, partial(Counter, namespace=NAMESPACE, registry=self.registry)
        self._added = counter("jobs_submitted", "Jobs that were written down.", ("source",))
        self._ended = counter("jobs_ended", "Jobs that have ended, by their last state and result.", _END_LABELS)
        self._sources: set[str] = set()
        self._waited_s = histogram("job_queue_wait_seconds", "From a job's coming until its turn.", ("source",), WAIT_S)
        self._worked_s = histogram("job_work_seconds", "For how long a job kept a thread busy.", ("source",), WORK_S)
        self._took_s = histogram("job_duration_seconds", "From a job's coming until its end.", ("source",), WAIT_S)
        self._delivered_s = histogram(
            "job_delivery_seconds", "From a job's end until its result was delivered.", ("source",), WAIT_S
        )

    def _count_engine(self) -> None:
        histogram, counter = self._histogram, partial(Counter, namespace=NAMESPACE, registry=self.registry)
        self._audio_s = counter("audio_seconds", "Seconds of audio that a model went over.", _RUN_LABELS)
        self._engine_s = counter("engine_seconds", "Seconds for which a model kept a thread busy.", _RUN_LABELS)
        self._rtf = histogram("realtime_factor_ratio", "Seconds of work for a second of a recording.", _RUN_LABELS, RTF)
        self._windows = histogram("batch_windows", "Windows that were decoded together.", ("device",), WINDOWS)
        self._retried = counter("windows_retried", "Windows that needed a fallback.", ("device",))
        self._loaded_s = histogram("model_load_seconds", "Loading of models.", ("model", "device"), LOAD_S)
        self._failed = counter("model_load_failures", "Models that could not be loaded.", ("model",))
        self._evicted = counter("model_evictions", "Models that left the memory, and why.", ("model", "reason"))

    def _histogram(self, name: str, text: str, labels: tuple[str, ...], buckets: tuple[float, ...]) -> Histogram:
        return Histogram(name, text, labels, namespace=NAMESPACE, buckets=buckets, registry=self.registry)

    def job_added(self, job_id: int, source: str, took_s: float) -> None:  # noqa: ARG002 - traces have those
        """Count a job."""
        self._begin_at_zero(source)
        self._added.labels(source).inc()

    def _begin_at_zero(self, source: str) -> None:
        """Show all ends that jobs may have before any has: of a series that begins at 1, `rate` misses the 1."""
        if source not in self._sources:
            self._sources.add(source)
            for end in ENDS:
                self._ended.labels(source, *end)

    def job_ended(self, job_id: int, source: str, state: str, result: str, took_s: float) -> None:  # noqa: ARG002 - as above
        """Count its end."""
        self._ended.labels(source, state, result).inc()
        self._took_s.labels(source).observe(took_s)

    def job_delivered(self, job_id: int, source: str, after_s: float) -> None:  # noqa: ARG002 - as above
        """Count its delivery."""
        self._delivered_s.labels(source).observe(after_s)

    def job_worked(self, source: str, waited_s: float, work_s: float) -> None:
        """Count what it waited for, and took."""
        self._waited_s.labels(source).observe(waited_s)
        self._worked_s.labels(source).observe(work_s)

    def pass_done(self, model: str, device: str, audio_s: float, work_s: float) -> None:
        """Count audio, work and, where somebody spoke, the real-time factor."""
        labels = model, MODELS[model].engine if model in MODELS else OTHER_ENGINE, device
        self._audio_s.labels(*labels).inc(audio_s)
        self._engine_s.labels(*labels).inc(work_s)
        if work_s and audio_s:
            self._rtf.labels(*labels).observe(work_s / audio_s)

    def batch_decoded(self, device: str, windows: int, retried: int) -> None:
        """Count windows."""
        self._windows.labels(device).observe(windows)
        self._retried.labels(device).inc(retried)

    def model_loaded(self, model: str, device: str, took_s: float) -> None:
        """Count a load, and show from now on what may become of the model, as `_begin_at_zero` does."""
        self._failed.labels(model)
        for reason in EVICTIONS:
            self._evicted.labels(model, reason)
        self._loaded_s.labels(model, device).observe(took_s)

    def model_failed(self, model: str) -> None:
        """Count a failed one."""
        self._failed.labels(model).inc()

    def model_evicted(self, model: str, reason: str) -> None:
        """Count an eviction."""
        self._evicted.labels(model, reason).inc()
