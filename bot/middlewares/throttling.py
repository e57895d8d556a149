"""Throttling: drops messages and button presses beyond a steady rate."""

import time
from collections.abc import Callable
from typing import Any

import structlog
from aiogram import BaseMiddleware
from aiogram.enums import ChatType
from aiogram.types import Message, TelegramObject, Update

from bot.middlewares.background import Handler
from handlers.media import has_audio
from handlers.permissions import sender_id
from handlers.rate_limit import Rate, RateLimiter

log = structlog.get_logger()

RATE = Rate(interval_s=1.0, burst=8)
"""Messages in a chat, or buttons of a person, that are acted on."""


class Throttling(BaseMiddleware):
    """Drops what comes beyond a burst and a steady pace: messages by their chat, buttons and calls by whose they are.

    Only messages count that the bot would answer. Messages with audio always pass: the scheduler is fair by itself.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._messages = RateLimiter(RATE, now)
        self._buttons = RateLimiter(RATE, now)
        self._calls = RateLimiter(RATE, now)

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Let an update through, or drop it; a button gets an answer, for it would spin otherwise."""
        assert isinstance(event, Update)
        query = event.callback_query
        if query and not self._buttons.try_acquire(query.from_user.id):
            data["run_in_background"](query.answer(data["say"]("throttled")))
        elif query or self._has_room(event.message, event.guest_message):
            return await handler(event, data)
        log.info("throttled")
        return None

    def _has_room(self, message: Message | None, call: Message | None) -> bool:
        if call:
            return self._calls.try_acquire(sender_id(call))
        return not (message and _is_answered(message)) or self._messages.try_acquire(message.chat.id)


def _is_answered(message: Message) -> bool:
    """Whether the bot would say something to this: in private to all but notes, in groups to commands."""
    if message.chat.type == ChatType.PRIVATE:
        return not has_audio(message)
    return (message.text or "").startswith("/")
