"""run_bot.py --worker as a process that is killed and started again, and what its log says of its work."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sandbox import SandboxServer
from tests.bot_process import BotProcess


class WorkerProcess:
    """A worker that transcribes one recording at a time. Times are Unix seconds."""

    def __init__(self, sandbox: SandboxServer, home: Path, models_dir: Path, url: str, **settings: str) -> None:
        home.mkdir()
        one = {"BOT_TOKEN": "", "MAX_CONCURRENT": "1", "CPU_THREADS": "1"}
        self.process = BotProcess(sandbox, home, models_dir, QUEUE_URL=url, **one, **settings)
        self._began_at = 0
        """Where in its log the process that runs now began."""

    @property
    def jobs(self) -> dict[int, float]:
        """The jobs that it has in hand, and when it began each; those of the last process where that is dead."""
        begun: dict[int, float] = {}
        for event in self._events(self._began_at):
            if event["event"] == "task begun":
                begun[event["job"]] = _time(event)
            elif event["event"] == "task ended":
                begun.pop(event["job"], None)
        return begun

    async def start(self) -> None:
        """Start it anew; it takes work once its model is loaded."""
        self._began_at = self.process.log.stat().st_size if self.process.log.exists() else 0
        await self.process.start("--worker", polling=False)

    async def kill(self) -> None:
        """kill -9."""
        await self.process.kill()

    def starts(self) -> list[tuple[float, int]]:
        """When it began which job, over all its lives."""
        return [(_time(event), event["job"]) for event in self._events(0) if event["event"] == "task begun"]

    def _events(self, since: int) -> Iterator[Mapping[str, Any]]:
        with self.process.log.open("rb") as file:
            file.seek(since)
            for line in file:
                if line.startswith(b"{") and line.endswith(b"}\n"):
                    yield json.loads(line)


def _time(event: Mapping[str, Any]) -> float:
    return datetime.fromisoformat(event["timestamp"]).timestamp()
