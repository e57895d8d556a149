"""Log context: the ids of an update, its chat and its sender on every log line, and when its note came."""

from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject, Update
from structlog.contextvars import bound_contextvars

from bot.middlewares.background import Handler
from transcription import receiving


class Context(BaseMiddleware):
    """Binds an update's ids to the log for as long as it is handled; tasks started meanwhile inherit them."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Handle an update under its ids."""
        assert isinstance(event, Update)
        chat, user = data.get("event_chat"), data.get("event_from_user")
        ids = {"update": event.update_id, "chat": chat and chat.id, "user": user and user.id}
        with receiving(), bound_contextvars(**{name: id_ for name, id_ in ids.items() if id_ is not None}):
            return await handler(event, data)
