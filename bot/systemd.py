"""What systemd is told of the service: ready, alive, stopping. Silent where it did not start us."""

import asyncio
import os
import socket


def notify(state: str) -> None:
    """Send one `sd_notify` state, such as `READY=1`."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):  # the abstract namespace
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
        channel.connect(address)
        channel.sendall(state.encode())


async def keep_watchdog_fed() -> None:
    """Say twice per `WATCHDOG_USEC` that the event loop still turns; returns at once where nobody watches."""
    watchdog_us = int(os.environ.get("WATCHDOG_USEC", "0"))
    while watchdog_us:
        notify("WATCHDOG=1")
        await asyncio.sleep(watchdog_us / 2e6)
