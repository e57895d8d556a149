"""The queue between this process and workers on other machines, from settings (`QUEUE_URL`), at the front's end."""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from config import Settings, SettingsError
from runtime.warmup import Warmup
from transcription.queue.sounds import Sounds

if TYPE_CHECKING:
    from transcription.queue.front import QueueBackend

log = structlog.get_logger()

KEY_FILE = "queue.key"
"""In DATA_DIR: what addresses of recordings are signed with, and what this front is known by in the queue."""
KEY_BYTES = 32
PATIENCE_S = 5.0
"""How long the start waits for a worker before it says that there is none."""


@dataclass(frozen=True, slots=True)
class Queue:
    """The front's end, and the sound that workers may fetch."""

    backend: "QueueBackend"
    sounds: Sounds


@asynccontextmanager
async def create_queue(settings: Settings) -> AsyncIterator[Queue | None]:
    """The queue of `QUEUE_URL`, at work; None where there is none. Raises `SettingsError`."""
    if settings.queue_url is None:
        yield None
        return
    check_settings(settings)
    from transcription.queue.front import QueueBackend
    from transcription.queue.link import Link

    key = _key(settings.data_dir / KEY_FILE)
    sounds = Sounds(settings.front_url or f"http://127.0.0.1:{settings.api_port}", key)
    async with aclosing(Link(settings.queue_url.get_secret_value())) as link:
        backend = QueueBackend(link, sounds, key, has_stand_in=settings.local_fallback)
        running = asyncio.create_task(backend.run())
        try:
            yield Queue(backend, sounds)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


def check_settings(settings: Settings) -> None:
    """Raise `SettingsError` for settings with which no worker could do anything."""
    if settings.api_port is None:
        raise SettingsError("QUEUE_URL: workers fetch recordings from the API; set API_PORT, too")
    if settings.transcriber_url is not None:
        raise SettingsError("QUEUE_URL: either workers or another server (TRANSCRIBER_URL) transcribe; set one of them")


@dataclass(frozen=True, slots=True)
class QueueWarmup:
    """Looks for workers at start; `local` warms up what is to stand in for them."""

    backend: "QueueBackend"
    local: Warmup | None

    async def run(self) -> None:
        """Log whether there is a worker. Jobs wait or run meanwhile."""
        try:
            await asyncio.wait_for(self.backend.until_available(), PATIENCE_S)
        except TimeoutError:
            log.warning("no worker is there yet: recordings wait")
        if self.local:
            await self.local.run()


def _key(path: Path) -> bytes:
    """The key in a file, which nobody else may read; a new one where there is none."""
    try:
        key = path.read_bytes()
        if len(key) >= KEY_BYTES:
            return key
    except FileNotFoundError:
        pass
    key = secrets.token_bytes(KEY_BYTES)
    with open(path, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(key)
    return key
