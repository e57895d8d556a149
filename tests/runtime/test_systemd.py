"""Notifications to systemd."""

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime import systemd


@pytest.fixture
def channel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """Where systemd listens."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield listener


def test_a_state_is_one_datagram(channel: socket.socket) -> None:
    """READY=1 arrives as it is."""
    systemd.notify("READY=1")
    assert channel.recv(64) == b"READY=1"


async def test_the_watchdog_is_fed_by_the_event_loop(channel: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is fed again and again, well within the time that systemd set."""
    monkeypatch.setenv("WATCHDOG_USEC", "20000")
    feeding = asyncio.create_task(systemd.run_watchdog(lambda: True))
    fed = [await asyncio.to_thread(channel.recv, 64) for _ in range(3)]
    feeding.cancel()
    assert fed == [b"WATCHDOG=1"] * 3


async def test_without_systemd_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Started by hand, nobody is told and nobody waits."""
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    monkeypatch.delenv("WATCHDOG_USEC", raising=False)
    systemd.notify("READY=1")
    await systemd.run_watchdog(lambda: True)


def test_a_socket_that_is_gone_ends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable may be inherited from a service that started a shell; nobody hears, and the bot works."""
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
    systemd.notify("READY=1")
