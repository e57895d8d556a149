"""A recording as a server takes it: the file as it came, or its sound as WAV."""

import asyncio
import struct
from collections.abc import AsyncIterable, AsyncIterator, Sequence
from dataclasses import dataclass

import aiohttp
import numpy as np
from aiohttp.payload import AsyncIterablePayload

from transcription.audio.ffmpeg import SAMPLE_RATE, Samples
from transcription.audio.file_samples import SAMPLE_BYTES
from transcription.task import TranscriptionTask

SIGNATURES = (
    (0, b"OggS", "ogg"),
    (0, b"RIFF", "wav"),
    (0, b"fLaC", "flac"),
    (0, b"ID3", "mp3"),
    (4, b"ftyp", "m4a"),
    (0, b"\x1aE\xdf\xa3", "webm"),
    (0, b"#!AMR", "amr"),
)
"""How files begin, for servers go by a name's ending; what senders call their files is not passed on."""
MPEG_AUDIO = 0xE0
"""The bits that are set in the second byte of each frame of MP3, after one of ones."""
BLOCK_S = 10


@dataclass(frozen=True, slots=True)
class Upload:
    """Bytes of a known number, and the ending of their file's name."""

    chunks: AsyncIterable[bytes]
    size_bytes: int | None
    ending: str

    def form(self, fields: Sequence[tuple[str, str]]) -> aiohttp.FormData:
        """The multipart form that holds them as `file`."""
        form = aiohttp.FormData(default_to_multipart=True)
        for name, value in fields:
            form.add_field(name, value)
        form.add_field("file", _Payload(self.chunks, self.size_bytes), filename=f"recording.{self.ending}")
        return form


class _Payload(AsyncIterablePayload):
    """Chunks with a length, which small servers need to be told."""

    def __init__(self, chunks: AsyncIterable[bytes], size_bytes: int | None) -> None:
        super().__init__(chunks)
        self._size = size_bytes


async def original(task: TranscriptionTask) -> Upload:
    """The file as it came."""
    head = await anext(aiter(task.chunks), b"")
    return Upload(task.chunks, task.size_bytes, _ending(head))


def wav(samples: Samples) -> Upload:
    """Decoded sound."""
    size = len(samples) * SAMPLE_BYTES
    rates = (SAMPLE_RATE, SAMPLE_RATE * SAMPLE_BYTES, SAMPLE_BYTES, 8 * SAMPLE_BYTES)
    header = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + size, b"WAVE", b"fmt ", 16, 1, 1, *rates, b"data", size)
    return Upload(_pcm(header, samples), len(header) + size, "wav")


async def _pcm(header: bytes, samples: Samples) -> AsyncIterator[bytes]:
    yield header
    for start in range(0, len(samples), block := BLOCK_S * SAMPLE_RATE):
        yield (await asyncio.to_thread(np.asarray, samples[start : start + block])).tobytes()


def _ending(head: bytes) -> str:
    for offset, signature, ending in SIGNATURES:
        if head.startswith(signature, offset):
            return ending
    return "mp3" if len(head) > 1 and head[0] == 0xFF and head[1] & MPEG_AUDIO == MPEG_AUDIO else "bin"
