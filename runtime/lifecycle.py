"""Start, drain and stop of a process that transcribes, and the lock on its data folder."""

import asyncio
import fcntl
import signal
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import structlog

from config import SettingsError
from runtime import systemd
from runtime.services import DATABASE, Services

log = structlog.get_logger()


class Frontend(Protocol):
    """How people reach the service: takes requests in, and delivers results."""

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


async def run(services: Services, frontend: Frontend, stopping: asyncio.Event, drain_s: float) -> None:
    """Connect, then take requests and transcribe until stopped; running jobs then get `drain_s` seconds to end."""
    watchdog = asyncio.create_task(systemd.run_watchdog(frontend.is_alive))
    try:
        if await _unless(stopping, frontend.connect()):
            await _work(services, frontend, stopping, drain_s)
    finally:
        watchdog.cancel()


async def _unless(stopping: asyncio.Event, work: Coroutine[None, None, None]) -> bool:
    """Do the work; False where a stop came first and cancelled it."""
    task, stopped = asyncio.create_task(work), asyncio.create_task(stopping.wait())
    await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if task.done():
        task.result()
        return True
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return False


async def _work(services: Services, frontend: Frontend, stopping: asyncio.Event, drain_s: float) -> None:
    """Take requests and transcribe until stopped, or until one of the two fails."""
    service = services.service
    working = asyncio.create_task(service.run())
    await frontend.resume()
    receiving = asyncio.create_task(frontend.run())
    others = [asyncio.create_task(stopping.wait()), asyncio.create_task(services.warmup.run())]
    await asyncio.wait([working, receiving, others[0]], return_when=asyncio.FIRST_COMPLETED)

    systemd.notify("STOPPING=1")
    log.info("stopping", in_hand=service.in_hand)
    await frontend.stop()
    await service.drain(drain_s)
    await frontend.drain()
    for task in (working, *others):
        task.cancel()
    await asyncio.gather(receiving, working, *others, return_exceptions=True)
    for task in (receiving, working):
        if not task.cancelled():
            task.result()


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
