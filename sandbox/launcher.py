"""Announces the page's address at the terminal, and opens it in the browser on request."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import webbrowser

from sandbox.server import SandboxServer

_BOT_START_TIMEOUT_S = 3600.0
_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY")


async def announce(server: SandboxServer, name: str) -> None:
    """Print the page's address in one line once the bot called `name` polls; on a desktop, Enter opens the page."""
    await server.client.wait(polling=True, timeout_s=_BOT_START_TIMEOUT_S)
    asking = _on_desktop()
    offer = "press Enter to open it in the browser, " if asking else ""
    sys.stdout.write(f"{name} is in the sandbox: {server.page_url} ({offer}Ctrl+C ends both)\n")
    sys.stdout.flush()
    if asking:
        signal.signal(signal.SIGTTIN, signal.SIG_IGN)  # in the background reading fails instead of stopping us
        threading.Thread(target=_open_on_enter, args=(server.page_url,), daemon=True).start()


def _on_desktop() -> bool:
    return sys.stdin.isatty() and (sys.platform == "darwin" or any(os.environ.get(name) for name in _DISPLAYS))


def _open_on_enter(url: str) -> None:
    with contextlib.suppress(OSError):
        if sys.stdin.readline():
            webbrowser.open(url)
