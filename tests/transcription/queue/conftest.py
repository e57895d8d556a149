"""A real Redis, a front in this process, and workers in processes of their own."""

import asyncio
import json
import os
import shutil
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, aclosing, suppress
from dataclasses import asdict
from pathlib import Path

import pytest
from aiohttp import web

from tests.conftest import ROOT
from tests.redis_process import RedisProcess
from transcription.progress import TranscriptionProgress
from transcription.queue import contract
from transcription.queue.contract import Times
from transcription.queue.front import QueueBackend
from transcription.queue.link import Link
from transcription.queue.sounds import PATH, Sounds
from transcription.task import TranscriptionTask
from transcription.transcript import Transcript

TIMES = Times(lease=1.0, announce=0.2, beat=0.05)
"""Leases are short here, and so is all that follows from them."""


class Front:
    """A front whose recordings are as many bytes as asked for."""

    def __init__(self, redis: RedisProcess) -> None:
        self.redis = redis
        self.workers: dict[str, Process] = {}
        self.news = asyncio.Event()
        self.stack = AsyncExitStack()
        self.fetched = 0

    async def open(self, key: bytes = b"k" * 32, *, has_stand_in: bool = False) -> None:
        app = web.Application()
        app.router.add_get(PATH + "{task}", self._recording)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        self.stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        self.sounds = Sounds(f"http://127.0.0.1:{port}", key)
        link = await self.stack.enter_async_context(aclosing(Link(self.redis.url)))
        self.backend = QueueBackend(link, self.sounds, key, TIMES, has_stand_in=has_stand_in)
        self.backend.watch(self.news.set)
        running = asyncio.create_task(self.backend.run())

        async def end() -> None:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

        self.stack.push_async_callback(end)

    async def _recording(self, request: web.Request) -> web.StreamResponse:
        self.fetched += 1
        task, query = request.match_info["task"], request.query
        assert self.sounds.is_signed(task, int(query["expires"]), query["signature"])
        chunks = self.sounds.get(task)
        if chunks is None:
            raise web.HTTPNotFound
        return web.Response(body=b"".join([chunk async for chunk in chunks]))

    async def start_worker(
        self,
        name: str,
        *,
        models: tuple[str, ...] = ("base",),
        ahead: int = 0,
        ahead_from: Path = ROOT,
        version: int = contract.CONTRACT,
    ) -> None:
        """Start a worker, and wait until it is known."""
        options = {"url": self.redis.url, "name": name, "models": models, "capacity": 1, "contract": version}
        options |= {"ahead": ahead, "ahead_from": str(ahead_from)}
        options["times"] = asdict(TIMES)
        script = Path(__file__).parent / "stand_in_worker.py"
        self.workers[name] = await asyncio.create_subprocess_exec(
            sys.executable, str(script), json.dumps(options), cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}
        )
        await self.until(lambda: any(offer.name == name for offer in self.backend.fleet.offers))

    def signal(self, name: str, what: signal.Signals) -> None:
        self.workers[name].send_signal(what)

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait for what workers coming or going, or progress, bring about."""
        async with asyncio.timeout(20):
            while not is_so():
                await self.news.wait()
                self.news.clear()

    def submit(
        self, size: int = 7, prompt: str = "", model: str = "base"
    ) -> tuple["asyncio.Task[Transcript]", TranscriptionProgress]:
        async def chunks() -> AsyncIterator[bytes]:
            yield b"x" * size

        class Recording:
            def __aiter__(self) -> AsyncIterator[bytes]:
                return chunks()

        progress = TranscriptionProgress(on_change=self.news.set)
        task = TranscriptionTask(size, Recording(), model, initial_prompt=prompt)
        return asyncio.create_task(self.backend.transcribe(task, progress)), progress

    async def begun(self, progress: TranscriptionProgress, name: str) -> None:
        await self.until(lambda: [each.text for each in progress.segments] == [f"begun by {name}"])

    async def aclose(self) -> None:
        for process in self.workers.values():
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        await self.stack.aclose()


@pytest.fixture
async def redis() -> AsyncIterator[RedisProcess]:
    if not shutil.which("redis-server"):
        pytest.skip("redis-server is not installed")
    server = RedisProcess()
    await server.start()
    yield server
    await server.kill()


@pytest.fixture
async def front(redis: RedisProcess) -> AsyncIterator[Front]:
    front = Front(redis)
    await front.open()
    yield front
    await front.aclose()
