"""Soak test: nothing is lost or doubled by kill -9 or a faulty network, and memory does not grow."""

import argparse
import asyncio
import json
import random
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from sandbox import RateLimits, SandboxOptions, SandboxServer, run_sandbox
from tests.bot_process import ROOT, BotProcess

PEOPLE = 6
FAULTS = ("flood", "bad_gateway", "error", "hang", "hang_after", "reset", "reset_after")
VOICES = sorted((ROOT / "tests" / "data" / "audio").glob("*_*_*.ogg"))


async def send(sandbox: SandboxServer, count: int, seed: int, voices: Sequence[Path] = VOICES) -> list[tuple[int, int]]:
    """Send so many different short notes, as several people; returns chat and message ids."""
    users = [(await sandbox.client.add_user())["id"] for _ in range(PEOPLE)]
    notes = []
    for n in range(count):
        voice = voices[n % len(voices)]
        if voice.stat().st_size > 40_000:
            voice = voices[0]
        user = users[n % PEOPLE]
        salt = f"{seed}-{n}".encode()  # behind the audio, so that no note is known from before
        message = await sandbox.client.send(user, file=voice.read_bytes() + salt, media={"duration": 8})
        notes.append((user, message["message_id"]))
    return notes


async def finals(sandbox: SandboxServer, notes: list[tuple[int, int]]) -> dict[str, int]:
    """How many notes have how many final texts, once each has one or ten minutes are over."""
    for user, note in notes:
        await sandbox.client.wait(user, reply_to=note, settled=True, timeout_s=600)
    settled = Counter[tuple[int, int]]()
    stale = 0
    for user in {user for user, _ in notes}:
        for reply in await sandbox.client.messages(user, from_bot=True):
            if "reply_markup" in reply:
                stale += 1
            else:
                settled[user, reply["reply_to_message"]["message_id"]] += 1
    counts = Counter(settled[note] for note in notes)
    return {f"notes with {number} finals": count for number, count in sorted(counts.items())} | {
        "stale statuses": stale
    }


async def kills(bot: BotProcess, count: int, times: int) -> dict[str, int]:
    """A burst of notes during which the process is killed and started again at random moments."""
    notes = await send(bot.sandbox, count, seed=1)
    moments = random.Random(1)
    for _ in range(times):
        await asyncio.sleep(moments.uniform(0.2, 6.0))
        await bot.kill()
        await bot.start()
    return await finals(bot.sandbox, notes)


async def inject_faults(sandbox: SandboxServer) -> None:
    """Have every tenth call fail in one of the ways that calls fail."""
    for kind in FAULTS:
        await sandbox.client.add_fault(
            "*", kind, times=None, probability=0.1 / len(FAULTS), retry_after=2, seconds=5, code=500
        )
    await sandbox.client.add_fault("download", "truncate", times=None, probability=0.1, fraction=0.5)


async def faults(bot: BotProcess, count: int) -> dict[str, int]:
    """A burst of notes while every tenth call fails."""
    await inject_faults(bot.sandbox)
    counted = await finals(bot.sandbox, await send(bot.sandbox, count, seed=2))
    await bot.sandbox.client.clear_faults()
    return counted


async def memory(bot: BotProcess, count: int) -> list[float]:
    """Resident memory in MB after each tenth of so many notes."""
    grown = [round(bot.rss_mb(), 1)]
    for tenth in range(10):
        await finals(bot.sandbox, await send(bot.sandbox, count // 10, seed=100 + tenth))
        grown.append(round(bot.rss_mb(), 1))
    return grown


async def soak(notes: int, times: int, long: int) -> dict[str, object]:
    """Run all three against one bot."""
    with tempfile.TemporaryDirectory() as home:
        async with run_sandbox(SandboxOptions(rates=RateLimits(enabled=False))) as sandbox:
            bot = BotProcess(sandbox, Path(home), ROOT / "var" / "models")
            await bot.start()
            try:
                report: dict[str, object] = {"kill -9": await kills(bot, notes, times)}
                report["every tenth call fails"] = await faults(bot, notes)
                report["memory_mb"] = await memory(bot, long) if long else []
            finally:
                await bot.kill()
    return report


def main() -> None:
    """Parse arguments, run, print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=int, default=60, help="notes in each burst")
    parser.add_argument("--kills", type=int, default=10, help="how often the process is killed")
    parser.add_argument("--long", type=int, default=500, help="notes of the memory test; 0 leaves it out")
    options = parser.parse_args()
    print(json.dumps(asyncio.run(soak(options.notes, options.kills, options.long)), indent=2))


if __name__ == "__main__":
    main()
