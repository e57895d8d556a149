"""Stand-ins for Telegram and the transcriber, where neither is what a benchmark measures."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.methods import TelegramMethod
from aiogram.types import Chat, Message

from transcription.asr.thread_pool import ThreadPool
from transcription.audio.ffmpeg import DecodeLimits
from transcription.jobs import File
from transcription.progress import TranscriptionProgress
from transcription.task import TranscriptionTask
from transcription.transcriber import Transcriber, TranscriberOptions
from transcription.transcript import Segment, Transcript

NOTE_S = 1.0
"""What the stand-in for the transcriber takes for a recording, of which it does two at a time."""
TEXT = "Something that somebody said, and that is kept for as long as its owner wants. " * 18
TRANSCRIPT = Transcript((Segment(0, 5500, TEXT),), "en", 0.97, 5500, "base")


class Answering(BaseSession):
    """Takes every call at once."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = 0
        self._chat = Chat(id=1, type="private")

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:  # noqa: ARG002, ASYNC109
        """The message that was sent or edited."""
        self.calls += 1
        return Message(message_id=self.calls, date=0, chat=self._chat)  # type: ignore[arg-type]

    async def close(self) -> None:
        """Nothing to close."""

    async def stream_content(self, *args: Any, **kwargs: Any) -> AsyncIterator[bytes]:  # type: ignore[override]  # noqa: ARG002
        """No file is ever fetched."""
        yield b""


class WaitingTranscriber(Transcriber):
    """Takes its time for a recording, and no work."""

    def __init__(self) -> None:
        super().__init__(models=cast("Any", None), pool=ThreadPool(2), options=TranscriberOptions(DecodeLimits()))
        self._turns = asyncio.Semaphore(self.workers)

    def device_of(self, _model: str) -> str:
        """The one there is."""
        return "cpu"

    async def transcribe(self, _task: TranscriptionTask, progress: TranscriptionProgress, **_hooks: Any) -> Transcript:
        """What every recording says."""
        progress.on_start()
        async with self._turns:
            await asyncio.sleep(NOTE_S)
        return TRANSCRIPT


async def no_bytes(_file: File) -> AsyncIterator[bytes]:
    """A file that nobody reads."""
    yield b""
