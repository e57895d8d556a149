"""What one job says in its chat: a status, edited until it is the text, and further messages where that is long."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace

from aiogram.types import BufferedInputFile

from bot.delivery.drafts import DraftRefusedError, Drafts
from bot.delivery.progress_text import progress_text
from bot.delivery.result_text import Content
from bot.delivery.sender import MessageSender
from bot.localization import Say
from bot.telegram.api_errors import MessageGoneError, UnreachableError
from bot.telegram.rate_limit import Priority
from handlers.address import Address
from handlers.cancel import cancel_keyboard
from handlers.result import file_name
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

    `messages` are their ids by ordinal. What sends raises like `MessageSender`, and `JobForgottenError`.
    """

    sender: MessageSender
    deliveries: DeliveryStore
    job: Job
    address: Address
    say: Say
    messages: dict[int, int]
    drafts: Drafts | None = None
    """What shows the progress until there is a status; None where that is one from the start."""
    is_quiet: bool = False
    """Whether nothing makes a sound."""
    better_model: str | None = None
    """The model that has been asked for in place of the one that heard the recording before."""
    _shown: str = ""

    @property
    def is_sent(self) -> bool:
        """Whether the status was sent."""
        return STATUS in self.messages

    @property
    def is_draft(self) -> bool:
        """Whether the progress is a draft, which is gone after a while unless it is shown again."""
        return self.drafts is not None and not self.is_sent

    async def show_progress(self, view: View, turn: "asyncio.Future[None] | None" = None) -> bool:
        """Make the status say how far the job is; False where the chat has no turn to spare for an edit.

        The first status is sent in a `turn` that was waited for.
        """
        author = f"💬 {self.address.author.name}\n" if self.address.author else ""
        text = f"{author}{progress_text(view, self.say)}"
        if self.better_model:
            text = f"{self.say('status-again', model=self.better_model)}\n\n{text}"
        if self.drafts and not self.is_sent:
            try:
                return await self.drafts.show(self.address, self.job.id, text)
            except DraftRefusedError:
                self.drafts = None  # a status tells the rest: what was refused once is not tried again and again
                return False
        keyboard = cancel_keyboard(self.job.id, self.say, is_draft=view.is_preliminary)
        if not self.is_sent:
            await self._save_id(STATUS, await self.sender.send(self.address, text, keyboard, Priority.STATUS, turn))
        elif text != self._shown and not await self.sender.edit_once(
            self.address, self.messages[STATUS], text, keyboard
        ):
            return False
        self._shown = text
        return True

    async def send_status(self) -> None:
        """Have a status, so that there is a message whose id is stored."""
        if not self.is_sent:
            await self._send(STATUS)

    async def send_result(
        self, contents: Sequence[Content], former: Sequence[Content], priority: Priority = Priority.FINAL
    ) -> None:
        """Make the messages say what is to be said, where `former` does not tell that they do already.

        Where only buttons differ, only they are changed, by this priority, and not under a message that is gone.
        Raises `RichRefusedError`.
        """
        for ordinal, content in enumerate(contents):
            shown = former[ordinal] if ordinal in self.messages and ordinal < len(former) else None
            if shown is None or replace(shown, keyboard=content.keyboard) != content:
                await self._upsert(ordinal, content)
            elif shown != content:
                with contextlib.suppress(MessageGoneError):
                    await self.sender.edit_keyboard(self.address, self.messages[ordinal], content.keyboard, priority)
        for ordinal in [ordinal for ordinal in self.messages if ordinal >= len(contents)]:
            await self.withdraw(ordinal)

    @property
    def has_file(self) -> bool:
        """Whether the text was sent as a file."""
        return TEXT_FILE in self.messages

    async def send_text_file(self, content: bytes, suffix: str) -> None:
        """Send the text as a file."""
        file, caption = BufferedInputFile(content, file_name(self.job, suffix)), self.say("text-file-caption")
        sent_id = await self.sender.send_file(
            self.address, file, caption, self.messages[STATUS], is_quiet=self.is_quiet
        )
        await self._save_id(TEXT_FILE, sent_id)

    async def remove(self, ordinal: int) -> None:
        """Delete a message, if there is one of this ordinal."""
        if message_id := self.messages.pop(ordinal, None):
            await self.sender.delete(self.address, message_id)
            await self.deliveries.remove_part(self.job.id, ordinal)

    async def withdraw(self, ordinal: int) -> None:
        """Take a message away; one that Telegram will not delete, for it is old, says nothing any more."""
        if message_id := self.messages.get(ordinal):
            with contextlib.suppress(MessageGoneError):
                await self.sender.edit(self.address, message_id, self.say("part-pending"))
            await self.remove(ordinal)

    async def retract(self) -> None:
        """Take back what the status says."""
        if self.is_sent:
            with contextlib.suppress(MessageGoneError):
                await self.sender.edit(self.address, self.messages[STATUS], self.say("cancelled"))

    async def _upsert(self, ordinal: int, content: Content) -> None:
        """Make one of the messages say this; a deleted one is replaced, twice at most."""
        for _ in range(3):
            if ordinal not in self.messages:
                await self._send(ordinal)
            try:
                message_id, says = self.messages[ordinal], (content.text, content.keyboard, content.entities)
                await self.sender.edit(self.address, message_id, *says, rich=content.rich)
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
        text = self.say("part-pending")
        sent_id = await self.sender.send(self.address, text, keyboard, priority, is_quiet=self.is_quiet)
        await self._save_id(ordinal, sent_id)

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
