"""A whole process: the ways in that are configured, on one service, in one event loop."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import TYPE_CHECKING, Protocol

from config import Settings
from runtime.lifecycle import Frontend, exclusive_lock, run, stop_on_signals
from runtime.metrics import create_metrics, exporting
from runtime.services import Services, create_services
from runtime.tracing import tracing
from transcription.audio.fetching import SourceKind

if TYPE_CHECKING:
    from runtime.metrics.events import Metrics

DRAIN_S = 10.0


class Front(Protocol):
    """A way in, before there is a service."""

    @property
    def sources(self) -> Mapping[str, SourceKind]:
        """The kinds of source that its recordings are from."""

    def create_frontend(self, services: Services) -> Frontend:
        """What takes requests in, on a service."""


OpenFront = Callable[[Settings, "Metrics | None"], AbstractAsyncContextManager[Front]]
"""Makes a way in, which may count in these metrics too."""


async def serve(
    settings: Settings, fronts: Sequence[OpenFront], *, fresh: bool = False, drain_s: float = DRAIN_S
) -> None:
    """Run until SIGTERM or SIGINT; jobs in hand get `drain_s` seconds, the rest is taken up at the next start.

    `fresh` begins with an empty database. Raises `SettingsError` for settings that only show to be wrong in use, and
    what a front's connection raises.
    """
    stopping = stop_on_signals()
    async with AsyncExitStack() as stack:
        stack.enter_context(exclusive_lock(settings.data_dir, fresh=fresh))
        traces = await stack.enter_async_context(tracing(settings, "stenobot"))
        metrics = create_metrics(settings)
        opened = [await stack.enter_async_context(open_front(settings, metrics)) for open_front in fronts]
        sources = {kind: source for front in opened for kind, source in front.sources.items()}
        services = await stack.enter_async_context(create_services(settings, sources, metrics, traces))
        await stack.enter_async_context(exporting(services, settings))
        await run(services, [front.create_frontend(services) for front in opened], stopping, drain_s)
