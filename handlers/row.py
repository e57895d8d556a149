"""Notes in a row that become one text, where their chat has chosen so: which row a new one goes on."""

from aiogram.types import Message

from handlers.address import Address
from transcription import Request, Service

JOIN_S = (0, 30, 120)
"""The longest pauses that a chat may choose, in seconds; 0 joins nothing."""
MAX_NOTES = 100
LOOK_BACK = 50
"""Recordings among which that of the same topic is looked for which came last."""


async def row_of(message: Message, request: Request, service: Service) -> int | None:
    """The first job of the row that a note goes on: another note of its sender was the last one here, and not long ago.

    What somebody speaks while a note is recorded is no pause. Texts that are not kept can't grow.
    """
    pause_s = (await service.preferences(message.chat.id)).join_s
    if not pause_s or not service.options.keep_days:
        return None
    thread_id = Address.parse(request.source).thread_id
    latest = await service.texts.latest(request.source, LOOK_BACK)
    last = next((job for job in latest if Address.parse(job.request.source).thread_id == thread_id), None)
    if last is None or last.request.user_id != request.user_id or last.request.source == request.source:
        return None
    sent_at = last.request.sent_at
    if sent_at is None or message.date.timestamp() - (request.file.duration_s or 0) - sent_at > pause_s:
        return None
    first_id = last.request.row_of or last.id
    return first_id if len(await service.texts.row(first_id)) < MAX_NOTES else None
