"""/join: notes in a row as one text."""

from collections.abc import Sequence

from aiogram import Bot, Router
from aiogram.filters import Command
from aiogram.types import Message
from aiogram.utils.formatting import Text

from handlers.address import Address, Deliveries
from handlers.cancel import job_of
from handlers.dependencies import Say
from handlers.permissions import Permissions, sender_id
from handlers.replies import replied_to
from handlers.result import file_name
from handlers.text_message import plain_text, send_text
from transcription import Job, Service

PAUSE_S = 600.0
"""Longer pauses between notes end a row."""
MAX_NOTES = 100


async def on_join(
    message: Message, *, bot: Bot, service: Service, deliveries: Deliveries, permissions: Permissions, say: Say
) -> None:
    """Say the note replied to and those after it as one text, or why not; for their sender, or who manages the chat."""
    replied = replied_to(message)
    if replied is None:
        await message.reply(say("join-ask"))
        return
    # What is replied to in another chat is not for this one.
    is_here = replied.chat is not None and replied.chat.id == message.chat.id
    job = await job_of(message.chat.id, replied.message_id, service, deliveries) if is_here else None
    if job and job.request.based_on is not None:  # a translation's row is that of its recording
        job = await service.get(job.request.based_on)
    if job is None:
        await message.reply(say("cancel-no-note"))
    elif not await permissions.can_change(bot, message.chat, sender_id(message), job.request.user_id):
        await message.reply(say("join-not-yours"))
    else:
        jobs = in_row(job, await service.texts.following(job, MAX_NOTES))
        if refusal := await _join(jobs, bot, service, deliveries, say):
            await message.reply(refusal)


def in_row(first: Job, following: Sequence[Job]) -> list[Job]:
    """A note and those after it in its topic, in their order there, to the next one of another or a longer pause.

    What somebody speaks while a note is recorded is no pause.
    """
    start, row = Address.parse(first.request.source), [first]
    places = [(Address.parse(job.request.source), job) for job in following]
    for place, job in sorted(places, key=lambda each: each[0].message_id):
        if place.thread_id != start.thread_id or place.message_id <= start.message_id:
            continue
        pause_s = job.created_at - (job.request.file.duration_s or 0) - row[-1].created_at
        if job.request.user_id != first.request.user_id or pause_s > PAUSE_S:
            break
        row.append(job)
    return row


async def _join(jobs: Sequence[Job], bot: Bot, service: Service, deliveries: Deliveries, say: Say) -> str | None:
    """Say notes as one text in reply to the first; where that can't be done, returns why."""
    if waiting := sum(not job.state.ended for job in jobs):
        return say("join-waiting", count=waiting)
    kept = [text for job in jobs if (text := await service.texts.get(job.id))]
    texts = [words for text in kept if (words := await plain_text(text, service, deliveries, say))]
    if len(texts) < 2:
        return say("join-alone")
    title, to = Text("🧵 ", say("join-title", count=len(texts))), Address.parse(jobs[0].request.source)
    await send_text(bot, to, title, "\n\n".join(texts), name=file_name(jobs[0], ".txt"))
    return None


def build_router() -> Router:
    """/join."""
    router = Router(name="join")
    router.message.register(on_join, Command("join"))
    return router
