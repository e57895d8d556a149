"""`run_bot.py` without a token as a process of its own: bot, sandbox and page as a person at a terminal has them."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from config import Settings
from sandbox import SandboxClient
from tests.bot_process import ROOT

START_S = 60


class SandboxProcess:
    """The running process: where its page is, the people to play, and what it wrote besides that one line."""

    def __init__(self, process: asyncio.subprocess.Process, line: str, people: SandboxClient, log: Path) -> None:
        self.line = line
        self.page_url = people.url + "/"
        self.people = people
        self.log = log
        self._process = process

    async def interrupt(self) -> int:
        """Ctrl-C; returns the exit code."""
        self._process.send_signal(signal.SIGINT)
        return await self._process.wait()


async def start(
    home: Path, *arguments: str, stdin: int = asyncio.subprocess.DEVNULL, **settings: str
) -> asyncio.subprocess.Process:
    """`run_bot.py` with no settings but these; its log goes to bot.log in `home`."""
    inherited = {name: value for name, value in os.environ.items() if name.lower() not in Settings.model_fields}
    with (home / "runtime.log").open("ab") as log:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-W", "ignore", "run_bot.py", "--env-file", str(home / "env"), *arguments),
            cwd=ROOT,
            env={**inherited, "DATA_DIR": str(home / "data"), **settings},
            stdin=stdin,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )


@asynccontextmanager
async def playing(
    home: Path, models_dir: Path, *arguments: str, stdin: int = asyncio.subprocess.DEVNULL, **settings: str
) -> AsyncIterator[SandboxProcess]:
    """The process once it has told where its page is; it is killed at the end, if it still runs."""
    process = await start(home, *arguments, stdin=stdin, MODELS_DIR=str(models_dir), **settings)
    try:
        assert process.stdout
        line = (await asyncio.wait_for(process.stdout.readline(), START_S)).decode()
        assert "http://" in line, (home / "runtime.log").read_text(encoding="utf-8")
        url = next(word for word in line.split() if word.startswith("http://"))
        async with aiohttp.ClientSession() as session:
            yield SandboxProcess(process, line, SandboxClient(url, session), home / "runtime.log")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
