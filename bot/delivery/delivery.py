"""Delivery of jobs to their chats: one status message, edited until it is the text."""

import asyncio
import contextlib

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError

from bot.delivery.drafts import Drafts
from bot.delivery.following import Following
from bot.delivery.guest_reply import GuestReply
from bot.delivery.private_reply import PrivateReply
from bot.delivery.reactions import Reactions
from bot.delivery.reply import JobForgottenError, JobReply
from bot.delivery.result import Results
from bot.delivery.result_text import Content
from bot.delivery.rows import Rows
from bot.delivery.sender import MessageSender
from bot.delivery.speaker_offers import SpeakerOffers
from bot.delivery.status import log_refusal
from bot.localization import Locales
from bot.telegram.api_errors import ChatMovedError, MessageGoneError, UnreachableError
from handlers.address import TELEGRAM, reply_address
from handlers.dependencies import AnyModels
from handlers.rate_limit import pauses
from transcription import JobState, Service, Timings, View, better_model_of
from transcription.storage.deliveries import DeliveryStore

log = structlog.get_logger()

REFUSED_PAUSES_S = (5.0, 15.0, 60.0, 300.0)
"""Pauses after refusals that nobody foresaw; the last one repeats."""


class Delivery:
    """Follows every job from Telegram whose result was not delivered, each in a task of its own.

    The result is only ever an edit of a message whose id is stored, so that it is there once however often the process
    is killed in between.
    """

    def __init__(
        self,
        *,
        bot: Bot,
        sender: MessageSender,
        drafts: Drafts,
        reactions: Reactions,
        service: Service,
        deliveries: DeliveryStore,
        locales: Locales,
        models: AnyModels,
        text_file_from: int,
        has_llm: bool = False,
    ) -> None:
        self._bot = bot
        self._sender = sender
        self._drafts = drafts
        self._reactions = reactions
        self._service = service
        self._deliveries = deliveries
        self._locales = locales
        self._wakeups: dict[int, asyncio.Event] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._closing = asyncio.Event()
        self._results = Results(service, deliveries, models, text_file_from, self._closing, has_llm=has_llm)
        self._rows = Rows(service, deliveries, self._results)
        self._offers = SpeakerOffers(service, deliveries, self.follow)
        service.subscribe(self.follow, source=TELEGRAM)

    async def resume(self) -> None:
        """Take up every job whose result a former process did not deliver, or whose text is to look otherwise."""
        for job_id in [*await self._service.undelivered(TELEGRAM), *await self._deliveries.stale()]:
            self.follow(job_id)
            await asyncio.sleep(0)  # there may be thousands

    async def drain(self, patience_s: float) -> None:
        """Follow no job any further, but end what is being sent, a status as well as a result; wait at most so long.

        A status whose id was not kept would be sent again by the next process, and stand there twice.
        """
        self._closing.set()
        for wakeup in self._wakeups.values():
            wakeup.set()
        await self._offers.close()
        if tasks := list(self._tasks.values()):
            await asyncio.wait(tasks, timeout=patience_s)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def follow(self, job_id: int) -> None:
        """There is news of a job, or its text is to look otherwise."""
        if job_id in self._tasks:
            self._wakeups[job_id].set()
        elif not self._closing.is_set():
            self._wakeups[job_id] = asyncio.Event()
            self._tasks[job_id] = asyncio.create_task(self._deliver_until_done(job_id))

    async def _deliver_until_done(self, job_id: int) -> None:
        """Deliver, however often it takes: what is refused for an unknown reason may be taken in some minutes."""
        pauses_s = pauses(REFUSED_PAUSES_S)
        try:
            while not self._closing.is_set():
                self._wakeups[job_id].clear()
                try:
                    if await self._try(job_id) and not self._wakeups[job_id].is_set():
                        return
                except TelegramAPIError as error:
                    pause_s = next(pauses_s)
                    log_refusal("last word refused, will try again", job_id, error, pause_s)
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
        try:
            if reply is not None:
                await self._deliver(reply)
        except ChatMovedError as moved:
            await self._deliveries.set_moved_chat(job_id, moved.chat_id)
            return False
        except UnreachableError:
            log.info("chat is out of reach", job=job_id)
            await self._service.cancel(job_id)  # a text that nobody can be shown is not worth the work
            await self._service.mark_delivered(job_id)
            await self._results.give_up(job_id)
        except JobForgottenError:
            log.info("job was forgotten", job=job_id)
        await self._follow_row(job_id)
        return True

    async def _follow_row(self, job_id: int) -> None:
        """Take up those notes in a row that had to wait for a job."""
        for waiting in await self._rows.waiting(job_id):
            self.follow(waiting)

    async def _reply_for(self, job_id: int) -> JobReply | None:
        """What was sent of a job so far; None where nothing is left to send: there may be news of it after its end."""
        job = await self._service.get(job_id)
        if job is None or (job.is_delivered and not await self._results.is_stale(job_id)):
            return None
        address = await reply_address(job, self._deliveries)
        preferences = await self._service.preferences(address.chat_id)
        return JobReply(
            sender=self._sender,
            deliveries=self._deliveries,
            job=job,
            address=address,
            say=self._locales.say(job.request.locale),
            messages=await self._deliveries.messages(job.id),
            drafts=self._drafts if preferences.drafts and self._drafts.can_show(address) else None,
            is_quiet=preferences.quiet,
            better_model=await better_model_of(self._service, job),
        )

    async def _deliver(self, reply: JobReply) -> None:
        """Follow the job until it has ended, as its chat wants to see that, then deliver its result."""
        if reply.address.reader_id is not None:
            await self._deliver_privately(reply)
            return
        if reply.address.guest_query_id:
            await self._deliver_as_guest(reply)
            return
        following = self._following(reply.job.id)
        view = await (following.quietly(reply, self._reactions) if reply.is_quiet else following.with_status(reply))
        if view is None:
            await reply.retract()
        elif view.job.state.ended and not (view.job.is_delivered and view.job.state is JobState.CANCELLED):
            await self._deliver_result(reply, view)

    def _following(self, job_id: int) -> Following:
        return Following(job_id, self._service, self._sender, self._wakeups[job_id], self._closing)

    async def _deliver_result(self, reply: JobReply, view: View) -> None:
        """Deliver the result of a job that has ended, or change how that looks."""
        if view.job.is_delivered:
            await self._show(reply, view)
            return
        await self._follow_row(reply.job.id)
        anchor = await self._rows.anchor(view)
        if anchor and not anchor.is_delivered:
            await self._rows.wait(reply, view)
            return
        if anchor:
            await self._rows.join(reply, view, anchor)
            self.follow(anchor.id)
        elif view.job.request.replaces_text and view.transcript:
            self.follow(await self._results.show_redone(reply, view))
        else:
            await self._show(reply, view)
            self._offers.begin(view)
        if reply.is_quiet:
            await self._reactions.take(reply.address)
        await self._results.conclude(reply, view)

    async def _show(self, reply: JobReply, view: View) -> None:
        timings = Timings()
        with timings.measure("deliver"):
            await self._results.show(reply, view)
        log.debug("result shown", job=reply.job.id, **timings.in_ms())

    async def _deliver_as_guest(self, reply: JobReply) -> None:
        """Deliver the result where the bot is no member."""
        guest = GuestReply(self._bot, self._sender, self._deliveries, reply.job, reply.address, reply.say)
        await guest.begin()
        view = await self._following(reply.job.id).with_status(guest)
        if view and not view.job.state.ended:
            return
        content = await self._results.lone_content(view, reply.say) if view else Content(reply.say("cancelled"))
        with contextlib.suppress(MessageGoneError):
            await guest.finish(content)
        await self._service.mark_delivered(reply.job.id)

    async def _deliver_privately(self, reply: JobReply) -> None:
        """Deliver the result to the one who asked for it."""
        private = PrivateReply(self._bot, reply.address, reply.say)
        await private.begin()
        view = await self._following(reply.job.id).until_over()
        if view and view.job.state.ended:
            await private.finish(await self._results.first_contents(view, reply.say))
            await self._service.mark_delivered(reply.job.id)
