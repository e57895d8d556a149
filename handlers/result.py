"""A text in a chat that is still kept: its transcript, how it looks, and where it stands."""

import time
from dataclasses import dataclass

from aiogram import Bot
from aiogram.types import CallbackQuery

from handlers.address import Address, Deliveries, reply_address
from handlers.dependencies import Say
from handlers.look import Look, without_speakers
from handlers.permissions import Permissions
from transcription import Job, Service, Transcript, View, join_transcripts


@dataclass(frozen=True, slots=True)
class Result:
    """The text of a job: the transcript that is shown, how its messages are to look, and the first of them."""

    view: View
    transcript: Transcript
    look: Look
    address: Address
    text_message_id: int
    messages: dict[int, int]

    @property
    def job_id(self) -> int:
        """The id of its job."""
        return self.view.job.id

    @property
    def user_id(self) -> int:
        """Whose recording it is."""
        return self.view.job.request.user_id

    @property
    def has_speakers(self) -> bool:
        """Whether several people are told apart in it."""
        return (self.transcript.speakers or 0) > 1

    @property
    def shown(self) -> Transcript:
        """The transcript with what is shown of it."""
        return self.transcript if self.look.speakers else without_speakers(self.transcript)


async def find_result(job_id: int, chat_id: int, service: Service, deliveries: Deliveries) -> Result | None:
    """The text of a job, where it is still kept and was said in this chat: job numbers can be forged."""
    view = await service.view(job_id)
    if view is None or view.transcript is None:
        return None
    address, messages = await reply_address(view.job, deliveries), await deliveries.messages(job_id)
    if address.chat_id != chat_id or 0 not in messages:
        return None
    look = Look.parse((await deliveries.looks(job_id))[0])
    transcript = await shown_transcript(service, view, look)
    return Result(view, transcript or view.transcript, look, address, messages[0], messages)


async def pressed_result(
    query: CallbackQuery,
    job_id: int,
    *,
    bot: Bot,
    service: Service,
    deliveries: Deliveries,
    permissions: Permissions,
    say: Say,
) -> Result | None:
    """The text that a button is about, where it is still kept and who presses may; else that is said."""
    chat = query.message.chat if query.message else None
    result = await find_result(job_id, chat.id, service, deliveries) if chat else None
    if result is None or chat is None:
        await query.answer(say("text-gone"), show_alert=True)
    elif not await permissions.can_change(bot, chat, query.from_user.id, result.user_id):
        await query.answer(say("text-not-yours"), show_alert=True)
    else:
        return result
    return None


def file_name(job: Job, suffix: str) -> str:
    """What a file of a job's text is called: the moment when that was asked for, by the machine's clock."""
    return time.strftime("%Y-%m-%d %H-%M-%S", time.localtime(job.created_at)) + suffix


async def shown_transcript(service: Service, view: View, look: Look) -> Transcript | None:
    """The transcript that is shown of a job: its own, or that of a job which has more of the recording.

    That of the notes in a row which are joined to it follows, in the order of their messages.
    """
    own = view.transcript
    for job_id in (look.redo, look.better):
        again = await service.view(job_id) if job_id is not None else None
        own = (again and again.transcript) or own
    if own is None or not look.joined:
        return own
    views = [joined for job_id in look.joined if (joined := await service.view(int(job_id)))]
    row = [(_place(view), own), *((_place(each), each.transcript) for each in views if each.transcript)]
    return join_transcripts([transcript for _, transcript in sorted(row, key=lambda each: each[0])])


def _place(view: View) -> int:
    return Address.parse(view.job.request.source).message_id
