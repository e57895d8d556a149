"""Traces of notes, as the observer of transcription: one trace a note, with a span for each stage.

note                    from its coming until its result is delivered, under a caller's span where there is one
├─ receive, submit      until it is on disk
├─ attempt              from then on, once for each time that it is taken
│  ├─ queue, locate, download, claim
│  ├─ ffmpeg, model, vad, transcribe, speakers      in this process, or
│  ├─ worker            with the same stages, in another one
│  └─ store
└─ deliver
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import Span, SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from structlog.contextvars import bound_contextvars

from runtime.version import version
from transcription.errors import TranscriptionError
from transcription.jobs import JobState
from transcription.observer import Observer
from transcription.timings import Timings
from transcription.trace_context import ARRIVAL, TRACEPARENT

MAX_OPEN = 10_000
"""Of more notes that are not delivered, the oldest one's span ends: some never are."""


@dataclass(slots=True)
class Note:
    """The span of a note, and when its job ended (`time.monotonic`)."""

    span: Span
    ended_s: float | None = None

    @property
    def context(self) -> Context:
        """That of the spans below it."""
        return trace.set_span_in_context(self.span, Context())


class Traces(Observer):
    """Makes spans of what it is told: kinds, codes, models and times; nothing of people, their files or their texts."""

    def __init__(self, provider: TracerProvider) -> None:
        self._tracer = provider.get_tracer("stenobot", version())
        self._notes: dict[int, Note] = {}
        self._current: ContextVar[Span] = ContextVar("span", default=trace.INVALID_SPAN)

    def close(self) -> None:
        """End what is open; the next start begins new traces of notes that are left."""
        for note in self._notes.values():
            note.span.end()
        self._notes.clear()

    def job_added(self, job_id: int, source: str, took_s: float) -> None:
        """Begin a note's trace, with what has been until now."""
        now_s, arrival = time.monotonic(), ARRIVAL.get()
        start_s = now_s - took_s
        note = self._begin(job_id, arrival.at_s if arrival else start_s, arrival.traceparent if arrival else None)
        note.span.set_attribute("stenobot.source", source)
        if arrival:
            self._add("receive", arrival.at_s, start_s, note.context)
        self._add("submit", start_s, now_s, note.context)

    def job_ended(self, job_id: int, source: str, state: str, result: str, took_s: float) -> None:  # noqa: ARG002 - it knows
        """Note what became of it."""
        if note := self._notes.get(job_id):
            note.ended_s = time.monotonic()
            note.span.set_attributes({"stenobot.source": source, "stenobot.state": state, "stenobot.result": result})
            if state == JobState.FAILED:
                note.span.set_status(StatusCode.ERROR, result)

    def job_delivered(self, job_id: int, source: str, after_s: float) -> None:  # noqa: ARG002 - as above
        """End its trace."""
        if note := self._notes.pop(job_id, None):
            now_s = time.monotonic()
            if note.ended_s is not None:
                self._add("deliver", note.ended_s, now_s, note.context)
            note.span.end(_unix_ns(now_s))

    @contextmanager
    def attempt(self, job_id: int, timings: Timings) -> Iterator[None]:
        """Trace an attempt, of a note that was written down by a former process, too."""
        start_s = timings.intervals[0].start_s if timings.intervals else time.monotonic()
        note = self._notes.get(job_id) or self._begin(job_id, start_s, None)
        span = self._tracer.start_span("attempt", note.context, start_time=_unix_ns(start_s))
        with self._working(span, timings):
            yield

    @contextmanager
    def assignment(self, timings: Timings, traceparent: str | None) -> Iterator[None]:
        """Trace the work of a worker; that of a front which traces nothing has a trace of its own."""
        span = self._tracer.start_span("worker", _context_of(traceparent), SpanKind.CONSUMER)
        with self._working(span, timings):
            yield

    def pass_done(self, model: str, device: str, audio_s: float, work_s: float) -> None:
        """Note by what the recording in hand was transcribed; the last pass counts."""
        values: Mapping[str, str | float] = {"model": model, "device": device, "audio_s": audio_s, "work_s": work_s}
        self._current.get().set_attributes({f"stenobot.{name}": value for name, value in values.items()})

    def _begin(self, job_id: int, start_s: float, traceparent: str | None) -> Note:
        if len(self._notes) >= MAX_OPEN:
            self._notes.pop(next(iter(self._notes))).span.end()
        span = self._tracer.start_span(
            "note", _context_of(traceparent), SpanKind.SERVER, {"stenobot.job": job_id}, start_time=_unix_ns(start_s)
        )
        note = self._notes[job_id] = Note(span)
        return note

    @contextmanager
    def _working(self, span: Span, timings: Timings) -> Iterator[None]:
        """Have log and passes belong to a span, and end it with its stages, or the error that is raised."""
        known = span.get_span_context()
        trace_id = trace.format_trace_id(known.trace_id)
        traceparent = f"00-{trace_id}-{trace.format_span_id(known.span_id)}-{known.trace_flags:02x}"
        span_token, traceparent_token = self._current.set(span), TRACEPARENT.set(traceparent)
        try:
            with bound_contextvars(trace_id=trace_id):
                yield
        except Exception as error:
            span.set_status(StatusCode.ERROR, _name_of(error))
            raise
        finally:
            self._current.reset(span_token)
            TRACEPARENT.reset(traceparent_token)
            below = trace.set_span_in_context(span, Context())
            for each in timings.intervals:
                self._add(each.stage, each.start_s, each.end_s, below)
            measured = {f"{each.stage}_ms" for each in timings.intervals}
            parts = {name: value for name, value in timings.in_ms().items() if name not in measured}
            span.set_attributes({f"stenobot.{name}": value for name, value in parts.items()})
            span.end()

    def _add(self, name: str, start_s: float, end_s: float, context: Context) -> None:
        self._tracer.start_span(name, context, start_time=_unix_ns(start_s)).end(_unix_ns(end_s))


def _context_of(traceparent: str | None) -> Context:
    """What a span of another process says to go on with; nothing where it is none."""
    return TraceContextTextMapPropagator().extract({"traceparent": traceparent or ""}, Context())


def _name_of(error: Exception) -> str:
    """An error's code, or its type's name; its words may be a person's."""
    return error.code if isinstance(error, TranscriptionError) else type(error).__name__


def _unix_ns(monotonic_s: float) -> int:
    """A time of `time.monotonic` as spans have it."""
    return time.time_ns() - round(1e9 * (time.monotonic() - monotonic_s))
