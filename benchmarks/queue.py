"""What the queue costs, and how far it goes: beside the same in this process, and with many workers that only wait.

A real redis-server on the loopback. The workers' engine is a stand-in that waits, so that figures are the queue's own.
"""

import argparse
import asyncio
import json
import logging
import os
import statistics
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import structlog
from aiohttp import web

from benchmarks.stand_ins import TRANSCRIPT
from tests.redis_process import RedisProcess
from transcription.backend import PREFETCH, OnPass, no_pass
from transcription.progress import TranscriptionProgress
from transcription.queue.contract import Offer
from transcription.queue.front import QueueBackend
from transcription.queue.link import Link
from transcription.queue.sounds import PATH, Sounds
from transcription.queue.worker import QueueWorker
from transcription.task import TranscriptionTask
from transcription.transcript import Transcript

ROOT = Path(__file__).parent.parent
NOTE_BYTES = 30_000
"""A voice note of ten seconds."""


class Waiting:
    """Reads a recording, and takes its time for it, one after the other."""

    def __init__(self, note_s: float) -> None:
        self.note_s = note_s
        self._turn = asyncio.Lock()

    async def transcribe(
        self,
        task: TranscriptionTask,
        _progress: TranscriptionProgress,
        *,
        on_pass: OnPass = no_pass,  # noqa: ARG002
    ) -> Transcript:
        """What every recording says."""
        async for _ in task.chunks:
            pass
        async with self._turn:
            await asyncio.sleep(self.note_s)
        return TRANSCRIPT


class Recording:
    """Sound of which only the size counts."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """All of it."""
        yield bytes(NOTE_BYTES)


async def work(url: str, count: int, note_s: float) -> None:
    """So many workers in this process, until it is killed."""
    async with asyncio.TaskGroup() as group:
        for n in range(count):
            offer = Offer(f"stand-in-{os.getpid()}-{n}", f"stand-in {n}", "0", ("base",), 1, "cpu", PREFETCH)
            group.create_task(QueueWorker(Link(url), offer, Waiting(note_s)).run(asyncio.Event(), 0))


@asynccontextmanager
async def redis_server() -> AsyncIterator[str]:
    """The address of a server that keeps nothing."""
    redis = RedisProcess()
    await redis.start()
    try:
        yield redis.url
    finally:
        await redis.kill()


@asynccontextmanager
async def front(url: str) -> AsyncIterator[QueueBackend]:
    """A front, and what serves its recordings."""

    async def recording(request: web.Request) -> web.Response:
        chunks = sounds.get(request.match_info["task"])
        if chunks is None:
            raise web.HTTPNotFound
        return web.Response(body=b"".join([chunk async for chunk in chunks]))

    app = web.Application()
    app.router.add_get(PATH + "{task}", recording)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sounds = Sounds(f"http://127.0.0.1:{runner.addresses[0][1]}", key := os.urandom(32))
    async with aclosing(Link(url)) as link:
        backend = QueueBackend(link, sounds, key)
        running = asyncio.create_task(backend.run())
        try:
            yield backend
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await runner.cleanup()


async def start_workers(backend: QueueBackend, url: str, count: int, note_s: float) -> Process:
    """A process with so many workers, all of them known to the front."""
    arguments = ("-m", "benchmarks.queue", "--workers-of", url, "--count", str(count), "--note", str(note_s))
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=ROOT)
    while len(backend.fleet) < count:  # noqa: ASYNC110 - a look now and then does not disturb
        await asyncio.sleep(0.05)
    return process


def note(n: int) -> TranscriptionTask:
    """A recording to be transcribed."""
    return TranscriptionTask(n, Recording(), "base", size_bytes=NOTE_BYTES)


async def cost_ms(notes: int, note_s: float) -> dict[str, float]:
    """Milliseconds that one note takes more than its work, one after the other, with a worker that is idle."""
    took_ms = []
    async with redis_server() as url, front(url) as backend:
        process = await start_workers(backend, url, 1, note_s)
        for n in range(notes):
            began = time.perf_counter()
            await backend.transcribe(note(n), TranscriptionProgress())
            took_ms.append(1000 * (time.perf_counter() - began - note_s))
        process.kill()
        await process.wait()
    return {"median_ms": round(statistics.median(took_ms), 1), "most_ms": round(max(took_ms), 1)}


async def throughput(workers: int, notes: int, note_s: float) -> dict[str, float]:
    """Notes a second with so many workers, and the front's processor time for each."""
    async with redis_server() as url, front(url) as backend:
        process = await start_workers(backend, url, workers, note_s)
        began, cpu_s = time.perf_counter(), time.process_time()
        await asyncio.gather(*(backend.transcribe(note(n), TranscriptionProgress()) for n in range(notes)))
        took_s, cpu_s = time.perf_counter() - began, time.process_time() - cpu_s
        process.kill()
        await process.wait()
    return {
        "workers": workers,
        "notes_per_s": round(notes / took_s, 2),
        "most_possible": round(workers / note_s, 2),
        "front_cpu_ms_per_note": round(1000 * cpu_s / notes, 2),
    }


async def run(counts: list[int], rounds: int, note_s: float) -> dict[str, object]:
    """All of it."""
    return {
        "cost beside the work": await cost_ms(30, 0.1),
        "throughput": [await throughput(count, count * rounds, note_s) for count in counts],
    }


def main() -> None:
    """Parse arguments, run, print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counts", type=int, nargs="+", default=[1, 4, 16, 64], help="numbers of workers")
    parser.add_argument("--rounds", type=int, default=8, help="notes for each worker")
    parser.add_argument("--note", type=float, default=1.0, help="seconds that a note takes")
    parser.add_argument("--workers-of", help=argparse.SUPPRESS)
    parser.add_argument("--count", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    if options.workers_of:
        asyncio.run(work(options.workers_of, options.count, options.note))
    else:
        print(json.dumps(asyncio.run(run(options.counts, options.rounds, options.note)), indent=2))


if __name__ == "__main__":
    main()
