"""Delivery of jobs to their chats: one status message, edited until it is the text."""

import asyncio
import contextlib
import time
from dataclasses import dataclass, field

import structlog
from aiogram.exceptions import TelegramAPIError

from bot.delivery.reply import JobForgottenError, JobReply
from bot.delivery.sender import MessageSender
from bot.localization import Locales
from bot.telegram.api_errors import ChatMovedError, UnreachableError
from bot.telegram.rate_limit import Priority, is_private
from handlers.address import TELEGRAM, reply_address
from handlers.rate_limit import pauses
from transcription import Service, View
from transcription.storage.deliveries import DeliveryStore

log = structlog.get_logger()

QUIET_S = 2.0
"""A recording that takes less goes from its first status straight to its text."""
PRIVATE_PROGRESS_S, GROUP_PROGRESS_S = 3.0, 6.0
"""Seconds between progress edits in a private chat and in a group."""
REFUSED_PAUSES_S = (5.0, 15.0, 60.0, 300.0)
"""Pauses after refusals that nobody foresaw; the last one repeats, and is that of a status that was refused."""


class Delivery:
    """Follows every job from Telegram whose result was not delivered, each in a task of its own.

    The result is only ever an edit of a message whose id is stored, so that it is there once however often the process
    is killed in between.
    """

    def __init__(
        self,
        *,
        sender: MessageSender,
        service: Service,
        deliveries: DeliveryStore,
        locales: Locales,
        text_file_from: int,
    ) -> None:
        self._sender = sender
        self._service = service
        self._deliveries = deliveries
        self._locales = locales
        self._text_file_from = text_file_from
        self._wakeups: dict[int, asyncio.Event] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._closing = asyncio.Event()
        service.subscribe(self._on_change, source=TELEGRAM)

    async def resume(self) -> None:
        """Take up every job whose result a former process did not deliver."""
        for job_id in await self._service.undelivered(TELEGRAM):
            self._on_change(job_id)
            await asyncio.sleep(0)  # there may be thousands

    async def drain(self, patience_s: float) -> None:
        """Follow no job any further, but end what is being sent, a status as well as a result; wait at most so long.

        A status whose id was not kept would be sent again by the next process, and stand there twice.
        """
        self._closing.set()
        for wakeup in self._wakeups.values():
            wakeup.set()
        if tasks := list(self._tasks.values()):
            await asyncio.wait(tasks, timeout=patience_s)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _on_change(self, job_id: int) -> None:
        if job_id in self._tasks:
            self._wakeups[job_id].set()
        elif not self._closing.is_set():
            self._wakeups[job_id] = asyncio.Event()
            self._tasks[job_id] = asyncio.create_task(self._follow(job_id))

    async def _follow(self, job_id: int) -> None:
        """Deliver, however often it takes: what is refused for an unknown reason may be taken in some minutes."""
        pauses_s = pauses(REFUSED_PAUSES_S)
        try:
            while not self._closing.is_set():
                try:
                    if await self._try(job_id):
                        return
                except TelegramAPIError as error:
                    pause_s = next(pauses_s)
                    _log_refusal("last word refused, will try again", job_id, error, pause_s)
                except Exception:
                    pause_s = next(pauses_s)
                    log.exception("last word failed, will try again", job=job_id, pause_s=pause_s)
                else:
                    continue
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._closing.wait(), pause_s)
        finally:
            del self._tasks[job_id], self._wakeups[job_id]

    async def _try(self, job_id: int) -> bool:
        """Deliver all there is of a job, going by what is stored; False where it has to be done elsewhere."""
        reply = await self._reply_for(job_id)
        if reply is None:
            return True
        try:
            await self._deliver(reply)
        except ChatMovedError as moved:
            await self._deliveries.set_moved_chat(job_id, moved.chat_id)
            return False
        except UnreachableError:
            log.info("chat is out of reach", job=job_id)
            await self._service.cancel(job_id)  # a text that nobody can be shown is not worth the work
            await self._service.mark_delivered(job_id)
        except JobForgottenError:
            log.info("job was forgotten", job=job_id)
        return True

    async def _reply_for(self, job_id: int) -> JobReply | None:
        """What was sent of a job so far; None where nothing is left to send: there may be news of it after its end."""
        job = await self._service.get(job_id)
        if job is None or job.is_delivered:
            return None
        return JobReply(
            sender=self._sender,
            deliveries=self._deliveries,
            job=job,
            address=await reply_address(job, self._deliveries),
            say=self._locales.say(job.request.locale),
            text_file_from=self._text_file_from,
            messages=await self._deliveries.messages(job.id),
        )

    async def _deliver(self, reply: JobReply) -> None:
        """Keep the status true until the job has ended, then deliver its result."""
        job_id = reply.job.id
        status = _Status(reply, self._sender, self._wakeups[job_id])
        try:
            while (view := await self._service.view(job_id)) and not view.job.state.ended:
                if self._closing.is_set():
                    return
                await status.show(view)
                await status.wait()
        finally:
            status.close()
        if view is None:
            await reply.retract()
            return
        await reply.send_result(view)
        await self._service.mark_delivered(job_id)


@dataclass(slots=True)
class _Status:
    """The status of a job that has not ended, and when it is shown next.

    Nothing is done until there is news of the job. The first status waits for its turn in the chat; the follower does
    not wait with it, so that a result that is there sooner goes ahead of all that wait for their first status.
    """

    reply: JobReply
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
        pause_s = progress_s if self.reply.is_sent else QUIET_S
        turn, self.turn = self.turn, None
        try:
            self.is_stale = not await self.reply.show_progress(view, turn)
        except TelegramAPIError as error:  # nothing is lost yet
            pause_s = REFUSED_PAUSES_S[-1]
            _log_refusal("status refused", self.reply.job.id, error, pause_s)
        self.due_at = time.monotonic() + pause_s

    async def wait(self) -> None:
        """Until there is news of the job, or a stale status may be shown anew."""
        until_due_s = max(0.1, self.due_at - time.monotonic()) if self.is_stale and not self.turn else None
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.wakeup.wait(), until_due_s)
        self.is_stale = self.is_stale or self.wakeup.is_set()
        self.wakeup.clear()

    def close(self) -> None:
        """Leave the line."""
        if self.turn:
            self.turn.cancel()

    def _has_turn(self) -> bool:
        if not self.reply.is_sent and not self.turn:
            self.turn = self.sender.line_up(self.reply.address, Priority.STATUS)
            self.turn.add_done_callback(lambda _turn: self.wakeup.set())
        return self.turn is None or self.turn.done()


def _log_refusal(event: str, job_id: int, error: TelegramAPIError, pause_s: float) -> None:
    log.warning(event, job=job_id, error=type(error).__name__, reason=error.message, pause_s=pause_s)
