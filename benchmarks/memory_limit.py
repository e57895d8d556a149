"""Memory of run_bot.py as a process while people send what takes most of it; as root also inside a control group.

python -m benchmarks.memory_limit --limit 700 --corpus FOLDER
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.corpus import read_corpus
from sandbox import RateLimits, SandboxOptions, SandboxServer, WaitTimeoutError, run_sandbox
from tests.bot_process import ROOT, BotProcess

ROOT_GROUP = Path("/sys/fs/cgroup/memory")
GROUP = ROOT_GROUP / "stenobot-benchmark"
SHORT = sorted((ROOT / "tests" / "data" / "audio").glob("*_*_*.ogg"), key=lambda path: path.stat().st_size)[:10]
LONGEST_WAIT_S = 900.0
SCENES = ("six_silent_hours", "nine_silent_hours", "honest_hour", "eight_of_20_minutes")


def silence(seconds: int) -> bytes:
    """A small file that is hours of samples."""
    return _ffmpeg("-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono", "-t", str(seconds), "-f", "flac", "-")


def speech(corpus: Path, seconds: int) -> bytes:
    """The corpus's notes, one behind the other and over again, as one file of Telegram's own format."""
    notes = [note for note in read_corpus(corpus) if not note.is_noise]
    names, total_s = [], 0.0
    while total_s < seconds:
        note = notes[len(names) % len(notes)]
        names.append(f"file '{note.path.resolve()}'")
        total_s += note.seconds
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as listed:
        listed.write("\n".join(names))
        listed.flush()
        source = ("-f", "concat", "-safe", "0", "-i", listed.name, "-t", str(seconds))
        return _ffmpeg(*source, "-ac", "1", "-ar", "48000", "-c:a", "libopus", "-b:a", "18k", "-f", "ogg", "-")


def _ffmpeg(*arguments: str) -> bytes:
    return subprocess.run(["ffmpeg", "-v", "error", *arguments], check=True, capture_output=True).stdout


@contextmanager
def limited(limit_mb: int | None) -> Iterator[None]:
    """Processes that are started in this block get so many MB together; needs version 1 of control groups."""
    if limit_mb is None:
        yield
        return
    line = next(line for line in Path("/proc/self/cgroup").read_text().splitlines() if ":memory:" in line)
    GROUP.mkdir(exist_ok=True)
    (GROUP / "memory.limit_in_bytes").write_text(str(limit_mb * 1_000_000))
    (GROUP / "cgroup.procs").write_text(str(os.getpid()))
    try:
        yield
    finally:
        (ROOT_GROUP / line.split(":")[2].lstrip("/") / "cgroup.procs").write_text(str(os.getpid()))


async def answer_s(sandbox: SandboxServer, user: int, voice: bytes, said_s: int | None) -> float | None:
    """Seconds until a file has its last word, None where it got none; without a length it goes as a document."""
    sent_at = time.monotonic()
    kind, media = ("voice", {"duration": said_s}) if said_s is not None else ("document", {"mime_type": "audio/flac"})
    message = await sandbox.client.send(user, kind=kind, file=voice + str(sent_at).encode(), media=media)
    try:
        await sandbox.client.wait(user, reply_to=message["message_id"], settled=True, timeout_s=LONGEST_WAIT_S)
    except WaitTimeoutError:
        return None
    return round(time.monotonic() - sent_at, 1)


async def scene(heavy: list[tuple[bytes, int | None]], people: int, limit_mb: int | None) -> dict[str, object]:
    """Start the bot, have some people send heavy files, and others ten short notes, one after the other."""
    with tempfile.TemporaryDirectory() as home:
        async with run_sandbox(SandboxOptions(rates=RateLimits(enabled=False))) as sandbox:
            bot = BotProcess(sandbox, Path(home), ROOT / "var" / "models")
            with limited(limit_mb):
                await bot.start()
            users = [(await sandbox.client.add_user())["id"] for _ in range(people + len(SHORT))]
            await answer_s(sandbox, users[-1], SHORT[0].read_bytes(), 5)  # the model is loaded when this is done
            idle_mb = bot.rss_mb()
            slow = [answer_s(sandbox, users[number % people], *file) for number, file in enumerate(heavy)]
            sending = asyncio.gather(*slow)
            await asyncio.sleep(1)
            short = [
                await answer_s(sandbox, user, voice.read_bytes(), 5)
                for user, voice in zip(users[people:], SHORT, strict=True)
            ]
            long = [seconds for seconds in await sending if seconds is not None]
            survived = bot.running
            peak_mb = _peak_mb(bot.pid) if survived else None
            await bot.kill()
    answered = [seconds for seconds in short if seconds is not None]
    return {
        "survived": survived,
        "short_answered": len(answered),
        "short_median_s": statistics.median(answered) if answered else None,
        "short_worst_s": max(answered, default=None),
        "heavy_answered": len(long),
        "heavy_worst_s": max(long, default=None),
        "idle_rss_mb": round(idle_mb),
        "peak_rss_mb": peak_mb,
        "group_peak_mb": _group_mb() if limit_mb else None,
    }


def _peak_mb(pid: int) -> int:
    lines = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return round(int(lines["VmHWM"].split()[0]) * 1024 / 1e6)


def _group_mb() -> int:
    peak_mb = round(int((GROUP / "memory.max_usage_in_bytes").read_text()) / 1e6)
    GROUP.rmdir()
    return peak_mb


async def measure(corpus: Path, limit_mb: int | None, chosen: list[str], minutes: int) -> dict[str, object]:
    """All scenes that were chosen."""
    hour = silence(3600)
    scenes = {
        "six_silent_hours": lambda: ([(hour, 5), (hour, None)] * 3, 3),
        "nine_silent_hours": lambda: ([(hour, 5), (hour, None), (hour, 5)] * 3, 3),
        "honest_hour": lambda: ([(speech(corpus, 60 * minutes), 60 * minutes)], 1),
        "eight_of_20_minutes": lambda: ([(speech(corpus, 1200), 1200)] * 8, 2),
    }
    return {name: await scene(*scenes[name](), limit_mb) for name in chosen or SCENES}


def main() -> None:
    """Parse arguments, measure, print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=ROOT / "tests" / "data", help="folder with a manifest.tsv")
    parser.add_argument("--limit", type=int, metavar="MB", help="of a control group (as root)")
    parser.add_argument("--scenes", nargs="*", default=[], choices=SCENES)
    parser.add_argument("--minutes", type=int, default=59, help="of the honest recording")
    options = parser.parse_args()
    print(json.dumps(asyncio.run(measure(options.corpus, options.limit, options.scenes, options.minutes)), indent=2))


if __name__ == "__main__":
    main()
