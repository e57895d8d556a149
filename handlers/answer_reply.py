"""The message that an answer of a language model is: a status, edited until it is the answer, in reply to the text."""

import contextlib
import sqlite3
from dataclasses import dataclass
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.types import BufferedInputFile, InlineKeyboardMarkup, ReplyParameters
from aiogram.utils.formatting import Text

from handlers.address import Deliveries
from handlers.answer_buttons import answer_text, draft_text, leave_keyboard, stop_keyboard
from handlers.dependencies import Say
from handlers.message_units import MESSAGE_UNITS, utf16_units
from handlers.messages import NO_PREVIEW, delete_message
from handlers.result import Result, file_name
from transcription import AnswerKind, Draft, KeptAnswer, LlmFailed

log = structlog.get_logger()

ORDINALS = {AnswerKind.SUMMARY: -3, AnswerKind.TIDY: -4, AnswerKind.TODO: -5}
"""Those of the messages among the further ones of a job, so that they go with its text."""


@dataclass(slots=True)
class AnswerReply:
    """The answer of one kind to one text; there is one message of it at a time, the last one."""

    result: Result
    kind: AnswerKind
    model: str
    bot: Bot
    deliveries: Deliveries
    say: Say
    message_id: int | None = None

    async def take_over(self, message_id: int) -> None:
        """Go on in a message whose button was pressed: the question, or this answer. Buttons can be forged."""
        is_own = self.result.messages.get(ORDINALS[self.kind]) == message_id
        if is_own or await self.deliveries.find_job(self.result.address.chat_id, message_id) is None:
            self.message_id = message_id

    async def ask_leave(self, host: str) -> None:
        """Ask whether the text may leave this machine."""
        await self._send(
            Text(self.say("llm-leave", host=host)), leave_keyboard(self._job_id, self.kind, host, self.say)
        )

    async def begin(self) -> None:
        """Say that it is being written, in place of the question or in a new message."""
        draft = Draft("")
        if self.message_id is not None:
            await self.show(draft)
        else:
            self.message_id = await self._send(self._draft(draft), self._stop)
        await self._keep_id()

    async def show(self, draft: Draft) -> None:
        """Say what is written so far; what can't be shown must not stop the work."""
        try:
            await self._edit(self._draft(draft), self._stop)
        except (TelegramAPIError, ClientDecodeError) as error:
            log.info("progress not shown", error=type(error).__name__)

    async def finish(self, answer: KeptAnswer) -> None:
        """Say the answer: in the message, or as a file where it is too long for one."""
        text = answer_text(self.kind, answer, self.model, self.say)
        if utf16_units(text.as_kwargs()["text"]) > MESSAGE_UNITS:
            if self.message_id is not None:
                await self._keep_id()
            self.message_id = await self._send_file(answer)
        elif self.message_id is None:
            self.message_id = await self._send(text)
        else:
            await self._edit(text)
        await self._keep_id()

    async def fail(self, error: LlmFailed) -> None:
        """Say why there is none."""
        await self._edit(Text(self.say(f"error-{error.code}", **error.details)))

    async def remove(self) -> None:
        """Take the message away."""
        if self.message_id is not None:
            await self._delete(self.message_id)
            self.message_id = None

    @property
    def _job_id(self) -> int:
        return self.result.job_id

    @property
    def _stop(self) -> InlineKeyboardMarkup:
        return stop_keyboard(self._job_id, self.kind, self.say)

    def _draft(self, draft: Draft) -> Text:
        return draft_text(self.kind, draft, self.say)

    async def _keep_id(self) -> None:
        """Keep the id of the message in place of the former one, which goes."""
        ordinal, messages = ORDINALS[self.kind], self.result.messages
        former, messages[ordinal] = messages.get(ordinal), self.message_id or 0
        if former == self.message_id:
            return
        if former:
            await self._delete(former)
        with contextlib.suppress(sqlite3.IntegrityError):  # the text was forgotten meanwhile
            await self.deliveries.set_part(self._job_id, ordinal, messages[ordinal])

    async def _send(self, text: Text, buttons: InlineKeyboardMarkup | None = None) -> int:
        sent = await self.bot.send_message(
            **self._target, **text.as_kwargs(), reply_markup=buttons, link_preview_options=NO_PREVIEW
        )
        return sent.message_id

    async def _send_file(self, answer: KeptAnswer) -> int:
        caption = answer_text(self.kind, answer, self.model, self.say, is_file=True)
        file = BufferedInputFile(f"{answer.text}\n".encode(), file_name(self.result.view.job, f" {self.kind}.txt"))
        sent = await self.bot.send_document(**self._target, document=file, **caption.as_caption_kwargs())
        return sent.message_id

    async def _edit(self, text: Text, buttons: InlineKeyboardMarkup | None = None) -> None:
        address = self.result.address
        await self.bot.edit_message_text(
            **text.as_kwargs(),
            business_connection_id=address.business_connection_id or None,
            chat_id=address.chat_id,
            message_id=self.message_id,
            reply_markup=buttons,
            link_preview_options=NO_PREVIEW,
        )

    async def _delete(self, message_id: int) -> None:
        """Delete a message; one that is gone, or too old, stays as it is."""
        with contextlib.suppress(TelegramAPIError):
            await delete_message(self.bot, self.result.address, message_id)

    @property
    def _target(self) -> dict[str, Any]:
        """Where a new message goes: below the text."""
        address = self.result.address
        return {
            "chat_id": address.chat_id,
            "business_connection_id": address.business_connection_id or None,
            "message_thread_id": address.thread_id,
            "reply_parameters": ReplyParameters(
                message_id=self.result.text_message_id, allow_sending_without_reply=True
            ),
        }
