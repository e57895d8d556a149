"""OpenTelemetry traces of notes, from their coming to their delivery; its SDK is imported only where they are sent."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from config import Settings, SettingsError
from transcription.observer import Observer


@asynccontextmanager
async def tracing(settings: Settings, service: str) -> AsyncIterator[Observer | None]:
    """What traces for as long as the block lasts, under the name of a service; None where no receiver is set.

    Raises `SettingsError` without the extra.
    """
    if settings.otel_exporter_otlp_endpoint is None:
        yield None
        return
    try:
        from runtime.tracing.export import exporting
    except ModuleNotFoundError:
        raise SettingsError(
            'OTEL_EXPORTER_OTLP_ENDPOINT: OpenTelemetry is not installed; pip install ".[traces]", or leave it empty'
        ) from None
    headers = settings.otel_exporter_otlp_headers
    given = headers.get_secret_value() if headers else ""
    async with exporting(settings.otel_exporter_otlp_endpoint, given, service) as traces:
        yield traces
