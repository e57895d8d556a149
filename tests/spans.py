"""Traces whose spans stay in this process."""

from collections import defaultdict
from typing import Any

from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from runtime.tracing.spans import Traces

Tree = dict[str, Any]


class KeptTraces:
    """A provider, what it was given, and what traces with it."""

    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()
        provider = TracerProvider(shutdown_on_exit=False)
        provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        self.traces = Traces(provider)

    @property
    def spans(self) -> tuple[ReadableSpan, ...]:
        return self._exporter.get_finished_spans()

    def span(self, name: str) -> ReadableSpan:
        """The only one of this name."""
        (span,) = [each for each in self.spans if each.name == name]
        return span

    @property
    def tree(self) -> Tree:
        """Names of spans by those that they are in, in the order of their starts."""
        below = defaultdict(list)
        ids = {span.context.span_id for span in self.spans}
        for span in sorted(self.spans, key=lambda span: span.start_time or 0):
            parent = span.parent.span_id if span.parent else 0
            below[parent if parent in ids else 0].append(span)

        def names(parent: int) -> Tree:
            return {span.name: names(span.context.span_id) for span in below[parent]}

        return names(0)
