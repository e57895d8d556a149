"""Start and stop of a process, and the lock on its data folder."""

import asyncio
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock, Mock

import pytest

from config import SettingsError
from runtime.lifecycle import exclusive_lock, run
from runtime.services import DATABASE


class Recorded:
    """A frontend and a service whose calls are written down; they run until they are stopped."""

    source = "test"

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.running = asyncio.Event()
        self._stopped = asyncio.Event()

    def is_alive(self) -> bool:
        return True

    async def run(self) -> None:
        self.running.set()
        await self._stopped.wait()

    async def stop(self) -> None:
        self.calls.append("stop")
        self._stopped.set()

    def __getattr__(self, name: str) -> Any:
        return AsyncMock(side_effect=lambda *_: self.calls.append(name))


async def test_a_stop_takes_no_more_requests_ends_jobs_and_then_says_their_results() -> None:
    """In this order no result is lost to the stop that could have been said."""
    frontend, stopping = Recorded(), asyncio.Event()
    services: Any = Mock(warmup=Mock(run=AsyncMock()))
    services.service.run = asyncio.Event().wait
    services.service.take_up = AsyncMock(side_effect=frontend.calls.append)
    services.service.drain = AsyncMock(side_effect=lambda _: frontend.calls.append("jobs"))
    running = asyncio.create_task(run(services, [frontend], stopping, drain_s=1))
    await frontend.running.wait()
    stopping.set()
    async with asyncio.timeout(5):
        await running
    assert frontend.calls == ["connect", "test", "resume", "stop", "jobs", "drain"]


async def test_a_stop_does_not_wait_for_a_network_that_is_down() -> None:
    """Nothing has begun yet, so nothing is to be drained."""
    frontend, stopping = Mock(connect=asyncio.Event().wait), asyncio.Event()
    stopping.set()
    async with asyncio.timeout(5):
        await run(Mock(), [frontend], stopping, drain_s=1)
    frontend.drain.assert_not_called()


async def test_a_frontend_without_a_network_keeps_no_other_from_working() -> None:
    """Its jobs are not taken up; the other one takes requests, and is stopped in good order."""
    waiting, working, stopping = Recorded(), Recorded(), asyncio.Event()
    waiting.source, waiting.connect = "cut off", asyncio.Event().wait  # type: ignore[method-assign]
    taken_up: list[str] = []
    services: Any = Mock(warmup=Mock(run=AsyncMock()))
    services.service.run = asyncio.Event().wait
    services.service.take_up = AsyncMock(side_effect=taken_up.append)
    services.service.drain = AsyncMock()
    running = asyncio.create_task(run(services, [waiting, working], stopping, drain_s=1))
    await working.running.wait()
    stopping.set()
    async with asyncio.timeout(5):
        await running
    assert taken_up == ["test"]
    assert working.calls == ["connect", "resume", "stop", "drain"]
    assert waiting.calls == []


def test_a_second_process_is_kept_from_the_same_data(tmp_path: Path) -> None:
    """It would transcribe the same jobs again; the database that the first one works on stays."""
    with exclusive_lock(tmp_path):
        (tmp_path / DATABASE).touch()
        with pytest.raises(SettingsError, match="another Stenobot is working in"), exclusive_lock(tmp_path, fresh=True):
            pass
        assert (tmp_path / DATABASE).exists()
    with exclusive_lock(tmp_path, fresh=True):
        assert not (tmp_path / DATABASE).exists()
