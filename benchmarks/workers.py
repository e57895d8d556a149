"""Real workers behind a queue, one and two, beside the same engine in the front's own process, in turns of one run.

Each transcribes one recording at a time with one thread. A real redis-server on the loopback. With `--own-core` each
worker has, with its ffmpeg, a core of its own: without it, one already uses more than one of two.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count, cycle
from pathlib import Path

import aiohttp

from benchmarks.api import MODELS, START_TIMEOUT_S, Server, request, take_turn, until_it_answers
from benchmarks.corpus import read_corpus
from benchmarks.machine import ROOT, describe
from benchmarks.queue import redis_server

ARRANGEMENTS = {"in-process": 0, "one worker": 1, "two workers": 2}
FIRST_PORT = 8481
ONE_AT_A_TIME = {"MAX_CONCURRENT": "1", "CPU_THREADS": "1", "MODEL": "base", "MODELS_DIR": str(MODELS)}


async def measure(
    corpus: Path, clients: int, seconds: float, turns: int, most_s: float, *, own_core: bool
) -> dict[str, object]:
    """Load each arrangement for `seconds`, in `turns` pieces one after the other; returns the figures of each.

    `alone` is the time of each clip with nothing else to do.
    """
    clips = [clip for clip in read_corpus(corpus) if clip.text and clip.seconds <= most_s]
    servers = [Server(name, FIRST_PORT + n) for n, name in enumerate(ARRANGEMENTS)]
    alone = [Server(server.name, server.port) for server in servers]
    names = count()
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession())
        for server in servers:
            await stack.enter_async_context(_running(server.port, ARRANGEMENTS[server.name], own_core=own_core))
            await request(http, server, clips[0], next(names))  # the model is loaded when this is done
            server.seconds.clear()
            server.audio_s = 0.0
        for clip in clips:
            for server in alone:
                await request(http, server, clip, next(names))
        for turn in range(turns):
            first = turn * len(clips) // turns  # each turn begins with other clips, the same for all
            for server in servers:
                order = cycle(clips[first:] + clips[:first])
                await take_turn(http, server, order, names=names, clients=clients, seconds=seconds / turns)
    return {
        "clients": clients,
        "clips": len(clips),
        "crowd": {server.name: server.summed_up() for server in servers},
        "alone, mean s": {server.name: round(_mean_s(server), 3) for server in alone},
        "two against one": round(_speed(servers[2]) / _speed(servers[1]), 2),
        "one worker against in-process": round(_speed(servers[1]) / _speed(servers[0]), 2),
        "the queue's ms for a note alone": round(1000 * (_mean_s(alone[1]) - _mean_s(alone[0])), 1),
        "machine": describe(),
    }


def _speed(server: Server) -> float:
    return server.audio_s / server.wall_s


def _mean_s(server: Server) -> float:
    return sum(server.seconds) / len(server.seconds)


@asynccontextmanager
async def _running(port: int, workers: int, *, own_core: bool) -> AsyncIterator[None]:
    """A front, and so many workers behind a queue of its own, or none and no queue; until they are ready."""
    async with AsyncExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory())
        own = ONE_AT_A_TIME | {"DATA_DIR": home, "API_PORT": str(port)}
        if workers:
            own["QUEUE_URL"] = await stack.enter_async_context(redis_server())
        await stack.enter_async_context(_process(own))
        async with asyncio.timeout(START_TIMEOUT_S):
            await until_it_answers(port)
        for n in range(workers):
            worker = own | {"DATA_DIR": f"{home}/{n}", "API_PORT": ""}
            process = await stack.enter_async_context(_process(worker, "--worker"))
            if own_core:
                os.sched_setaffinity(process.pid, {n})
        async with asyncio.timeout(START_TIMEOUT_S):
            while workers and await _count_workers(port) < workers:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.1)
        yield


@asynccontextmanager
async def _process(settings: dict[str, str], *arguments: str) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "ignore", "run_bot.py", "--env-file", os.devnull, *arguments),
        cwd=ROOT,
        env=os.environ | settings,
        stderr=DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        await process.wait()


async def _count_workers(port: int) -> float:
    """How many workers a front knows."""
    async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{port}/metrics") as answer:
        lines = (await answer.text()).splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith("stenobot_queue_workers{"))


def main() -> None:
    """Parse arguments, measure, print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=ROOT / "tests" / "data")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=60.0, help="for each arrangement")
    parser.add_argument("--turns", type=int, default=4)
    parser.add_argument("--longest", type=float, default=15.0, help="seconds of the longest clip")
    parser.add_argument("--own-core", action="store_true", help="a core for each worker")
    options = parser.parse_args()
    given = (options.corpus, options.clients, options.seconds, options.turns, options.longest)
    figures = asyncio.run(measure(*given, own_core=options.own_core))
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
