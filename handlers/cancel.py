"""/cancel, the cancel button and a draft's own: end a job before it has its whole transcript."""

import contextlib

from aiogram import Bot, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message, MessageGenerationStopped

from handlers.address import Address, Deliveries, reply_address
from handlers.buttons import button, keyboard
from handlers.dependencies import Say
from handlers.permissions import Id, Permissions, sender_id
from handlers.replies import replied_to
from transcription import Job, JobState, Service


class CancelJob(CallbackData, prefix="cancel"):
    """The button that cancels one job."""

    job_id: Id


def cancel_keyboard(job_id: int, say: Say, *, is_draft: bool = False) -> InlineKeyboardMarkup:
    """The one button under the status of a job that has not ended; one with a draft ends with that."""
    text = say("keep-draft-button" if is_draft else "cancel-button")
    return keyboard([button(text, CancelJob(job_id=job_id))])


async def on_cancel(
    message: Message, *, bot: Bot, service: Service, deliveries: Deliveries, permissions: Permissions, say: Say
) -> None:
    """Cancel the note replied to, or all of one's own in this chat."""
    user_id = sender_id(message)
    if (replied := replied_to(message)) is None:
        answer = say("cancel-done", count=await service.cancel_conversation(Address.of(message).source, user_id))
    elif (
        replied.chat is None or (job := await job_of(replied.chat.id, replied.message_id, service, deliveries)) is None
    ):
        answer = say("cancel-no-note")
    elif not await permissions.can_change(bot, replied.chat, user_id, job.request.user_id):
        answer = say("cancel-not-yours")
    elif await service.cancel(job.id):
        answer = say("cancel-done", count=1)
    else:
        answer = say("cancel-ended")
    await message.reply(answer)


async def on_button(
    query: CallbackQuery,
    callback_data: CancelJob,
    *,
    bot: Bot,
    service: Service,
    deliveries: Deliveries,
    permissions: Permissions,
    say: Say,
) -> None:
    """Cancel the job whose status this is; where it has ended, say so and take the button away.

    A status whose id is not known goes away: the process was killed while it was sent, and another took its place.
    """
    status = query.message
    job = await service.get(callback_data.job_id)
    # Job numbers can be forged by a modified app: a job is only cancelled from the chat it is in.
    if job is None or status is None or (await reply_address(job, deliveries)).chat_id != status.chat.id:
        await _say_ended(query, say)
    elif not await permissions.can_change(bot, status.chat, query.from_user.id, job.request.user_id):
        await query.answer(say("cancel-not-yours"), show_alert=True)
    else:
        if ended := await service.cancel(job.id):
            await query.answer(say("keep-draft-toast" if ended.state is JobState.DONE else "cancel-toast"))
        else:
            await _say_ended(query, say)
        if await deliveries.find_job(status.chat.id, status.message_id) is None:
            with contextlib.suppress(TelegramBadRequest):
                await bot.delete_message(status.chat.id, status.message_id)


async def on_stop(event: MessageGenerationStopped, service: Service, deliveries: Deliveries) -> None:
    """End the job whose draft was stopped, with the text that the draft had, unless a whole one is there already.

    There are drafts in private chats only, so it was the one whose chat it is; `/cancel` leaves no text.
    """
    job = await service.get(event.draft_id)
    if job is not None and (await reply_address(job, deliveries)).chat_id == event.chat.id:
        await service.cancel(job.id, keep_text=not job.request.replaces_text)


async def job_of(chat_id: int, message_id: int, service: Service, deliveries: Deliveries) -> Job | None:
    """The job of a recording, or the job whose status message this is."""
    if job := await service.find(Address("", chat_id, message_id).source):
        return job
    job_id = await deliveries.find_job(chat_id, message_id)
    return await service.get(job_id) if job_id is not None else None


async def _say_ended(query: CallbackQuery, say: Say) -> None:
    await query.answer(say("cancel-ended"))
    if isinstance(query.message, Message):
        with contextlib.suppress(TelegramBadRequest):  # the text arrived meanwhile and took the button away
            await query.message.edit_reply_markup()


def build_router() -> Router:
    """/cancel, its button, and that of drafts."""
    router = Router(name="cancel")
    router.message.register(on_cancel, Command("cancel"))
    router.callback_query.register(on_button, CancelJob.filter())
    router.stopped_message_generation.register(on_stop)
    return router
