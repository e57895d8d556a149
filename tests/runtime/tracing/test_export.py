"""Spans on their way to a receiver of OTLP over HTTP, and receivers that are no good."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from structlog.testing import capture_logs

from config import SettingsError
from runtime.tracing import export, look_at_receiver, tracing
from runtime.tracing.export import Exporter, exporting
from tests.settings import settings
from tests.spans import KeptTraces

Answer = Callable[[web.Request], Awaitable[web.Response]]
Listen = Callable[[Answer], Awaitable[str]]


@pytest.fixture
async def listen() -> AsyncIterator[Listen]:
    """Starts a receiver that answers so; returns its address."""
    async with AsyncExitStack() as stack:

        async def listen(answer: Answer) -> str:
            app = web.Application()
            app.router.add_post("/v1/traces", answer)
            server = await stack.enter_async_context(TestServer(app))
            return str(server.make_url("")).rstrip("/")

        yield listen


async def test_what_is_left_at_a_stop_is_sent(listen: Listen, tmp_path: Path) -> None:
    """Below the address that is set, with the headers that are set, under the name of the service."""
    received: list[ExportTraceServiceRequest] = []

    async def answer(request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer key"
        received.append(ExportTraceServiceRequest.FromString(await request.read()))
        return web.Response()

    headers = "Authorization=Bearer%20key"
    chosen = settings(tmp_path, otel_exporter_otlp_endpoint=await listen(answer), otel_exporter_otlp_headers=headers)
    async with tracing(chosen, "stenobot-worker") as traces:
        assert traces
        traces.job_added(1, "api", 0.0)
    spans = received[0].resource_spans[0]
    assert {each.key: each.value.string_value for each in spans.resource.attributes}[
        "service.name"
    ] == "stenobot-worker"
    assert [span.name for span in spans.scope_spans[0].spans] == ["submit", "note"]


async def test_a_receiver_that_refuses_is_said_once(listen: Listen) -> None:
    """With its status; and once that it takes spans again."""
    statuses = iter((401, 401, 200, 200))

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=next(statuses))

    kept = KeptTraces()
    kept.traces.job_added(1, "api", 0.0)
    exporter = Exporter(await listen(answer), {})
    with capture_logs() as logs:
        for _ in range(4):
            await asyncio.to_thread(exporter.export, kept.spans)
    assert [(line["log_level"], line.get("status")) for line in logs] == [("warning", 401), ("info", None)]


@pytest.mark.parametrize(
    ("status", "found"), [(200, "takes traces"), (308, "answers 308"), (404, "answers 404"), (None, "no answer")]
)
async def test_a_check_says_what_the_receiver_is(
    listen: Listen, tmp_path: Path, status: int | None, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked with nothing to take."""

    async def answer(request: web.Request) -> web.Response:
        assert not await request.read()
        return web.Response(status=status or 0)

    monkeypatch.setattr(export, "CHECK_S", 0.5)  # else a port where nobody listens is tried again
    endpoint = await listen(answer) if status else "http://127.0.0.1:9"
    with capture_logs() as logs:
        well, text = await look_at_receiver(settings(tmp_path, otel_exporter_otlp_endpoint=endpoint))
    assert not logs
    assert well is (status == 200)
    assert found in text


async def test_a_receiver_that_hangs_keeps_nobody_from_stopping(
    listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it has not taken in time is lost, which is said."""
    go_on = asyncio.Event()

    async def answer(_request: web.Request) -> web.Response:
        await go_on.wait()
        return web.Response()

    monkeypatch.setattr(export, "FLUSH_S", 0.05)
    with capture_logs() as logs:
        async with exporting(await listen(answer), "", "stenobot") as traces:
            traces.job_added(1, "api", 0.0)
    go_on.set()
    assert [line["event"] for line in logs] == ["notes are traced", "traces are lost, for nobody takes them"]


async def test_without_the_extra_the_start_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And without a receiver nothing of it is asked for."""
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    monkeypatch.delitem(sys.modules, "runtime.tracing.export")
    async with tracing(settings(tmp_path), "stenobot") as traces:
        assert traces is None
    with pytest.raises(SettingsError, match=r"scripts/setup\.sh traces"):
        async with tracing(settings(tmp_path, otel_exporter_otlp_endpoint="http://127.0.0.1:9"), "stenobot"):
            pass
