"""What one job says to one person only: in the group, where nobody else sees it, or else in their chat with the bot."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramBadRequest, TelegramForbiddenError
from aiogram.methods import DeleteMessage, EditEphemeralMessageText, SendMessage
from aiogram.types import EphemeralMessageParameters, ReplyParameters

from bot.delivery.result_text import Content
from bot.localization import Say
from handlers.address import Address
from handlers.message_units import utf16_units
from handlers.messages import NO_PREVIEW

log = structlog.get_logger()

EPHEMERAL_UNITS = 1024
"""The most UTF-16 code units to which a message that one person sees can be edited."""
SUPERGROUPS_BELOW = -(10**12)
"""Ids of supergroups begin here, and links to their messages leave this much away."""


@dataclass(slots=True)
class PrivateReply:
    """The answer to one reader. Nothing of what was said is sent before Telegram has hidden a message from others."""

    bot: Bot
    address: Address
    say: Say
    ephemeral_id: int | None = None

    async def begin(self) -> None:
        """Show the reader in the group that their text is on its way, if Telegram lets them alone see that."""
        assert self.address.reader_id
        status = SendMessage(
            chat_id=self.address.chat_id,
            message_thread_id=self.address.thread_id,
            text=self.say("status-starting"),
            ephemeral_message_parameters=EphemeralMessageParameters(receiver_user_id=self.address.reader_id),
            reply_parameters=self._note,
            disable_notification=True,
        )
        try:
            sent = await self.bot(status)
            self.ephemeral_id = sent.ephemeral_message_id
            if self.ephemeral_id is None:  # a server that does not know of this showed it to all
                await self.bot(DeleteMessage(chat_id=self.address.chat_id, message_id=sent.message_id))
        except (TelegramAPIError, ClientDecodeError) as error:
            log.info("no message for one person here", error=type(error).__name__, reason=str(error))

    async def finish(self, contents: Sequence[Content]) -> None:
        """Say the result. Raises `TelegramAPIError` where it can be tried again."""
        (first, *others) = contents
        if not others and utf16_units(first.text) <= EPHEMERAL_UNITS and await self._edit(first):
            return
        is_sent = await self._send_to_reader(contents)
        told = Content(self.say("private-sent" if is_sent else "private-no-chat"))
        if not await self._edit(told) and not is_sent:
            await self._tell_group(told.text)

    @property
    def _note(self) -> ReplyParameters | None:
        message_id = self.address.message_id
        return ReplyParameters(message_id=message_id, allow_sending_without_reply=True) if message_id else None

    async def _edit(self, content: Content) -> bool:
        """Make the message in the group say this; False where there is none, or it can't."""
        if self.ephemeral_id is None or self.address.reader_id is None:
            return False
        edit = EditEphemeralMessageText(
            chat_id=self.address.chat_id,
            receiver_user_id=self.address.reader_id,
            ephemeral_message_id=self.ephemeral_id,
            text=content.text,
            entities=list(content.entities) or None,
            link_preview_options=NO_PREVIEW,
        )
        try:
            await self.bot(edit)
        except (TelegramAPIError, ClientDecodeError) as error:
            log.info("message for one person not edited", error=type(error).__name__, reason=str(error))
            return False
        return True

    async def _send_to_reader(self, contents: Sequence[Content]) -> bool:
        """Say it in the reader's chat with the bot; False where they have none."""
        link = _link(self.address)
        lead = self.say("private-lead", place="link" if link else "group", link=link)
        try:
            for content in (Content(lead), *contents):
                await self.bot.send_message(
                    self.address.reader_id or 0,
                    content.text,
                    entities=list(content.entities) or None,
                    link_preview_options=NO_PREVIEW,
                )
        except (TelegramForbiddenError, TelegramBadRequest):
            return False
        return True

    async def _tell_group(self, text: str) -> None:
        await self.bot.send_message(
            self.address.chat_id,
            text,
            message_thread_id=self.address.thread_id,
            reply_parameters=self._note,
            disable_notification=True,
        )


def _link(address: Address) -> str:
    """Where the recording is; empty for groups whose messages have no links."""
    if address.chat_id > SUPERGROUPS_BELOW or not address.message_id:
        return ""
    return f"https://t.me/c/{SUPERGROUPS_BELOW - address.chat_id}/{address.message_id}"
