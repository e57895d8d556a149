"""Decoding of any container to 16 kHz mono samples, by an ffmpeg process that can reach nothing but its input."""

import asyncio
import contextlib
import os
import resource
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import structlog
from numpy.typing import NDArray
from pydub import AudioSegment

from transcription.audio.file_samples import SAMPLE_BYTES, FileSamples
from transcription.audio.spool import CHUNK_BYTES, Spool
from transcription.errors import DecodeTimeout, EmptyAudio, NotAudio, TooLong

log = structlog.get_logger()

SAMPLE_RATE = 16_000
BYTES_PER_SECOND = SAMPLE_RATE * SAMPLE_BYTES
MIN_SAMPLES = SAMPLE_RATE // 40
"""Samples of one of Whisper's frames. Less has no speech, and no length in whole milliseconds."""
SEEKING = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"})
"""First boxes of the MP4 family, in which ffmpeg has to seek, for the index may stand at the end."""
IN_MEMORY_S = 60.0
"""Longer audio is kept in a file: several recordings are in hand at a time."""

Samples = NDArray[np.int16] | FileSamples
"""Mono samples at 16 kHz, one dimension: half the memory of the float32 that `as_floats` makes of a part."""


def milliseconds(samples: int) -> int:
    """The time that so many samples take."""
    return round(samples * 1000 / SAMPLE_RATE)


OnLength = Callable[[float], None]
"""Called with the seconds that are decoded so far; may end the decoding by raising."""


def any_length(_seconds: float) -> None:
    """For callers who do not mind how long it is."""


@dataclass(frozen=True, slots=True)
class DecodeLimits:
    """What one file may cost; ffmpeg is killed beyond any of these."""

    duration_s: float = 7200.0
    """Longest audio that is accepted."""
    memory_bytes: int = 1 << 30
    """Address space of the ffmpeg process: decoding a voice message maps 300 to 500 MB, most of it shared libraries."""
    folder: Path | None = None
    """Where long audio is kept while it is transcribed; None is the system's folder for temporary files."""

    @property
    def timeout_s(self) -> float:
        """Seconds of processor time, and of waiting: a tenth of real time, ten times the need."""
        return 30 + self.duration_s / 10


class Standby:
    """An ffmpeg that has started and waits for a file: starting takes it several times as long as decoding a note.

    It has its limits from the start. `prepare` starts one, for as long as the `async with` block lasts. Belongs to one
    event loop.
    """

    def __init__(self, limits: DecodeLimits) -> None:
        self._limits = limits
        self._ready: Process | None = None
        self._starting: asyncio.Task[None] | None = None
        self._is_open = False

    async def __aenter__(self) -> Self:
        self._is_open = True
        return self

    async def __aexit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._is_open = False
        if self._starting:
            await self._starting
        if process := self.take():
            await _end(process)

    def prepare(self) -> "asyncio.Future[None]":
        """Start the next one in the background, unless it is there or on its way; done when it waits."""
        if self._starting is None or (self._starting.done() and self._ready is None):
            self._starting = asyncio.create_task(self._start())
        return self._starting

    def take(self) -> Process | None:
        """The one that waits, if there is one; whoever takes it has to end it."""
        process, self._ready = self._ready, None
        return process if process and _is_alive(process) else None

    async def _start(self) -> None:
        try:
            self._ready = await _start(self._limits) if self._is_open else None
        except OSError as error:
            log.warning("no ffmpeg can be kept ready", error=str(error))


async def decode(
    chunks: AsyncIterator[bytes],
    limits: DecodeLimits,
    on_length: OnLength = any_length,
    standby: Standby | None = None,
) -> Samples:
    """The first audio track of a file whose bytes come in `chunks`, as samples. They are to come without waiting.

    The ffmpeg of `standby`, which has the same `limits`, is taken where there is one and the file needs no seeking; the
    next one is started once the file is decoded.
    Raises `EmptyAudio`, `NotAudio`, `TooLong`, `DecodeTimeout`, or `FetchFailed` where the disk has no room, and
    whatever `chunks` and `on_length` raise.
    """
    head = await anext(chunks, b"")
    if not head:
        raise EmptyAudio
    seeks = head[4:8] in SEEKING
    process = (standby.take() if standby and not seeks else None) or await _start(limits, seeks=seeks)

    def check(seconds: float) -> None:
        if seconds > limits.duration_s:
            raise TooLong(limit_s=limits.duration_s)
        on_length(seconds)

    with Spool(int(IN_MEMORY_S * BYTES_PER_SECOND), limits.folder) as pcm:
        draining = asyncio.create_task(_drain(process, pcm, check))
        try:
            async with asyncio.timeout(limits.timeout_s):
                await _feed(process, head, chunks)
                await draining
                failed = await process.wait() != 0
        except TimeoutError:
            raise DecodeTimeout from None
        finally:
            draining.cancel()
            await _end(process, draining)
            if standby:
                standby.prepare()
        if pcm.size < MIN_SAMPLES * SAMPLE_BYTES:
            raise NotAudio if failed else EmptyAudio
        return _samples(pcm)


def _samples(pcm: Spool) -> Samples:
    count = pcm.size // SAMPLE_BYTES
    if pcm.in_memory:
        return np.frombuffer(pcm.content(), dtype=np.int16, count=count)
    return FileSamples(pcm.open_file(), 0, count)


async def _start(limits: DecodeLimits, *, seeks: bool = False) -> Process:
    """An ffmpeg that waits for its first byte, with its limits already: nothing a stranger sent is read without."""
    process = await asyncio.create_subprocess_exec(*_command(seeks=seeks), stdin=PIPE, stdout=PIPE, stderr=DEVNULL)
    resource.prlimit(process.pid, resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.prlimit(process.pid, resource.RLIMIT_CPU, (int(limits.timeout_s), int(limits.timeout_s)))
    return process


def _is_alive(process: Process) -> bool:
    """Whether a process runs now; asyncio learns of its end some moments later."""
    try:
        return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
    except ChildProcessError:
        return False


async def _end(process: Process, *readers: "asyncio.Task[None]") -> None:
    """Leave nothing of an ffmpeg behind, whatever it does; `readers` of its output have been cancelled, or are done."""
    assert process.stdout
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await asyncio.gather(*readers, return_exceptions=True)
    await process.stdout.read()  # or else some versions of asyncio wait for ever for a pipe that is full
    await process.wait()


def _command(*, seeks: bool) -> list[str]:
    """ffmpeg's arguments, for a file in which it `seeks` or for any other.

    The protocol whitelist lets ffmpeg open nothing but its own input, so a playlist or a list of files that is sent as
    audio reaches neither a path nor an address. Where it seeks, `cache:` lets it, in a file that it has unlinked before
    it writes to it.
    """
    return [
        AudioSegment.converter,
        *("-hide_banner", "-loglevel", "quiet", "-nostdin", "-threads", "1"),
        *("-protocol_whitelist", "cache,pipe", "-i", "cache:pipe:0" if seeks else "pipe:0"),
        *("-map", "0:a:0", "-vn", "-sn", "-dn", "-ac", "1", "-ar", str(SAMPLE_RATE), "-f", "s16le", "pipe:1"),
    ]


async def _feed(process: Process, head: bytes, chunks: AsyncIterator[bytes]) -> None:
    """Hand all bytes to ffmpeg; stops early, without an error, when ffmpeg has ended."""
    assert process.stdin
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        process.stdin.write(head)
        await process.stdin.drain()
        async for chunk in chunks:
            process.stdin.write(chunk)
            await process.stdin.drain()
        process.stdin.close()  # waiting for that, and cancelled, asyncio would log an error


async def _drain(process: Process, pcm: Spool, check: Callable[[float], None]) -> None:
    """Keep all that ffmpeg writes, as long as `check` lets pass how many seconds there are."""
    assert process.stdout
    try:
        while block := await process.stdout.read(CHUNK_BYTES):
            await pcm.write(block)
            check(pcm.size / BYTES_PER_SECOND)
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            process.kill()  # it would wait for ever for somebody to read
        raise


def as_floats(samples: Samples) -> NDArray[np.float32]:
    """Samples in -1..1, as Whisper and Silero VAD take them."""
    floats = np.asarray(samples).astype(np.float32)
    floats /= 32768.0
    return floats
