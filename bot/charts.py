"""Charts as pictures, drawn by matplotlib in a process of its own that ends with them."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path

import structlog

from handlers.dependencies import Chart

log = structlog.get_logger()

SCRIPT = Path(__file__).with_name("chart_process.py")
TIMEOUT_S = 60.0
"""The first chart takes longest: matplotlib looks for fonts then, and keeps what it found."""


class Charts:
    """Draws one chart at a time; `folder` is where matplotlib keeps its list of fonts.

    The process costs 70 MB for a second, which the bot's own does not keep.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "matplotlib"
        self._turn = asyncio.Semaphore(1)

    async def draw(self, chart: Chart) -> bytes | None:
        """A PNG; None without matplotlib (the extra `charts`), or where it fails."""
        if find_spec("matplotlib") is None:
            return None
        async with self._turn:
            # -P keeps our folder out of its path.
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", str(SCRIPT)),
                env={**os.environ, "MPLCONFIGDIR": str(self._folder)},
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
            )
            try:
                async with asyncio.timeout(TIMEOUT_S):
                    picture, _ = await process.communicate(json.dumps(asdict(chart)).encode())
            except TimeoutError:
                log.warning("a chart took too long", timeout_s=TIMEOUT_S)
                return None
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()
        if process.returncode:
            log.warning("a chart could not be drawn", exit=process.returncode)
            return None
        return picture
