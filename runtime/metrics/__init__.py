"""Prometheus metrics of this process, by prometheus-client, which is imported only where they are to be read."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from config import Settings

if TYPE_CHECKING:
    from runtime.metrics.events import Metrics
    from runtime.metrics.state import Observed


def create_metrics(settings: Settings) -> "Metrics | None":
    """What counts, where a port is set at which it can be read."""
    if settings.metrics_port is None and settings.api_port is None:
        return None
    from runtime.metrics.events import Metrics

    return Metrics()


@asynccontextmanager
async def exporting(services: "Observed", settings: Settings) -> AsyncIterator[None]:
    """Have the metrics of `services`, if they have any, say what these are like, at `METRICS_PORT` too where it is set.

    Raises `SettingsError` for a wrong port.
    """
    if services.metrics is None:
        yield
        return
    from runtime.metrics import exporter

    async with exporter.exporting(services.metrics, services, settings):
        yield
