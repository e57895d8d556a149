"""Who may use this bot."""

from collections import OrderedDict
from typing import Any

import structlog
from aiogram import BaseMiddleware
from aiogram.enums import ChatType
from aiogram.types import TelegramObject, Update

from bot.middlewares.background import Handler

log = structlog.get_logger()

REMEMBERED = 10_000
"""People whose refusal is remembered; the one refused longest ago would be told again."""


class Access(BaseMiddleware):
    """Lets through updates of allowed people and of allowed chats; with none named, everyone's.

    Admins are always let through. Others are told once, in private only: a group that added the bot unasked gets
    silence, and so do the people who write to a business account.
    """

    def __init__(self, allowed: frozenset[int], admins: frozenset[int] = frozenset()) -> None:
        self._open = not allowed
        self._allowed = allowed | admins
        self._refused: OrderedDict[int, None] = OrderedDict()

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Let an update through, or drop it."""
        assert isinstance(event, Update)
        ids = {who.id for who in (data.get("event_from_user"), data.get("event_chat")) if who}
        if self._open or ids & self._allowed:
            return await handler(event, data)
        log.info("not allowed")
        self._refuse(event, data)
        return None

    def _refuse(self, update: Update, data: dict[str, Any]) -> None:
        message = update.message
        if message is None or message.chat.type != ChatType.PRIVATE or message.chat.id in self._refused:
            return
        self._refused[message.chat.id] = None
        if len(self._refused) > REMEMBERED:
            self._refused.popitem(last=False)
        data["later"](message.answer(data["say"]("access-refused", id=str(message.chat.id))))
