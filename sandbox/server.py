"""The sandbox's HTTP server: start, stop and restart."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace

import aiohttp
from aiohttp import web

from sandbox.access import Access
from sandbox.bot_api.core import Sandbox
from sandbox.bot_api.downloads import Downloads
from sandbox.bot_api.routes import BotApi
from sandbox.bot_api.webhook import WebhookCaller
from sandbox.control.client import SandboxClient
from sandbox.control.routes import Control
from sandbox.loopback import is_loopback
from sandbox.options import SandboxOptions
from sandbox.persistence.saving import StateFile
from sandbox.web import seed
from sandbox.web.origin_guard import create_guard
from sandbox.web.routes import WebChat

_MAX_REQUEST_BYTES = 2 * 1024**3
_RESTART_PAUSE_S = 1.5
_SHUTDOWN_TIMEOUT_S = 0.05


@dataclass(frozen=True)
class SandboxServer:
    """A running sandbox: its address, the token it accepts, a control client, and the page's address, if any."""

    url: str
    token: str
    client: SandboxClient
    page_url: str = ""


@dataclass
class _Listener:
    """The HTTP listener of a sandbox; it can restart while the state stays in memory."""

    sandbox: Sandbox
    key: str
    port: int
    _runner: web.AppRunner | None = None
    _restarting: set[asyncio.Task[None]] = field(default_factory=set)

    async def start(self) -> None:
        """Listen; OSError when the port is taken."""
        # A client that is killed must not leave its long poll behind. A shutdown_timeout of 0 would wait for ever.
        runner = self._runner = web.AppRunner(
            self._app(), handler_cancellation=True, access_log=None, shutdown_timeout=_SHUTDOWN_TIMEOUT_S
        )
        await runner.setup()
        await web.TCPSite(runner, self.sandbox.options.host, self.port).start()
        self.port = runner.addresses[0][1]

    async def stop(self) -> None:
        """Break all connections and stop listening."""
        for task in self._restarting:
            task.cancel()
        await self._close()

    @property
    def url(self) -> str:
        """Base address without a trailing slash."""
        host = self.sandbox.options.host
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    def restart(self) -> None:
        """Begin a restart: close all connections, pause, listen again."""
        task = asyncio.create_task(self._restart())
        self._restarting.add(task)
        task.add_done_callback(self._restarting.discard)

    async def _restart(self) -> None:
        await self._close()
        await asyncio.sleep(_RESTART_PAUSE_S)
        await self.start()

    async def _close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def _app(self) -> web.Application:
        sandbox = self.sandbox
        base = f"/{self.key}"
        guard = create_guard(sandbox.options.host, f"{base}/")
        app = web.Application(client_max_size=_MAX_REQUEST_BYTES, middlewares=[guard])
        app.add_routes(Control(sandbox, base).routes())
        if sandbox.options.page:
            app.add_routes(WebChat(sandbox, base, self.restart).routes())
        app.add_routes([*Downloads(sandbox).routes(), *BotApi(sandbox).routes()])
        return app


@asynccontextmanager
async def run_sandbox(options: SandboxOptions | None = None) -> AsyncIterator[SandboxServer]:
    """Serve a sandbox while the context lasts; OSError when the port is taken.

    ValueError for a page that would not be on loopback, StateFileError for a state file that holds no state.
    """
    options = options or SandboxOptions()
    if options.page and not is_loopback(options.host):
        raise ValueError(f"the page is served on loopback only, not on {options.host}")
    async with AsyncExitStack() as stack:
        sandbox, access = await _prepare(options, stack)
        listener = _Listener(sandbox, access.key, options.port)
        stack.push_async_callback(listener.stop)
        await listener.start()
        await stack.enter_async_context(WebhookCaller(sandbox).calling())
        session = await stack.enter_async_context(aiohttp.ClientSession())
        base = f"{listener.url}/{access.key}"
        yield SandboxServer(
            listener.url, access.token, SandboxClient(base, session), f"{base}/" if options.page else ""
        )


async def _prepare(options: SandboxOptions, stack: AsyncExitStack) -> tuple[Sandbox, Access]:
    """Load or begin the state, see to it that it is kept, and say what opens it."""
    file = StateFile(options.state_file) if options.state_file is not None else None
    saved = file.read() if file is not None else None
    access = saved.access if saved is not None else Access.create()
    if options.token is not None:
        access = replace(access, token=options.token)
    sandbox = Sandbox(options, access.token)
    if file is not None and saved is not None:
        file.load(saved, sandbox.state)
    if options.page:
        # A bot that outlives the sandbox's state must not take a new message for one it has seen.
        sandbox.state.skip_used_numbers()
        if not sandbox.state.users:
            seed.seed(sandbox.people)
    if file is not None:
        await stack.enter_async_context(file.kept(sandbox.state, access))
    return sandbox, access
