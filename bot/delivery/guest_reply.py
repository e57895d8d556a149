"""What one job says where the bot is no member: one message, known by its inline message id only."""

from dataclasses import dataclass

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNotFound,
)
from aiogram.methods import AnswerGuestQuery, EditMessageText

from bot.delivery.progress_text import progress_text
from bot.delivery.result_text import Content
from bot.delivery.sender import MessageSender
from bot.localization import Say
from bot.telegram.api_errors import UnreachableError, classify
from handlers.address import Address
from handlers.messages import NO_PREVIEW
from handlers.replies import guest_message
from transcription import Job, View
from transcription.storage.deliveries import DeliveryStore

log = structlog.get_logger()


@dataclass(slots=True)
class GuestReply:
    """The answer to a call, sent at once, for a call does not wait for long; its id is stored before it is edited."""

    bot: Bot
    sender: MessageSender
    deliveries: DeliveryStore
    job: Job
    address: Address
    say: Say
    inline_id: str | None = None
    _shown: str = ""

    is_sent = True
    is_draft = False

    async def begin(self) -> None:
        """Answer, unless that was done. Raises `UnreachableError` where it is too late for that.

        A process that dies between the answer and the store leaves a message that nobody can edit any more.
        """
        self.inline_id = await self.deliveries.inline_message_id(self.job.id)
        if self.inline_id is not None:
            return
        status = guest_message(self.say("status-starting"))
        try:
            sent = await self.bot(AnswerGuestQuery(guest_query_id=self.address.guest_query_id, result=status))
        except (TelegramBadRequest, TelegramForbiddenError, TelegramNotFound) as error:
            log.info("call not answered", job=self.job.id, reason=error.message)
            raise UnreachableError from None
        self.inline_id = sent.inline_message_id
        await self.deliveries.set_inline_message(self.job.id, self.address.chat_id, self.inline_id)

    async def show_progress(self, view: View, _turn: object = None) -> bool:
        """Make the message say how far the job is; False where the chat has no turn to spare, or it was refused."""
        text = progress_text(view, self.say)
        if text == self._shown:
            return True
        if not self.sender.try_turn(self.address):
            return False
        try:
            await self.bot.session.make_request(self.bot, self._edit(Content(text)))
        except (TelegramAPIError, ClientDecodeError) as error:
            log.info("progress not shown", error=type(error).__name__)
            return False
        self._shown = text
        return True

    async def finish(self, content: Content) -> None:
        """Say the result. Raises `MessageGoneError`, `UnreachableError`, and `TelegramAPIError` for another attempt."""
        edit = self._edit(content)
        try:
            await self.bot(edit)
        except TelegramForbiddenError:
            raise UnreachableError from None
        except (TelegramBadRequest, TelegramNotFound) as error:
            classify(error, edit)

    def _edit(self, content: Content) -> EditMessageText:
        return EditMessageText(
            inline_message_id=self.inline_id,
            text=content.text,
            entities=list(content.entities) or None,
            parse_mode=None,
            link_preview_options=NO_PREVIEW,
        )
