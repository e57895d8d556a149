"""Sends spans to a receiver of OTLP over HTTP, from a thread of the SDK's, so that nothing waits for it."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from threading import Thread
from typing import Any

import requests
import structlog
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.util.re import parse_env_headers

from runtime.tracing.spans import Traces
from runtime.version import version

log = structlog.get_logger()

PATH = "/v1/traces"
"""Below the address, as OpenTelemetry's specification has it."""
CHECK_S = 3.0
"""How long `--check` waits for an answer."""
FLUSH_S = 3.0
"""How long a stop waits for what is left to be sent."""


class Exporter(SpanExporter):
    """Sends spans, and says once in the log that they are not taken, and that they are again."""

    def __init__(self, endpoint: str, headers: Mapping[str, str], timeout_s: float | None = None) -> None:
        # It tells of each attempt.
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
        self._endpoint = endpoint
        self.status: int | None = None
        """What was answered last; None where nobody did."""
        session = requests.Session()
        session.hooks["response"].append(self._on_response)
        self._otlp = OTLPSpanExporter(endpoint + PATH, headers=headers, timeout=timeout_s, session=session)
        self._is_taken = True

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send them; what is not taken is lost."""
        result = self.send(spans)
        self.tell(is_taken=result is SpanExportResult.SUCCESS)
        return result

    def send(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send them, and say nothing. A redirection is a failure, for it is not followed."""
        self.status = None
        result = self._otlp.export(spans)
        is_elsewhere = (self.status or HTTPStatus.OK) >= HTTPStatus.MULTIPLE_CHOICES
        return SpanExportResult.FAILURE if is_elsewhere else result

    def tell(self, *, is_taken: bool) -> None:
        """Say in the log whether spans are taken, where that has changed."""
        if self._is_taken and not is_taken:
            log.warning("traces are lost, for nobody takes them", endpoint=self._endpoint, status=self.status)
        elif is_taken and not self._is_taken:
            log.info("traces are taken again", endpoint=self._endpoint)
        self._is_taken = is_taken

    def shutdown(self) -> None:
        """Send no more, and try nothing again."""
        self._otlp.shutdown()  # type: ignore[no-untyped-call] # it ships so

    def _on_response(self, response: requests.Response, *_: Any, **__: Any) -> None:
        self.status = response.status_code


async def try_out(endpoint: str, headers: str) -> tuple[bool, str]:
    """Whether spans are taken, and what to say of it. None are sent."""
    exporter = Exporter(endpoint, parse_env_headers(headers, liberal=True), CHECK_S)
    if await asyncio.to_thread(exporter.send, ()) is SpanExportResult.SUCCESS:
        return True, f"{endpoint} takes traces"
    if exporter.status is None:
        return False, f"{endpoint}: no answer; is it running, and the address right?"
    return False, f"{endpoint} answers {exporter.status}; does it take OTLP over HTTP, with these headers?"


@asynccontextmanager
async def exporting(endpoint: str, headers: str, service: str) -> AsyncIterator[Traces]:
    """Traces that are sent to `endpoint`, with `headers` as OpenTelemetry's variable of that name has them.

    Batches, the sampler and names of the process are as its other variables say. No provider of the whole process is
    set, so libraries trace nothing here.
    """
    own = {"service.name": service, "service.version": version(), "host.name": socket.gethostname()}
    provider = TracerProvider(
        resource=Resource.create(own).merge(OTELResourceDetector().detect()), shutdown_on_exit=False
    )
    exporter = Exporter(endpoint, parse_env_headers(headers, liberal=True))
    provider.add_span_processor(BatchSpanProcessor(exporter))
    traces = Traces(provider)
    log.info("notes are traced", endpoint=endpoint)
    try:
        yield traces
    finally:
        traces.close()
        # A thread of ours, since it may take longer than anybody waits for it.
        flushing = Thread(target=provider.shutdown, name="last traces", daemon=True)
        flushing.start()
        await asyncio.to_thread(flushing.join, FLUSH_S)
        if flushing.is_alive():
            exporter.tell(is_taken=False)
