"""Soak test of the queue: nothing is lost or doubled while workers, front and Redis are killed again and again.

All are real: `run_bot.py` as the front and as workers with the base model, redis-server, and the sandbox for Telegram.
"""

import argparse
import asyncio
import json
import random
import socket
import sqlite3
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.machine import describe
from benchmarks.soak import VOICES, finals, inject_faults, send
from benchmarks.worker_process import WorkerProcess
from sandbox import RateLimits, SandboxOptions, SandboxServer, run_sandbox
from tests.bot_process import ROOT, BotProcess
from tests.redis_process import RedisProcess

MODELS = ROOT / "var" / "models"
LOOK_S = 0.05
REDIS_AWAY_S = 3.0
PATIENCE_S = 1800
SHORT = sorted(VOICES, key=lambda voice: voice.stat().st_size)[:4]
"""Little work, so that most of a run is dying and beginning again."""
Note = tuple[int, int]
"""Chat and message."""


@dataclass(slots=True)
class Soak:
    """What is killed, and what became of the notes. Times are Unix seconds."""

    sandbox: SandboxServer
    redis: RedisProcess
    front: BotProcess
    workers: list[WorkerProcess]
    moments: random.Random = field(default_factory=lambda: random.Random(1))
    ended_at: dict[Note, float] = field(default_factory=dict)
    deaths: list[tuple[float, set[int]]] = field(default_factory=list)
    """When a worker was killed, and the jobs that it had in hand."""

    async def follow(self, note: Note) -> None:
        """Write down when a note has its text."""
        await self.sandbox.client.wait(note[0], reply_to=note[1], settled=True, timeout_s=PATIENCE_S)
        self.ended_at[note] = time.time()

    async def kill_workers(self, every_s: float, for_s: float) -> None:
        """Every so often kill the worker that is at a note for longest; another one stays at work."""
        until = time.time() + for_s
        while time.time() < until:
            await asyncio.sleep(every_s)
            while (worker := self._longest_at_work()) is None:  # noqa: ASYNC110 - it is another process
                await asyncio.sleep(LOOK_S)
            await worker.kill()
            self.deaths.append((time.time(), set(worker.jobs)))
            await worker.start()

    def _longest_at_work(self) -> WorkerProcess | None:
        at_work = [(min(begun.values()), n) for n, worker in enumerate(self.workers) if (begun := worker.jobs)]
        return self.workers[min(at_work)[1]] if len(at_work) > 1 else None

    async def disturb(self, notes: int, front_kills: int, redis_restarts: int) -> None:
        """Kill the front and restart Redis, spread over the time in which the notes are transcribed."""
        events: list[tuple[float, Callable[[], Awaitable[None]]]] = []
        events += [(n / front_kills, self.restart_front) for n in range(front_kills)]
        events += [((n + 0.5) / redis_restarts, self.restart_redis) for n in range(redis_restarts)]
        for share, event in sorted(events, key=lambda each: each[0]):
            while len(self.ended_at) < share * notes:  # noqa: ASYNC110 - a look now and then does not disturb
                await asyncio.sleep(LOOK_S)
            await event()

    async def restart_front(self) -> None:
        """kill -9 at some moment."""
        await asyncio.sleep(self.moments.uniform(0, 2))
        await self.front.kill()
        await self.front.start()

    async def restart_redis(self) -> None:
        """It comes back empty."""
        await self.redis.kill()
        await asyncio.sleep(REDIS_AWAY_S)
        await self.redis.start()

    def waits_s(self) -> dict[str, list[float]]:
        """Seconds from each death until a job in hand then was begun again, and from the last until its text."""
        jobs = self._jobs()
        begun = sorted((at, job) for worker in self.workers for at, job in worker.starts())
        again: list[float] = []
        text: dict[int, float] = {}
        for died_at, lost in self.deaths:
            for job in lost:
                ended_at = self.ended_at[jobs[job]]
                if ended_at > died_at:  # else it was only not told that it is done
                    text[job] = ended_at - died_at
                    again += [at - died_at for at, each in begun if each == job and at > died_at][:1]
        return {"begun again": again, "text": list(text.values())}

    def failed(self) -> int:
        """How many notes ended without a text."""
        return len(self._rows("SELECT id FROM jobs WHERE state <> 'done'"))

    def _jobs(self) -> dict[int, Note]:
        keys = {job: key.split("/") for job, key in self._rows("SELECT id, source_key FROM jobs")}
        return {job: (int(chat), int(message)) for job, (_, chat, message) in keys.items()}

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(Path(self.front.settings["DATA_DIR"]) / "stenobot.sqlite3")) as database:
            return database.execute(sql).fetchall()


@asynccontextmanager
async def create_soak(workers: int) -> AsyncIterator[Soak]:
    """All processes, running; they end with this."""
    async with AsyncExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        sandbox = await stack.enter_async_context(run_sandbox(SandboxOptions(rates=RateLimits(enabled=False))))
        redis = RedisProcess()
        await redis.start()
        stack.push_async_callback(redis.kill)
        front = BotProcess(sandbox, home, MODELS, QUEUE_URL=redis.url, API_PORT=str(_free_port()))
        stack.push_async_callback(front.kill)
        await front.start()
        fleet = [WorkerProcess(sandbox, home / f"worker-{n}", MODELS, redis.url) for n in range(workers)]
        for worker in fleet:
            stack.push_async_callback(worker.kill)
            await worker.start()
        yield Soak(sandbox, redis, front, fleet)


async def run(options: argparse.Namespace) -> dict[str, object]:
    """Send all notes, kill until each has its text, and return the figures."""
    async with create_soak(options.workers) as soak:
        if options.faults:
            await inject_faults(soak.sandbox)
        began = time.time()
        notes = await send(soak.sandbox, options.notes, seed=1, voices=SHORT)
        killing = asyncio.create_task(soak.kill_workers(options.every, options.seconds))
        try:
            async with asyncio.TaskGroup() as group:
                for note in notes:
                    group.create_task(soak.follow(note))
                group.create_task(soak.disturb(len(notes), options.front_kills, options.redis_restarts))
        finally:
            killing.cancel()
            await asyncio.gather(killing, return_exceptions=True)
        took_s = time.time() - began
        return {
            **await finals(soak.sandbox, notes),
            "notes without a text": soak.failed(),
            "seconds": round(took_s),
            "workers killed at work": len(soak.deaths),
            "notes begun": sum(len(worker.starts()) for worker in soak.workers),
            "seconds after a worker's death": {name: _summed_up(found) for name, found in soak.waits_s().items()},
            "machine": describe(),
        }


def _summed_up(seconds: list[float]) -> dict[str, float]:
    if not seconds:
        return {}
    return {
        "count": len(seconds),
        "median": round(statistics.median(seconds), 1),
        "most": round(max(seconds), 1),
        "over 30": sum(each > 30 for each in seconds),
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    """Parse arguments, run, print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=int, default=100)
    parser.add_argument("--workers", type=int, default=3, help="worker processes, each with one thread")
    parser.add_argument("--every", type=float, default=2.0, help="seconds between two deaths of workers at work")
    parser.add_argument("--seconds", type=float, default=240.0, help="for how long workers are killed at most")
    parser.add_argument("--front-kills", type=int, default=3)
    parser.add_argument("--redis-restarts", type=int, default=2)
    parser.add_argument("--faults", action="store_true", help="let every tenth call to Telegram fail")
    print(json.dumps(asyncio.run(run(parser.parse_args())), indent=2))


if __name__ == "__main__":
    main()
