"""The status of a job until it has ended: when it is shown, and when there is news to show."""

import asyncio
import contextlib
import time
from dataclasses import dataclass, field

import structlog
from aiogram.exceptions import TelegramAPIError

from bot.delivery.guest_reply import GuestReply
from bot.delivery.reply import JobReply
from bot.delivery.sender import MessageSender
from bot.telegram.rate_limit import Priority, is_private
from transcription import View

log = structlog.get_logger()

QUIET_S = 2.0
"""A recording that takes less goes from its first status straight to its text."""
PRIVATE_PROGRESS_S, GROUP_PROGRESS_S = 3.0, 6.0
"""Seconds between progress edits in a private chat and in a group."""
DRAFT_PROGRESS_S, DRAFT_REFRESH_S = 1.0, 20.0
"""Seconds between drafts that say something new, and after which one is shown again, for it is gone after 30."""
REFUSED_PAUSE_S = 300.0
"""Pause after a status was refused for a reason that nobody foresaw."""


@dataclass(slots=True)
class Status:
    """The status of a job that has not ended, and when it is shown next.

    Nothing is done until there is news of the job. The first status waits for its turn in the chat; the follower does
    not wait with it, so that a result that is there sooner goes ahead of all that wait for their first status.
    """

    reply: JobReply | GuestReply
    sender: MessageSender
    wakeup: asyncio.Event
    began_at: float = field(default_factory=time.monotonic)
    due_at: float = 0.0
    is_stale: bool | None = None
    was_preliminary: bool = False
    turn: "asyncio.Future[None] | None" = None

    def __post_init__(self) -> None:
        """A status that is there already may be edited after a while."""
        self.due_at = self.began_at + (QUIET_S if self.reply.is_sent else 0)

    async def show(self, view: View) -> None:
        """Show what is new if it is time."""
        if self.is_stale is None:  # what a former process showed of the queue is left: there may be thousands
            self.is_stale = not self.reply.is_sent or bool(view.text)
        if view.is_preliminary and not self.was_preliminary:  # once, for what is not sooner now remains so
            self.was_preliminary, self.due_at = True, min(self.due_at, self.began_at + QUIET_S)
        if not self.is_stale or time.monotonic() < self.due_at or not self._has_turn():
            return
        progress_s = PRIVATE_PROGRESS_S if is_private(self.reply.address.chat_id) else GROUP_PROGRESS_S
        pause_s = DRAFT_PROGRESS_S if self.reply.is_draft else progress_s if self.reply.is_sent else QUIET_S
        turn, self.turn = self.turn, None
        try:
            self.is_stale = not await self.reply.show_progress(view, turn)
        except TelegramAPIError as error:  # nothing is lost yet
            pause_s = REFUSED_PAUSE_S
            log_refusal("status refused", self.reply.job.id, error, pause_s)
        self.due_at = time.monotonic() + pause_s

    async def wait(self) -> None:
        """Until there is news of the job, or a stale status may be shown anew."""
        until_due_s = DRAFT_REFRESH_S if self.reply.is_draft else None
        if self.is_stale and not self.turn:
            until_due_s = max(0.1, self.due_at - time.monotonic())
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.wakeup.wait(), until_due_s)
        self.is_stale = self.is_stale or self.wakeup.is_set() or self.reply.is_draft
        self.wakeup.clear()

    def close(self) -> None:
        """Leave the line."""
        if self.turn:
            self.turn.cancel()

    def _has_turn(self) -> bool:
        if not self.reply.is_sent and not self.reply.is_draft and not self.turn:
            self.turn = self.sender.line_up(self.reply.address, Priority.STATUS)
            self.turn.add_done_callback(lambda _turn: self.wakeup.set())
        return self.turn is None or self.turn.done()


def log_refusal(event: str, job_id: int, error: TelegramAPIError, pause_s: float) -> None:
    """Write down what Telegram refused, and when it is tried again."""
    log.warning(event, job=job_id, error=type(error).__name__, reason=error.message, pause_s=pause_s)
