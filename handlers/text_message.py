"""Saying a kept text once more: in a message, or as a file where it is too long for one."""

import asyncio
from dataclasses import dataclass

from aiogram import Bot
from aiogram.types import BufferedInputFile, ReplyParameters
from aiogram.utils.formatting import Text

from handlers.address import Address, Deliveries
from handlers.dependencies import Say
from handlers.look import Look, without_speakers
from handlers.message_units import MESSAGE_UNITS, utf16_units
from transcription import FormatOptions, KeptText, Service, Transcript, render

CAPTION_CHARACTERS = 400
"""How much of a text is shown above its file."""


@dataclass(frozen=True, slots=True)
class ShownText:
    """A text as it looks in its chat: what is shown of its transcript, and how."""

    transcript: Transcript
    options: FormatOptions

    def render(self, name: str) -> bytes:
        """The content of a file of this format; see `transcription.render`."""
        return render(name, self.transcript, self.options)


async def shown_text(text: KeptText, service: Service, deliveries: Deliveries, say: Say) -> ShownText:
    """How a text looks: with who speaks where that was found out later, and as its speakers are called."""
    look = Look.parse((await deliveries.looks(text.job.id))[0])
    again = look.better if look.better is not None else look.redo
    redone = await service.texts.get(again) if again is not None else None
    transcript = (redone or text).transcript
    return ShownText(transcript if look.speakers else without_speakers(transcript), look.format_options(say))


async def plain_text(text: KeptText, service: Service, deliveries: Deliveries, say: Say) -> str:
    """The same in paragraphs."""
    shown = await shown_text(text, service, deliveries, say)
    return (await asyncio.to_thread(shown.render, "txt")).decode().strip()


async def send_text(bot: Bot, to: Address, title: Text, text: str, *, name: str) -> None:
    """Say a text under a title, in reply to the message of this address; one that is too long comes as a file.

    The file is called by this name.
    """
    whole = Text(title, "\n\n", text)
    reply = ReplyParameters(message_id=to.message_id, allow_sending_without_reply=True)
    if utf16_units(whole.as_kwargs()["text"]) <= MESSAGE_UNITS:
        await bot.send_message(to.chat_id, **whole.as_kwargs(), message_thread_id=to.thread_id, reply_parameters=reply)
        return
    caption = Text(title, "\n\n", text[:CAPTION_CHARACTERS].rsplit(maxsplit=1)[0], "…")
    await bot.send_document(
        to.chat_id,
        BufferedInputFile(f"{text}\n".encode(), name),
        **caption.as_caption_kwargs(),
        message_thread_id=to.thread_id,
        reply_parameters=reply,
    )
