"""A model's way to the disk and into memory, told in the message whose button was pressed."""

import asyncio
from typing import Any, TypeAlias

import structlog
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.types import Message

from handlers.dependencies import Say
from transcription.models.registry import ModelRegistry, Stage

log = structlog.get_logger()

AnyModels: TypeAlias = ModelRegistry[Any]
"""What the models are made of is nobody's business here."""

PROGRESS_EVERY_S = 2.0
"""Seconds between edits; Telegram takes about one a second in a chat, and notes need theirs."""


async def load_with_progress(name: str, models: AnyModels, message: Message, say: Say) -> None:
    """Wait until a model is in memory, while `message` says how far it is; raises like `Models.ensure`."""
    said = say("model-preparing", name=name)
    now = said

    def on_progress(stage: Stage, fraction: float) -> None:
        nonlocal now
        key = "model-downloading" if stage is Stage.DOWNLOAD else "model-loading"
        now = say(key, name=name, percent=round(100 * fraction))

    ensuring = asyncio.create_task(models.ensure(name, on_progress))
    try:
        await _edit(message, said)
        while not (await asyncio.wait([ensuring], timeout=PROGRESS_EVERY_S))[0]:
            if now != said:
                said = now
                await _edit(message, said)
        await ensuring
    finally:
        ensuring.cancel()


async def _edit(message: Message, text: str) -> None:
    """Progress that can't be shown must not stop the work."""
    try:
        await message.edit_text(text)
    except (TelegramAPIError, ClientDecodeError) as error:
        log.info("progress not shown", error=type(error).__name__)
