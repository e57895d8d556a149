"""Starting and stopping a sandbox."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from aiohttp import web

from sandbox.bot_api import BotApi
from sandbox.client import SandboxClient
from sandbox.control import Control
from sandbox.core import Sandbox
from sandbox.downloads import Downloads
from sandbox.options import SandboxOptions

_MAX_REQUEST_BYTES = 2 * 1024**3


@dataclass(frozen=True)
class SandboxServer:
    """A running sandbox: where it is, the token it accepts, and a control client for it."""

    url: str
    token: str
    client: SandboxClient


def create_app(sandbox: Sandbox) -> web.Application:
    """The aiohttp application of a sandbox."""
    app = web.Application(client_max_size=_MAX_REQUEST_BYTES)
    app.add_routes([*Control(sandbox).routes(), *Downloads(sandbox).routes(), *BotApi(sandbox).routes()])
    return app


@asynccontextmanager
async def run_sandbox(options: SandboxOptions | None = None) -> AsyncIterator[SandboxServer]:
    """Serve a sandbox while the context lasts; OSError when the port is taken."""
    options = options or SandboxOptions()
    # A client that is killed must not leave its long poll behind.
    runner = web.AppRunner(create_app(Sandbox(options)), handler_cancellation=True, access_log=None, shutdown_timeout=0)
    await runner.setup()
    try:
        await web.TCPSite(runner, options.host, options.port).start()
        host, port = runner.addresses[0][:2]
        url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        async with aiohttp.ClientSession() as session:
            yield SandboxServer(url, options.token, SandboxClient(url, session))
    finally:
        await runner.cleanup()
