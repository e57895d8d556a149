"""Start, drain and stop of a process that transcribes, and the lock on its data folder."""

import asyncio
import fcntl
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, Protocol

import structlog

from config import SettingsError
from runtime import systemd
from runtime.services import DATABASE, Services
from transcription.service import Service

log = structlog.get_logger()


class Frontend(Protocol):
    """How people reach the service: takes requests in, and delivers results."""

    source: ClassVar[str]
    """The kind of source of its jobs."""

    def is_alive(self) -> bool:
        """Whether requests can come in, as far as one can tell; where not, only a new start helps."""

    async def connect(self) -> None:
        """Reach those who bring requests; waits for a network that is not up yet."""

    async def resume(self) -> None:
        """Take up the results that a former process left."""

    async def run(self) -> None:
        """Take requests until stopped."""

    async def stop(self) -> None:
        """Take no more requests."""

    async def drain(self) -> None:
        """Finish the deliveries under way."""


class _Receiving:
    """One frontend from connect to drain, in a task; the others do not wait for it."""

    def __init__(self, frontend: Frontend, service: Service, is_connected: asyncio.Event) -> None:
        self._frontend = frontend
        self._service = service
        self._any_is_connected = is_connected
        self._is_connected = self._is_receiving = False
        self.task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        await self._frontend.connect()
        self._is_connected = True
        self._any_is_connected.set()
        await self._service.take_up(self._frontend.source)
        await self._frontend.resume()
        self._is_receiving = True
        await self._frontend.run()

    async def stop(self) -> None:
        """Take no more requests."""
        if self._is_receiving:
            await self._frontend.stop()
        else:
            self.task.cancel()

    async def drain(self) -> None:
        """Finish what is being delivered, and end. Raises what ended it before."""
        if self._is_connected:
            await self._frontend.drain()
        await asyncio.gather(self.task, return_exceptions=True)


async def run(services: Services, frontends: Sequence[Frontend], stopping: asyncio.Event, drain_s: float) -> None:
    """Connect, then take requests and transcribe until stopped, or until one part fails.

    Nothing is transcribed before one of the frontends is connected. Running jobs get `drain_s` seconds to end.
    """
    is_connected = asyncio.Event()
    receiving = [_Receiving(frontend, services.service, is_connected) for frontend in frontends]
    others = [
        asyncio.create_task(_work(services, is_connected)),
        asyncio.create_task(systemd.run_watchdog(lambda: all(frontend.is_alive() for frontend in frontends))),
    ]
    fronts, stopped = [each.task for each in receiving], asyncio.create_task(stopping.wait())
    await asyncio.wait([*fronts, others[0], stopped], return_when=asyncio.FIRST_COMPLETED)

    systemd.notify("STOPPING=1")
    log.info("stopping", in_hand=services.service.in_hand)
    await asyncio.gather(*(each.stop() for each in receiving))
    if is_connected.is_set():
        await services.service.drain(drain_s)
    await asyncio.gather(*(each.drain() for each in receiving))
    for task in (stopped, *others):
        task.cancel()
    await asyncio.gather(stopped, *others, return_exceptions=True)
    for task in (*fronts, others[0]):
        if not task.cancelled():
            task.result()


async def _work(services: Services, is_connected: asyncio.Event) -> None:
    """Transcribe, and warm up beside that."""
    await is_connected.wait()
    warming_up = asyncio.create_task(services.warmup.run())
    try:
        await services.service.run()
    finally:
        warming_up.cancel()
        await asyncio.gather(warming_up, return_exceptions=True)


def stop_on_signals() -> asyncio.Event:
    """An event that SIGTERM and SIGINT set, in place of ending the process."""
    stopping = asyncio.Event()
    for signal_ in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signal_, stopping.set)
    return stopping


@contextmanager
def exclusive_lock(data_dir: Path, *, fresh: bool = False) -> Iterator[None]:
    """Keep a second process from working on the same data, which `fresh` begins with an empty database.

    Raises `SettingsError`.
    """
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = (data_dir / "lock").open("w")
    except OSError as error:
        raise SettingsError(f"DATA_DIR: {data_dir.resolve()} can't be written to: {error.strerror}") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SettingsError(f"DATA_DIR: another Stenobot is working in {data_dir.resolve()}") from None
        if fresh:
            for file in data_dir.glob(f"{DATABASE}*"):
                file.unlink()
        yield
