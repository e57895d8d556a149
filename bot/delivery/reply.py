"""What one job says in its chat: a status, edited until it is the text, and further messages where that is long."""

import asyncio
import contextlib
import sqlite3
from dataclasses import dataclass

from aiogram.types import BufferedInputFile

from bot.delivery.reply_text import progress_text, result_texts
from bot.delivery.sender import MessageSender
from bot.localization import Say
from bot.telegram.api_errors import MessageGoneError, UnreachableError
from bot.telegram.rate_limit import Priority
from handlers.address import Address
from handlers.cancel import cancel_keyboard
from transcription import Job, View
from transcription.storage.deliveries import DeliveryStore

STATUS = 0
"""The ordinal of the status message, which becomes the first part of the text; further parts count from 1."""
TEXT_FILE = -1
"""The ordinal of the text file's message."""


class JobForgottenError(Exception):
    """Whoever sent the recording wants nothing of it kept, or said."""


@dataclass(slots=True)
class JobReply:
    """A job's messages, whose ids are stored before anything else happens, so that none is sent twice.

    `messages` are their ids by ordinal. A text of at least `text_file_from` characters also comes as a file. What
    sends raises like `MessageSender`.
    """

    sender: MessageSender
    deliveries: DeliveryStore
    job: Job
    address: Address
    say: Say
    text_file_from: int
    messages: dict[int, int]
    _shown: str = ""

    @property
    def is_sent(self) -> bool:
        """Whether the status was sent."""
        return STATUS in self.messages

    async def show_progress(self, view: View, turn: "asyncio.Future[None] | None" = None) -> bool:
        """Make the status say how far the job is; False where the chat has no turn to spare for an edit.

        The first status is sent in a `turn` that was waited for.
        """
        text = progress_text(view, self.say)
        keyboard = cancel_keyboard(self.job.id, self.say, is_draft=view.is_preliminary)
        if not self.is_sent:
            await self._save_id(STATUS, await self.sender.send(self.address, text, keyboard, Priority.STATUS, turn))
        elif text != self._shown and not await self.sender.edit_once(
            self.address, self.messages[STATUS], text, keyboard
        ):
            return False
        self._shown = text
        return True

    async def send_result(self, view: View) -> None:
        """Say what became of the job; where a part of that was said before, the rest. Raises `JobForgottenError`."""
        for ordinal, text in enumerate(result_texts(view, self.say)):
            await self._upsert(ordinal, text)
        text = view.transcript.text if view.transcript else ""
        if text and len(text) >= self.text_file_from and TEXT_FILE not in self.messages:
            file = BufferedInputFile(f"{text}\n".encode(), f"{Address.parse(self.job.request.source).message_id}.txt")
            caption = self.say("text-file-caption")
            await self._save_id(
                TEXT_FILE, await self.sender.send_file(self.address, file, caption, self.messages[STATUS])
            )

    async def retract(self) -> None:
        """Take back what the status says."""
        if self.is_sent:
            with contextlib.suppress(MessageGoneError):
                await self.sender.edit(self.address, self.messages[STATUS], self.say("cancelled"))

    async def _upsert(self, ordinal: int, text: str) -> None:
        """Make one of the messages say this; a deleted one is replaced, twice at most."""
        for _ in range(3):
            if ordinal not in self.messages:
                await self._send(ordinal)
            try:
                await self.sender.edit(self.address, self.messages[ordinal], text)
            except MessageGoneError:
                del self.messages[ordinal]
            else:
                return
        raise UnreachableError

    async def _send(self, ordinal: int) -> None:
        """Send a message that will be edited. A status has its button, for it stays should the process die now."""
        if ordinal == STATUS:
            keyboard, priority = cancel_keyboard(self.job.id, self.say), Priority.FINAL
        else:
            keyboard, priority = None, Priority.PART
        await self._save_id(ordinal, await self.sender.send(self.address, self.say("part-pending"), keyboard, priority))

    async def _save_id(self, ordinal: int, message_id: int) -> None:
        """Keep a message's id; a message of a job that was forgotten meanwhile is taken away."""
        self.messages[ordinal] = message_id
        if ordinal == STATUS:
            await self.deliveries.set_status_message(self.job.id, self.address.chat_id, message_id)
            return
        try:
            await self.deliveries.set_part(self.job.id, ordinal, message_id)
        except sqlite3.IntegrityError:
            await self.sender.delete(self.address, message_id)
            raise JobForgottenError from None
