"""OpenTelemetry traces of notes, from their coming to their delivery; its SDK is imported only where they are sent."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from config import Settings, SettingsError
from transcription.observer import Observer

MISSING = (
    "OTEL_EXPORTER_OTLP_ENDPOINT: OpenTelemetry is not installed; scripts/setup.sh traces does that, or leave it empty"
)


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
        raise SettingsError(MISSING) from None
    async with exporting(settings.otel_exporter_otlp_endpoint, _headers(settings), service) as traces:
        yield traces


async def look_at_receiver(settings: Settings) -> tuple[bool, str]:
    """Whether the receiver that is set takes traces, and what to say of it."""
    assert settings.otel_exporter_otlp_endpoint
    try:
        from runtime.tracing.export import try_out
    except ModuleNotFoundError:
        return False, MISSING
    well, text = await try_out(settings.otel_exporter_otlp_endpoint, _headers(settings))
    return well, f"OTEL_EXPORTER_OTLP_ENDPOINT: {text}"


def _headers(settings: Settings) -> str:
    headers = settings.otel_exporter_otlp_headers
    return headers.get_secret_value() if headers else ""
