"""Progress of a model's download and loading, shown in the message whose button was pressed."""

import asyncio

import structlog
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.types import Message

from handlers.dependencies import AnyModels, Say
from transcription import Stage

log = structlog.get_logger()

PROGRESS_EVERY_S = 2.0
"""Seconds between edits; Telegram takes about one a second in a chat, and notes need theirs."""


async def load_with_progress(name: str, models: AnyModels, message: Message, say: Say) -> None:
    """Wait until a model is in memory, while `message` says how far it is; raises like `AnyModels.ensure`."""
    shown = say("model-preparing", name=name)
    now = shown

    def on_progress(stage: Stage, fraction: float) -> None:
        nonlocal now
        key = "model-downloading" if stage is Stage.DOWNLOAD else "model-loading"
        now = say(key, name=name, percent=round(100 * fraction))

    ensuring = asyncio.create_task(models.ensure(name, on_progress))
    try:
        await _edit(message, shown)
        while not (await asyncio.wait([ensuring], timeout=PROGRESS_EVERY_S))[0]:
            if now != shown:
                shown = now
                await _edit(message, shown)
        await ensuring
    finally:
        ensuring.cancel()


async def _edit(message: Message, text: str) -> None:
    """Progress that can't be shown must not stop the work."""
    try:
        await message.edit_text(text)
    except (TelegramAPIError, ClientDecodeError) as error:
        log.info("progress not shown", error=type(error).__name__)
