"""What runs beside the service while metrics are on: a port of their own, and a watch on the event loop."""

import asyncio
import errno
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import structlog
from aiohttp import web

from config import Settings, SettingsError
from runtime.metrics.events import Metrics
from runtime.metrics.state import Observed, State

log = structlog.get_logger()

LAG_EVERY_S = 0.25
SHUTDOWN_TIMEOUT_S = 1.0


@asynccontextmanager
async def exporting(metrics: Metrics, services: Observed, settings: Settings) -> AsyncIterator[None]:
    """Have metrics say what services are like, and listen where `METRICS_PORT` says so. Raises `SettingsError`."""
    state = State(services, {"data": settings.data_dir, "models": settings.models_dir})
    metrics.attach(state, state.look)
    async with AsyncExitStack() as stack:
        watching = asyncio.create_task(_watch_lag(metrics))
        stack.callback(watching.cancel)
        if settings.metrics_port is not None:
            await stack.enter_async_context(_listening(metrics, settings.metrics_host, settings.metrics_port))
        yield


async def _watch_lag(metrics: Metrics) -> None:
    """Measure the event loop's lag, until cancelled."""
    while True:
        asleep_at = time.perf_counter()
        await asyncio.sleep(LAG_EVERY_S)
        metrics.lag_s.observe(max(0.0, time.perf_counter() - asleep_at - LAG_EVERY_S))


@asynccontextmanager
async def _listening(metrics: Metrics, host: str, port: int) -> AsyncIterator[None]:
    async def on_metrics(request: web.Request) -> web.Response:
        body, content_type = await metrics.render(request.headers.get("Accept", ""))
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
