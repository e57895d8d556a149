"""Notifications to systemd (`sd_notify`): ready, alive, stopping. Silent where it did not start us."""

import asyncio
import os
import socket
from collections.abc import Callable

import structlog

log = structlog.get_logger()


def notify(state: str) -> None:
    """Send one `sd_notify` state, such as `READY=1`."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):  # the abstract namespace
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
        try:
            channel.connect(address)
            channel.sendall(state.encode())
        except OSError as error:  # the variable was inherited, and who listened there is gone
            log.warning("systemd not told", reason=error.strerror)


async def run_watchdog(is_alive: Callable[[], bool]) -> None:
    """Say twice per `WATCHDOG_USEC` that the event loop turns and the bot `is_alive`; returns where nobody watches.

    Once it is not fed, systemd kills the process and starts a new one.
    """
    watchdog_us = int(os.environ.get("WATCHDOG_USEC", "0"))
    while watchdog_us:
        if is_alive():
            notify("WATCHDOG=1")
        else:
            log.error("no poll has come round for minutes; systemd will start the bot anew")
            notify("STATUS=No poll has come round for minutes; waiting for the watchdog")
        await asyncio.sleep(watchdog_us / 2e6)
