"""Eight clients at the API, and at plain faster-whisper behind FastAPI with a lock, in turns of one run."""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count, cycle
from pathlib import Path

import aiohttp

from benchmarks.corpus import Clip, read_corpus
from benchmarks.lag import percentile, summed_up
from benchmarks.machine import ROOT, describe

PORTS = {"stenobot": 8471, "faster-whisper": 8472}
START_TIMEOUT_S = 60.0
HEALTH_EVERY_S = 0.05
MODELS = ROOT / "var" / "models"


@dataclass(slots=True)
class Server:
    """A server that is measured, and what came of its turns."""

    name: str
    port: int
    seconds: list[float] = field(default_factory=list)
    """Of each request that was answered well."""
    health_s: list[float] = field(default_factory=list)
    """Of `/health` meanwhile: how long an event loop keeps others waiting."""
    audio_s: float = 0.0
    errors: int = 0
    wall_s: float = 0.0

    def summed_up(self) -> dict[str, object]:
        """Throughput, and the seconds that requests took."""
        return {
            "requests": len(self.seconds),
            "errors": self.errors,
            "requests_per_s": round(len(self.seconds) / self.wall_s, 2),
            "audio_s_per_s": round(self.audio_s / self.wall_s, 1),
            "p50_s": round(percentile(self.seconds, 0.5), 2),
            "p95_s": round(percentile(self.seconds, 0.95), 2),
            "health": summed_up(self.health_s),
        }


async def measure(corpus: Path, clients: int, seconds: float, turns: int, most_s: float) -> dict[str, object]:
    """Load each server for `seconds`, in `turns` pieces one after the other; returns the figures of each."""
    clips = [clip for clip in read_corpus(corpus) if clip.text and clip.seconds <= most_s]
    servers = [Server(name, port) for name, port in PORTS.items()]
    with tempfile.TemporaryDirectory() as home:
        async with _running(home), aiohttp.ClientSession() as http:
            names = count()
            for server in servers:
                await request(http, server, clips[0], next(names))  # the model is loaded when this is done
                server.seconds.clear()
                server.audio_s = 0.0
            for turn in range(turns):
                first = turn * len(clips) // turns  # each turn begins with other clips, the same for both
                for server in servers:
                    order = cycle(clips[first:] + clips[:first])
                    await take_turn(http, server, order, names=names, clients=clients, seconds=seconds / turns)
            async with http.get(f"http://127.0.0.1:{PORTS['stenobot']}/metrics") as answer:
                own = _lag_p99_s(await answer.text())
            async with http.get(f"http://127.0.0.1:{PORTS['faster-whisper']}/lags") as answer:
                other = percentile(await answer.json(), 0.99)
    return {
        "clients": clients,
        "clips": len(clips),
        **{server.name: server.summed_up() for server in servers},
        "loop_lag_p99_s": {"stenobot": f"up to {own}", "faster-whisper": round(other, 4)},
        "machine": describe(),
    }


async def take_turn(
    http: aiohttp.ClientSession,
    server: Server,
    clips: Iterator[Clip],
    *,
    names: Iterator[int],
    clients: int,
    seconds: float,
) -> None:
    """Each client sends the next clip as soon as it has the text of the last one, until the time is over."""
    began = time.monotonic()

    async def send() -> None:
        while time.monotonic() - began < seconds:
            await request(http, server, next(clips), next(names))

    async def ask() -> None:
        while True:
            asked = time.perf_counter()
            async with http.get(f"http://127.0.0.1:{server.port}/health") as answer:
                await answer.read()
            server.health_s.append(time.perf_counter() - asked)
            await asyncio.sleep(HEALTH_EVERY_S)

    asking = asyncio.create_task(ask())
    await asyncio.gather(*(send() for _ in range(clients)))
    server.wall_s += time.monotonic() - began
    asking.cancel()


async def request(http: aiohttp.ClientSession, server: Server, clip: Clip, number: int) -> None:
    """Send a clip, and keep how long its text took."""
    form = aiohttp.FormData()
    voice = clip.path.read_bytes() + b"%d" % number  # other bytes behind the audio make it another file
    form.add_field("file", voice, filename=f"{clip.name}{clip.path.suffix}")
    asked = time.monotonic()
    async with http.post(f"http://127.0.0.1:{server.port}/transcribe", data=form) as answer:
        said = await answer.json()
        if answer.status == 200 and said["text"]:
            server.seconds.append(time.monotonic() - asked)
            server.audio_s += clip.seconds
        else:
            server.errors += 1


@asynccontextmanager
async def _running(home: str) -> AsyncIterator[None]:
    """Both servers, each in a process of its own, once they answer."""
    own = {"API_PORT": str(PORTS["stenobot"]), "DATA_DIR": home, "MODELS_DIR": str(MODELS), "MODEL": "base"}
    commands = (
        ("run_bot.py", "--env-file", os.devnull),
        ("-m", "benchmarks.api_stand_in", str(MODELS / "base"), "--port", str(PORTS["faster-whisper"])),
    )
    processes = []
    try:
        for command in commands:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-W", "ignore", *command),
                cwd=ROOT,
                env=os.environ | own,
                stderr=asyncio.subprocess.DEVNULL,
            )
            processes.append(process)
        async with asyncio.timeout(START_TIMEOUT_S):
            for port in PORTS.values():
                await until_it_answers(port)
        yield
    finally:
        for process in processes:
            process.terminate()
            await process.wait()


async def until_it_answers(port: int) -> None:
    """Wait for a server of this machine."""
    while True:
        try:
            async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{port}/health"):
                return
        except aiohttp.ClientConnectionError:
            await asyncio.sleep(0.2)


def _lag_p99_s(text: str) -> float:
    """The bound of the bucket that the 99th percentile of the event loop's lag is in."""
    buckets = [
        (float(line.split('le="')[1].split('"')[0]), float(line.split()[-1]))
        for line in text.splitlines()
        if line.startswith("stenobot_event_loop_lag_seconds_bucket")
    ]
    return next(bound for bound, cumulative in buckets if cumulative >= 0.99 * buckets[-1][1])


def main() -> None:
    """Parse arguments, measure, print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=ROOT / "tests" / "data")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=60.0, help="for each server")
    parser.add_argument("--turns", type=int, default=4)
    parser.add_argument("--longest", type=float, default=15.0, help="seconds of the longest clip")
    options = parser.parse_args()
    figures = asyncio.run(measure(options.corpus, options.clients, options.seconds, options.turns, options.longest))
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
