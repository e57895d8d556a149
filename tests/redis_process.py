"""redis-server as a process of its own, for tests and benchmarks."""

import asyncio
import socket
from asyncio.subprocess import DEVNULL, Process
from contextlib import suppress

from redis.asyncio import Redis
from redis.exceptions import RedisError


class RedisProcess:
    """redis-server on a free port of the loopback, which writes nothing to disk."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: Process | None = None

    async def start(self) -> None:
        options = ("--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
        self._process = await asyncio.create_subprocess_exec("redis-server", *options, stdout=DEVNULL)
        while True:
            with suppress(RedisError):
                async with Redis.from_url(self.url) as client:
                    await client.ping()
                    return
            await asyncio.sleep(0.01)

    async def kill(self) -> None:
        assert self._process
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()

    async def flush(self) -> None:
        async with Redis.from_url(self.url) as client:
            await client.flushall()
