"""The HTTP server: uvicorn in the process's own event loop, as a frontend of the service."""

import asyncio
import contextlib
import errno
import socket
from collections.abc import Iterator
from typing import ClassVar

import structlog
import uvicorn
from fastapi import FastAPI

from api.check import no_key
from api.dependencies import Api
from api.tasks import API
from config import SettingsError
from runtime import systemd

log = structlog.get_logger()

BACKLOG = 2048
MAX_CONNECTIONS = 1000
"""Beyond so many, requests are answered 503 unread."""
MAX_MESSAGE_BYTES = 1 << 20
"""Of a WebSocket: 16 s of sound at 24 kHz in base64."""
SHUTDOWN_S = 5
"""What runs on so long after all waits have ended, such as an upload, is cut off."""


class _Server(uvicorn.Server):
    """uvicorn's server, which leaves signals to the process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class ApiServer:
    """The `Frontend` by which programs reach the service."""

    source: ClassVar[str] = API

    def __init__(self, app: FastAPI, api: Api) -> None:
        self._api = api
        self._socket: socket.socket | None = None
        self._server = _Server(
            uvicorn.Config(
                app,
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                ws="websockets-sansio",
                ws_max_size=MAX_MESSAGE_BYTES,
                limit_concurrency=MAX_CONNECTIONS,
                timeout_graceful_shutdown=SHUTDOWN_S,
            )
        )

    def is_alive(self) -> bool:
        """True: where the event loop turns, requests are served."""
        return True

    async def connect(self) -> None:
        """Take the port. Raises `SettingsError`, also where strangers could use it."""
        options = self._api.options
        host, port = options.host, options.port
        if not (options.is_loopback or options.is_open or await self._api.authenticator.has_keys()):
            raise SettingsError(f"API_HOST: {no_key(host)}")
        try:
            family, _, _, _, address = (
                await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
            )[0]
            self._socket = socket.create_server(address[:2], family=family, backlog=BACKLOG)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise SettingsError(f"API_PORT: {port} is taken by another program") from None
            raise SettingsError(f"API_HOST: can't listen at {host}: {error.strerror}") from None

    async def resume(self) -> None:
        """Take up the uploads that a former process left."""
        await self._api.tasks.resume(await self._api.recordings.ids())

    async def run(self) -> None:
        """Serve until stopped."""
        assert self._socket
        options = self._api.options
        log.info("serving the API", host=options.host, port=options.port)
        systemd.notify(f"READY=1\nSTATUS=Serving the API on port {options.port}")
        async with asyncio.TaskGroup() as group:
            others = [group.create_task(self._api.tasks.run()), group.create_task(self._api.recordings.run())]
            await self._server.serve(sockets=[self._socket])
            for task in others:
                task.cancel()

    async def stop(self) -> None:
        """Take no more tasks; those who wait for one go on doing so, and others may ask for theirs."""
        self._api.tasks.stop()

    async def drain(self) -> None:
        """Tell those who still wait that they are to ask again, and close the port."""
        self._api.tasks.close()
        self._server.should_exit = True
