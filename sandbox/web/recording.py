"""Converts a browser's recording to a voice message: OGG with Opus."""

from __future__ import annotations

import asyncio
import shutil
import struct

from sandbox.telegram.errors import bad_request

MAX_RECORDING_BYTES = 20 * 1024 * 1024
_TIMEOUT_S = 60.0
_OPUS_RATE = 48_000
_OGG, _MATROSKA = b"OggS", b"\x1a\x45\xdf\xa3"
_ENCODING = "-map 0:a:0 -t 3600 -ac 1 -ar 48000 -c:a libopus -b:a 32k -application voip -f ogg pipe:1"


async def as_voice_note(content: bytes) -> tuple[bytes, str]:
    """The recording as OGG/Opus, or as it came when there is no ffmpeg, and its MIME type; a 400 without sound."""
    if len(content) > MAX_RECORDING_BYTES:
        raise bad_request("the recording is too long")
    if content.startswith(_OGG):
        return content, "audio/ogg"
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        return content, "audio/webm"
    return await _convert(ffmpeg, content), "audio/ogg"


async def _convert(ffmpeg: str, content: bytes) -> bytes:
    known = ("-f", "matroska") if content.startswith(_MATROSKA) else ()
    command = ("-nostdin", "-v", "error", "-protocol_whitelist", "pipe", *known, "-i", "pipe:0", *_ENCODING.split())
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        ffmpeg, *command, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            converted, _ = await process.communicate(content)
    except TimeoutError:
        raise bad_request("the recording takes too long to convert") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode or not converted:
        raise bad_request("the recording holds no sound")
    return converted


def ogg_duration_s(content: bytes) -> float | None:
    """Seconds of an OGG/Opus stream, from the sample position on its last page; None for anything else."""
    last = content.rfind(_OGG)
    if last < 0 or len(content) < last + 14 or b"OpusHead" not in content[:200]:
        return None
    (position,) = struct.unpack_from("<q", content, last + 6)
    return position / _OPUS_RATE if position > 0 else None
