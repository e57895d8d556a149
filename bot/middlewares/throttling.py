"""One person pressing everything at once must not keep the bot from the others."""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import structlog
from aiogram import BaseMiddleware
from aiogram.types import TelegramObject, Update

from bot.middlewares.background import Handler

log = structlog.get_logger()

BURST = 8
"""Commands and buttons that a person may use at once."""
REFILL_S = 1.0
"""Seconds after which one more is allowed."""
REMEMBERED = 10_000
"""People who are counted; whoever did nothing for longest starts anew."""


class Throttling(BaseMiddleware):
    """Drops what a person sends beyond a burst and a steady pace. Notes always pass: the queue is fair by itself."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._full_at: OrderedDict[int, float] = OrderedDict()  # when a person's whole burst is allowed again

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Let an update through, or drop it; a button is told so, for it would spin otherwise."""
        assert isinstance(event, Update)
        user, query = data.get("event_from_user"), event.callback_query
        counted = query or (event.message and event.message.text)
        if not counted or user is None or self._spend(user.id):
            return await handler(event, data)
        log.info("throttled")
        if query:
            data["later"](query.answer(data["say"]("throttled")))
        return None

    def _spend(self, user_id: int) -> bool:
        now = self._now()
        full_at = max(now, self._full_at.pop(user_id, now))
        allowed = full_at - now <= (BURST - 1) * REFILL_S
        self._full_at[user_id] = full_at + REFILL_S * allowed
        if len(self._full_at) > REMEMBERED:
            self._full_at.popitem(last=False)
        return allowed
