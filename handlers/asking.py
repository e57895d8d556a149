"""Asking for the text of a recording: by /text, by mentioning the bot, or by a reaction."""

from dataclasses import dataclass, field, replace

from aiogram import Bot, Router
from aiogram.enums import ChatType
from aiogram.filters import Command
from aiogram.methods import SendMessage
from aiogram.types import Message, MessageReactionUpdated, ReplyParameters

from handlers.address import Address, Deferred, Deliveries
from handlers.chat_settings import Mode, mode_of
from handlers.dependencies import RunInBackground, Say
from handlers.media import DURABLE, REFUSAL_EVERY_S, durably, for_reader, is_recording, request_for, submit
from handlers.people import Allowance
from handlers.permissions import sender_id
from handlers.rate_limit import Rate, RateLimiter
from handlers.replies import mentions_bot, reply_in_chat
from transcription import Request, Service, Source, TranscriptionError


@dataclass(frozen=True, slots=True)
class Asking:
    """Submits what is asked for, and nothing where the mode is off; of refusals, a chat gets one now and then."""

    refusals: RateLimiter = field(default_factory=lambda: RateLimiter(Rate(REFUSAL_EVERY_S)))

    async def on_text(
        self,
        message: Message,
        *,
        bot: Bot,
        service: Service,
        allowance: Allowance,
        deliveries: Deliveries,
        run_in_background: RunInBackground,
        takes_links: bool,
        say: Say,
        locale: str,
    ) -> None:
        """Submit the recording replied to, or say where its text is. Raises `SubmitFailed`."""
        mode, note = await mode_of(service, message.chat), message.reply_to_message
        if mode is Mode.OFF:
            return
        if note is None or not is_recording(note, takes_links=takes_links):
            run_in_background(reply_in_chat(message, say("text-no-note")))
        elif mode is Mode.PRIVATE and message.sender_chat:
            run_in_background(reply_in_chat(message, say("text-anonymous")))
        elif mode is not Mode.PRIVATE and (text_id := await _text_of(Address.of(note).source, service, deliveries)):
            there = ReplyParameters(message_id=text_id)
            run_in_background(message.answer(say("text-known"), reply_parameters=there, disable_notification=True))
        else:
            request = await request_for(note, service, locale)
            asked = for_reader(request, sender_id(message)) if mode is Mode.PRIVATE else request
            if refusal := await self._submit(asked, bot, service, allowance, say):
                run_in_background(refusal)

    async def on_reaction(
        self,
        event: MessageReactionUpdated,
        *,
        bot: Bot,
        service: Service,
        allowance: Allowance,
        deferred: Deferred,
        run_in_background: RunInBackground,
        say: Say,
        locale: str,
    ) -> None:
        """Submit the recording reacted to, where it waits to be asked for. Raises `SubmitFailed`."""
        mode = await mode_of(service, event.chat)
        if len(event.new_reaction) <= len(event.old_reaction) or not mode.is_on_request:
            return
        request = await deferred.find(Address("", event.chat.id, event.message_id).source)
        if request is None or (mode is Mode.PRIVATE and event.user is None):
            return
        asked = for_reader(request, event.user.id) if mode is Mode.PRIVATE and event.user else request
        if refusal := await self._submit(replace(asked, locale=locale), bot, service, allowance, say):
            run_in_background(refusal)

    async def _submit(
        self, request: Request, bot: Bot, service: Service, allowance: Allowance, say: Say
    ) -> SendMessage | None:
        """Submit; returns the reply to the recording that says why it was refused, if it was.

        What only one person was shown, and they ask for again, may not have reached them.
        """
        address = Address.parse(request.source)
        if address.reader_id and (job := await service.find(request.source)) and job.is_delivered:
            await service.erase(job.id)
        try:
            await durably(lambda: submit(request, service, allowance))
        except TranscriptionError as error:
            if self.refusals.try_acquire(address.chat_id):
                return _reply_to(address, say(f"error-{error.code}", **error.details)).as_(bot)
        return None


async def calls_to_note(message: Message, bot: Bot, *, takes_links: bool) -> bool:
    """Whether a message in a group mentions the bot in reply to a recording."""
    note = message.reply_to_message
    if message.chat.type == ChatType.PRIVATE or note is None or not is_recording(note, takes_links=takes_links):
        return False
    return await mentions_bot(message, bot)


async def _text_of(source: Source, service: Service, deliveries: Deliveries) -> int | None:
    """The message that says what was said in a recording, if there is one."""
    job = await service.find(source)
    return (await deliveries.messages(job.id)).get(0) if job and job.is_delivered else None


def _reply_to(address: Address, text: str) -> SendMessage:
    return SendMessage(
        chat_id=address.chat_id,
        message_thread_id=address.thread_id,
        text=text,
        reply_parameters=ReplyParameters(message_id=address.message_id),
        disable_notification=True,
    )


def build_router() -> Router:
    """What people do to get the text of a recording."""
    router, asking = Router(name="asking"), Asking()
    router.message.register(asking.on_text, Command("text"), flags={DURABLE: True})
    router.message.register(asking.on_text, calls_to_note, flags={DURABLE: True})
    router.message_reaction.register(asking.on_reaction)
    return router
