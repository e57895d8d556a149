"""Prometheus metrics of this process, by prometheus-client, which is imported only where they are to be read."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from config import Settings
from runtime.services import Services

if TYPE_CHECKING:
    from runtime.metrics.events import Metrics
    from runtime.metrics.exporter import Exporter


def create_metrics(settings: Settings) -> "Metrics | None":
    """What counts, where a port is set at which it can be read."""
    if settings.metrics_port is None:
        return None
    from runtime.metrics.events import Metrics

    return Metrics()


@asynccontextmanager
async def exporting(
    metrics: "Metrics | None", services: Services, settings: Settings
) -> AsyncIterator["Exporter | None"]:
    """What writes metrics down, at `METRICS_PORT` too; None without. Raises `SettingsError` for a wrong port."""
    if metrics is None:
        yield None
        return
    from runtime.metrics.exporter import exporting as run_exporter

    async with run_exporter(metrics, services, settings) as exporter:
        yield exporter
