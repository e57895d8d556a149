"""The text that Prometheus reads, and a port of its own for it."""

import asyncio
import errno
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from aiohttp import web
from prometheus_client.exposition import choose_encoder

from config import Settings, SettingsError
from runtime.metrics.events import Metrics
from runtime.metrics.state import State
from runtime.services import Services

log = structlog.get_logger()

LAG_EVERY_S = 0.25
SHUTDOWN_TIMEOUT_S = 1.0


class Exporter:
    """Writes the metrics of a process down: what was counted, and what is now."""

    def __init__(self, metrics: Metrics, services: Services, settings: Settings) -> None:
        self._metrics = metrics
        self._state = State(services, {"data": settings.data_dir, "models": settings.models_dir})
        metrics.registry.register(self._state)

    async def render(self, accept: str = "") -> tuple[bytes, str]:
        """The text and its content type, in a format that an `Accept` header names, or Prometheus' own."""
        await self._state.look()
        encode, content_type = choose_encoder(accept)
        return encode(self._metrics.registry), content_type

    async def watch_lag(self) -> None:
        """Measure the event loop's lag, until cancelled."""
        while True:
            asleep_at = time.perf_counter()
            await asyncio.sleep(LAG_EVERY_S)
            self._metrics.lag_s.observe(max(0.0, time.perf_counter() - asleep_at - LAG_EVERY_S))


@asynccontextmanager
async def exporting(metrics: Metrics, services: Services, settings: Settings) -> AsyncIterator[Exporter]:
    """An exporter, which also listens where `METRICS_PORT` says so. Raises `SettingsError` for a wrong port."""
    exporter = Exporter(metrics, services, settings)
    watching = asyncio.create_task(exporter.watch_lag())
    try:
        if settings.metrics_port is None:
            yield exporter
            return
        async with _listening(exporter, settings.metrics_host, settings.metrics_port):
            yield exporter
    finally:
        watching.cancel()


@asynccontextmanager
async def _listening(exporter: Exporter, host: str, port: int) -> AsyncIterator[None]:
    async def on_metrics(request: web.Request) -> web.Response:
        body, content_type = await exporter.render(request.headers.get("Accept", ""))
        response = web.Response(body=body, headers={"Content-Type": content_type})
        response.enable_compression()
        return response

    app = web.Application()
    app.router.add_get("/metrics", on_metrics)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_TIMEOUT_S)
    await runner.setup()
    try:
        await _listen(runner, host, port)
        yield
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, host: str, port: int) -> None:
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SettingsError(f"METRICS_PORT: {port} is taken by another program") from None
        raise SettingsError(f"METRICS_HOST: can't listen at {host}: {error.strerror}") from None
    log.info("metrics can be read", host=host, port=port, path="/metrics")
