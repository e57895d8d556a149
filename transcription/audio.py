"""From the bytes of any container to 16 kHz mono samples, through one ffmpeg that can reach nothing but its input."""

import asyncio
import contextlib
import resource
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydub import AudioSegment

from transcription.errors import DecodeTimeout, EmptyAudio, NotAudio, TooLong

SAMPLE_RATE = 16_000
BYTES_PER_SAMPLE = 2
BYTES_PER_SECOND = SAMPLE_RATE * BYTES_PER_SAMPLE

Samples = NDArray[np.int16]
"""Mono samples at 16 kHz, one dimension: half the memory of the float32 that `as_floats` makes of a part."""


@dataclass(frozen=True, slots=True)
class DecodeLimits:
    """What one file may cost; ffmpeg is killed beyond any of these."""

    duration_s: float = 7200.0
    """Longest audio that is accepted."""
    memory_bytes: int = 1 << 30
    """Address space of the ffmpeg process: decoding a voice note maps 300 to 500 MB, most of it shared libraries."""

    @property
    def timeout_s(self) -> float:
        """Seconds of processor time, and of waiting once all bytes are in: a tenth of real time, ten times the need."""
        return 30 + self.duration_s / 10


async def decode(chunks: AsyncIterator[bytes], limits: DecodeLimits) -> Samples:
    """The first audio track of a file whose bytes come in `chunks`, as samples; ffmpeg reads while they arrive.

    Raises `EmptyAudio`, `NotAudio`, `TooLong` or `DecodeTimeout`, and whatever `chunks` raises.
    """
    head = await anext(chunks, b"")
    if not head:
        raise EmptyAudio
    process = await asyncio.create_subprocess_exec(*_command(head), stdin=PIPE, stdout=PIPE, stderr=DEVNULL)
    # Set before the first byte goes in, so that nothing a stranger sent is read without them.
    resource.prlimit(process.pid, resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.prlimit(process.pid, resource.RLIMIT_CPU, (int(limits.timeout_s), int(limits.timeout_s)))
    draining = asyncio.create_task(_drain(process, limits))
    try:
        await _feed(process, head, chunks)
        async with asyncio.timeout(limits.timeout_s):
            pcm = await draining
            failed = await process.wait() != 0
    except TimeoutError:
        raise DecodeTimeout from None
    finally:
        draining.cancel()
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    if len(pcm) < BYTES_PER_SAMPLE:
        raise NotAudio if failed else EmptyAudio
    return np.frombuffer(pcm, dtype=np.int16, count=len(pcm) // BYTES_PER_SAMPLE)


def _command(head: bytes) -> list[str]:
    """ffmpeg's arguments for a file that begins with `head`.

    The protocol whitelist lets ffmpeg open nothing but its own input, so a playlist or a list of files that is sent as
    audio reaches neither a path nor an address. Only the MP4 family needs to seek (its index may stand at the end):
    `cache:` gives it that, in a file that ffmpeg has unlinked before it writes to it.
    """
    seeks = head[4:8] in {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"}
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


async def _drain(process: Process, limits: DecodeLimits) -> bytearray:
    """All that ffmpeg writes, unless it is longer than may be."""
    assert process.stdout
    pcm = bytearray()
    while block := await process.stdout.read(1 << 16):
        pcm += block
        if len(pcm) > limits.duration_s * BYTES_PER_SECOND:
            process.kill()
            raise TooLong(limit_s=limits.duration_s)
    return pcm


def as_floats(samples: Samples) -> NDArray[np.float32]:
    """Samples in -1..1, as Whisper and Silero VAD take them."""
    floats = samples.astype(np.float32)
    floats /= 32768.0
    return floats
