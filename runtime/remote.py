"""Another server in place of this machine's engines, from settings (`TRANSCRIBER_URL`), and its first greeting."""

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass

import structlog

from config import Settings
from runtime.warmup import Warmup
from transcription.asr.benchmark import speech
from transcription.audio.ffmpeg import DecodeLimits
from transcription.backend import Backend
from transcription.errors import TranscriptionError
from transcription.fallback import Fallback
from transcription.models.sizing import Sizing
from transcription.progress import TranscriptionProgress
from transcription.queue.models import DEVICE
from transcription.remote.server import Server
from transcription.remote.transcriber import RemoteOptions, RemoteTranscriber
from transcription.speed import SpeedEstimates
from transcription.storage.settings import SettingsStore
from transcription.task import TranscriptionTask
from transcription.transcriber import Transcriber

log = structlog.get_logger()

WORKERS = 4
"""Notes that are sent at the same time, unless MAX_CONCURRENT says otherwise: a Stenobot decodes them in one batch."""


@asynccontextmanager
async def create_remote(settings: Settings) -> AsyncIterator[RemoteTranscriber | None]:
    """The server of `TRANSCRIBER_URL`, which is not asked anything yet; None where there is none."""
    if settings.transcriber_url is None:
        yield None
        return
    options = RemoteOptions(
        decode=DecodeLimits(duration_s=settings.max_duration_s, folder=settings.data_dir),
        workers=settings.max_concurrent or WORKERS,
        seconds_per_minute=settings.transcriber_timeout_s,
        model=settings.transcriber_model,
        initial_prompt=settings.initial_prompt,
    )
    key = settings.transcriber_key.get_secret_value() if settings.transcriber_key else None
    server = Server(settings.transcriber_url, key)
    async with server.connection, aclosing(RemoteTranscriber(server, options)) as remote:
        yield remote


def choose_backend(own: Transcriber, remote: Backend | None, *, with_fallback: bool) -> Backend:
    """The other server, or the workers, where there are such, with this machine in its place if that is wanted."""
    if remote is None:
        return own
    return Fallback(remote, own) if with_fallback else remote


async def load_speeds(settings: Settings, store: SettingsStore, sizing: Sizing) -> SpeedEstimates:
    """What is known of speeds here, or of those of another server and of this machine in its place."""
    if elsewhere := settings.transcriber_url or (DEVICE if settings.queue_url else None):
        return await SpeedEstimates.load(store, elsewhere, sizing.machine)
    return await SpeedEstimates.load(store, sizing.machine, sizing.cpu_machine)


@dataclass(frozen=True, slots=True)
class RemoteWarmup:
    """Looks for the server at start; `local` warms up what is to stand in for it."""

    remote: RemoteTranscriber
    local: Warmup | None

    async def run(self) -> None:
        """Log what the server is. Jobs run meanwhile."""
        try:
            kind = await self.remote.identify()
        except TranscriptionError:
            log.warning("the transcription server does not answer yet")
        else:
            log.info("transcription server found", api=kind.dialect.name, models=len(kind.models))
        if self.local:
            await self.local.run()


async def try_out(remote: RemoteTranscriber, model: str) -> tuple[bool, str]:
    """Have the server transcribe real speech: whether it did, and what it is. Raises `TranscriptionError`."""
    kind, progress = await remote.identify(), TranscriptionProgress()
    transcript = await remote.transcribe(TranscriptionTask(0, _Speech(), model), progress)
    if not transcript.text:
        return False, f"{kind.dialect.name}, but it hears nothing in 15 s of speech"
    return True, f"{kind.dialect.name}, transcribes 15 s of speech in {progress.work_s:.1f} s"


class _Speech:
    """The speech that ships with the package, as often as it is asked for."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        return speech()
