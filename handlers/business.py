"""Recordings in the chats of business accounts, which become text where the account's owner wants it."""

from dataclasses import dataclass, field, replace
from functools import partial

from aiogram import Bot, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.types import BusinessMessagesDeleted, Message, User

from handlers.address import Address, Author, Deliveries, reply_address
from handlers.chat_settings import BusinessMode, business_mode_of
from handlers.connections import Connection, Connections
from handlers.dependencies import RunInBackground
from handlers.erasing import erase_text
from handlers.look import Look
from handlers.media import DURABLE, REFUSAL_EVERY_S, durably, file_of, has_audio, request_for, submit
from handlers.people import MAX_NAME, Allowance, Owners
from handlers.permissions import sender_id
from handlers.rate_limit import Rate, RateLimiter
from handlers.replies import reply_in_chat
from transcription import Job, Request, Service, TranscriptionError


@dataclass(frozen=True, slots=True)
class BusinessNotes:
    """Submits recordings; of refusals, one is said now and then, where the text would have been said."""

    refusals: RateLimiter = field(default_factory=lambda: RateLimiter(Rate(REFUSAL_EVERY_S)))

    async def on_note(
        self,
        message: Message,
        *,
        bot: Bot,
        service: Service,
        allowance: Allowance,
        connections: Connections,
        owners: Owners,
        run_in_background: RunInBackground,
        locale: str,
    ) -> None:
        """Submit a recording as its account's owner wants. Raises `SubmitFailed`.

        In chats where the bot may not write, texts go to the owner, who is not told what they said themselves.
        """
        connection = await connections.get(bot, message.business_connection_id or "")
        if connection is None or not connection.is_enabled:
            return
        mode = await business_mode_of(service, connection.chat_id)
        is_for_owner = mode is BusinessMode.OWNER or not connection.can_reply
        if mode is BusinessMode.OFF or (is_for_owner and sender_id(message) == connection.owner_id):
            return
        request = await request_for(message, service, locale, connection.chat_id)
        if is_for_owner:
            preferences = await service.preferences(connection.chat_id)
            request = _for_owner(request, message, connection, preferences.locale or locale)
        try:
            await durably(partial(submit, request, service, allowance))
        except TranscriptionError as error:
            chat_id = Address.parse(request.source).chat_id
            if self.refusals.try_acquire((chat_id, request.user_id)):
                text = owners.say_in(request.locale)(f"error-{error.code}", **error.details)
                run_in_background(bot.send_message(chat_id, text) if is_for_owner else reply_in_chat(message, text))


def _for_owner(request: Request, message: Message, connection: Connection, locale: str) -> Request:
    """The same recording, whose text is the owner's, in their chat with the bot."""
    author = _author(message.from_user) if message.from_user else None
    answered = Address("", connection.chat_id, 0, author=author).source
    source = replace(answered, key=request.source.key)
    return replace(request, source=source, user_id=connection.owner_id, locale=locale)


def _author(user: User) -> Author:
    """Who spoke: a link by a username is for everyone, one by an id for apps that know the person."""
    name = " ".join(user.full_name.split())[:MAX_NAME] or str(user.id)
    return Author(name, f"https://t.me/{user.username}" if user.username else f"tg://user?id={user.id}")


async def on_edited(message: Message, *, bot: Bot, service: Service, deliveries: Deliveries, owners: Owners) -> None:
    """Take back the text of a recording that was replaced by something else; raises `SkipHandler` for that one then."""
    job = await service.find(Address.of(message).source)
    if job is None or (has_audio(message) and file_of(message).unique_id == job.request.file.unique_id):
        return
    await end_quietly(job, service)
    await _take_back(job, bot, service, deliveries, owners)
    raise SkipHandler


async def on_deleted(
    event: BusinessMessagesDeleted,
    *,
    bot: Bot,
    service: Service,
    deliveries: Deliveries,
    owners: Owners,
    run_in_background: RunInBackground,
) -> None:
    """Take back the texts of recordings that were deleted, in whichever chat they were said."""
    for message_id in event.message_ids:
        job = await service.find(Address(event.business_connection_id, event.chat.id, message_id).source)
        if job is not None:
            await end_quietly(job, service)
            run_in_background(_take_back(job, bot, service, deliveries, owners))


async def end_quietly(job: Job, service: Service) -> None:
    """End a job of which nothing more is to be said."""
    await service.mark_delivered(job.id)
    await service.cancel(job.id)


async def _take_back(job: Job, bot: Bot, service: Service, deliveries: Deliveries, owners: Owners) -> None:
    """Delete what was said of a recording, and its text."""
    address, messages = await reply_address(job, deliveries), await deliveries.messages(job.id)
    say = owners.say_in(job.request.locale)
    look = Look.parse((await deliveries.looks(job.id))[0])
    await erase_text((*look.job_ids, job.id), address, messages.values(), bot=bot, service=service, say=say)


def build_router() -> Router:
    """What people write in chats of business accounts."""
    router, notes, flags = Router(name="business"), BusinessNotes(), {DURABLE: True}
    router.business_message.register(notes.on_note, has_audio, flags=flags)
    router.edited_business_message.register(on_edited, flags=flags)
    router.edited_business_message.register(notes.on_note, has_audio, flags=flags)
    router.deleted_business_messages.register(on_deleted, flags=flags)
    return router
