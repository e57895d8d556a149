"""Recordings on pages of sites, by yt-dlp in a confined process that lives as long as one of them is fetched."""

import asyncio
import json
import os
import resource
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import structlog

from transcription.errors import LinkFailed, LinkNoMedia, LinkRefused, TooLong, TranscriptionError
from transcription.links.addresses import Gate
from transcription.links.proxy import Proxy, checking_proxy

log = structlog.get_logger()

SCRIPT = Path(__file__).with_name("site_process.py")
CHUNK_BYTES = 1 << 16
MEMORY_BYTES = 1 << 30
"""Address space of the process; it maps some 300 MB."""
CPU_S = 300
START_S = 120.0
"""How long the process may take to find out where the sound is: sites are asked several times."""
FRAGMENT_BYTES = 256 << 20
"""The largest file it may write: parts of a stream, each of which is gone when it was passed on."""
KEPT = ("LANG", "LC_ALL", "SSL_CERT_FILE", "SSL_CERT_DIR")
"""What the process sees of our environment, in which there are keys."""


@dataclass(frozen=True, slots=True)
class YtDlp:
    """Fetches the sound of pages that yt-dlp knows; parts of a stream are in a temporary folder meanwhile."""

    gate: Gate
    max_duration_s: float

    @staticmethod
    def is_installed() -> bool:
        """Whether the extra `links` is here."""
        return find_spec("yt_dlp") is not None

    async def fetch(self, url: str) -> AsyncGenerator[bytes]:
        """The bytes of the first recording on a page. Raises `TranscriptionError`."""
        async with AsyncExitStack() as stack:
            proxy = await stack.enter_async_context(checking_proxy(self.gate))
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="stenobot-"))
            process = await _start(folder)
            stack.push_async_callback(_end, process)
            assert process.stdin
            assert process.stdout
            asked = {"url": url, "port": proxy.port, "max_duration_s": self.max_duration_s}
            process.stdin.write(json.dumps(asked).encode())
            process.stdin.close()
            errors = asyncio.create_task(_last_line(process))
            stack.callback(errors.cancel)
            head = chunk = await _first(process.stdout)
            while chunk:
                yield chunk
                chunk = await process.stdout.read(CHUNK_BYTES)
            if await process.wait() or not head:
                raise self._error(await errors, proxy)

    def _error(self, reason: str, proxy: Proxy) -> TranscriptionError:
        log.info("no recording from a page", reason=reason, refused=proxy.has_refused)
        if proxy.has_refused:
            return LinkRefused()
        if reason == "too-long":
            return TooLong(limit_s=self.max_duration_s)
        return LinkFailed() if reason == "failed" else LinkNoMedia()


async def _start(folder: str) -> Process:
    """The process, which has its limits before it is told what to fetch."""
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", str(SCRIPT)),
        cwd=folder,
        env={**environment, "HOME": folder, "YTDLP_NO_PLUGINS": "1"},
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
    )
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_S),
        (resource.RLIMIT_FSIZE, FRAGMENT_BYTES),
    ):
        resource.prlimit(process.pid, limit, (value, value))
    return process


async def _first(output: asyncio.StreamReader) -> bytes:
    """The first bytes. Raises `LinkFailed` where none come in time."""
    try:
        async with asyncio.timeout(START_S):
            return await output.read(CHUNK_BYTES)
    except TimeoutError:
        raise LinkFailed from None


async def _end(process: Process) -> None:
    """Leave nothing of it behind."""
    if process.returncode is None:
        process.kill()
    assert process.stdout
    await process.stdout.read()  # as in `ffmpeg`: asyncio may wait for ever for a pipe that is full
    await process.wait()


async def _last_line(process: Process) -> str:
    """What the process says last, of however much."""
    assert process.stderr
    last = b""
    while chunk := await process.stderr.read(CHUNK_BYTES):
        last = (last + chunk)[-CHUNK_BYTES:]
    return last.decode(errors="replace").strip().rpartition("\n")[2]
