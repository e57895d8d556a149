"""run_bot.py as a process of its own, for end-to-end tests and benchmarks."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

from sandbox import SandboxServer

ROOT = Path(__file__).parent.parent


class BotProcess:
    """The bot, pointed at a sandbox. Its data live in `home`, and so does what it logs."""

    def __init__(self, sandbox: SandboxServer, home: Path, models_dir: Path, **settings: str) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self.sandbox = sandbox
        self.log = home / "runtime.log"
        self.settings: dict[str, str] = {
            "BOT_TOKEN": sandbox.token,
            "TELEGRAM_API_URL": sandbox.url,
            "DATA_DIR": str(home / "data"),
            "MODELS_DIR": str(models_dir),
            "MODEL": "base",
            "LOG_FORMAT": "json",
            **settings,
        }

    async def start(self, *arguments: str, polling: bool = True) -> None:
        """Start it, and wait until it polls."""
        inherited = {name: value for name, value in os.environ.items() if name not in self.settings}
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-W", "ignore", "run_bot.py", *arguments),
                cwd=ROOT,
                env=inherited | self.settings,
                stdout=log,
                stderr=log,
            )
        if polling:
            await self.sandbox.client.wait(polling=True, timeout_s=60)

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def kill(self) -> None:
        """kill -9."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """SIGTERM; returns the exit code."""
        return await self._end(signal.SIGTERM)

    async def wait(self) -> int:
        """The exit code, once it ends by itself."""
        assert self._process
        return await self._process.wait()

    async def _end(self, how: signal.Signals) -> int:
        if not self.running:
            return 0
        assert self._process
        self._process.send_signal(how)
        return await self._process.wait()

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    def rss_mb(self) -> float:
        """Resident memory now, in 10^6 bytes."""
        return float(psutil.Process(self.pid).memory_info().rss / 1e6)

    def events(self, name: str) -> list[Mapping[str, Any]]:
        """The log's events of this name."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        events = [json.loads(line) for line in lines if line.startswith("{")]
        return [event for event in events if event["event"] == name]
