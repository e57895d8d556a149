"""Event-loop lag of the bot while every core transcribes: the bot in this process, the sandbox in another."""

import argparse
import asyncio
import json
import os
import re
import signal
import sys
import tempfile
from pathlib import Path

import aiohttp

from benchmarks.lag import lags_during, summed_up
from bot.app import open_telegram
from config import load_settings
from runtime.process import serve
from sandbox import SandboxClient
from tests.bot_process import ROOT


async def measure(notes: int) -> dict[str, float | int]:
    """Flood the bot with notes, and measure meanwhile how much longer than asked each short sleep takes."""
    sandbox = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sandbox", "--port", "0", "--no-limits", "--no-page"),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert sandbox.stdout
    places = re.fullmatch(
        r"Bot API at (\S+), token (\S+); people at (\S+)\n", (await sandbox.stdout.readline()).decode()
    )
    assert places
    url, token, people_url = places.groups()
    with tempfile.TemporaryDirectory() as home:
        models_dir = ROOT / "var" / "models"
        settings = load_settings(
            None, bot_token=token, telegram_api_url=url, data_dir=Path(home), models_dir=models_dir
        )
        serving = asyncio.create_task(serve(settings, [open_telegram]))
        async with aiohttp.ClientSession() as session:
            lags = await _lags(SandboxClient(people_url, session), notes)
        os.kill(os.getpid(), signal.SIGTERM)
        await serving
    sandbox.terminate()
    await sandbox.wait()
    return {"notes": notes, **summed_up(lags)}


async def _lags(people: SandboxClient, count: int) -> list[float]:
    user = (await people.add_user())["id"]
    voices = sorted((ROOT / "tests" / "data" / "audio").glob("*_*_*.ogg"))
    await people.wait(polling=True, timeout_s=30)
    notes = [
        await people.send(user, file=voices[n % len(voices)].read_bytes() + bytes([n]), media={"duration": 8})
        for n in range(count)
    ]

    async def all_settled() -> None:
        for note in notes:
            await people.wait(user, reply_to=note["message_id"], settled=True, timeout_s=300)

    return await lags_during(asyncio.create_task(all_settled()))


def main() -> None:
    """Parse arguments, measure, print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=int, default=30)
    print(json.dumps(asyncio.run(measure(parser.parse_args().notes)), indent=2))


if __name__ == "__main__":
    main()
