"""Locale: the language that an update is answered in."""

from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject

from bot.localization import Locales
from bot.middlewares.background import Handler


class Locale(BaseMiddleware):
    """Gives handlers `say` and `locale`, after the language of the sender's app."""

    def __init__(self, locales: Locales) -> None:
        self._locales = locales

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Add the sender's language."""
        user = data.get("event_from_user")
        data["locale"] = self._locales.pick(user.language_code if user else None)
        data["say"] = self._locales.say(data["locale"])
        return await handler(event, data)
