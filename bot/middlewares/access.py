"""Access control: lets through updates of allowed people and chats only."""

from collections import OrderedDict
from typing import Any

import structlog
from aiogram import BaseMiddleware
from aiogram.dispatcher.middlewares.user_context import EventContext
from aiogram.enums import ChatType
from aiogram.types import TelegramObject, Update

from bot.middlewares.background import Handler
from handlers.connections import Connections
from handlers.door import ask_keyboard, is_at_the_door
from handlers.people import AccessRules, People
from transcription import Access as Decision

log = structlog.get_logger()

MAX_TRACKED = 10_000
"""People whose refusal is remembered; the one refused longest ago is forgotten first."""


class Access(BaseMiddleware):
    """Lets through updates of allowed people and of allowed chats; where the bot is not closed, everyone's.

    Admins are always let through, and who is banned never is. What comes through a business account counts as its
    owner's, whoever wrote it, where the bot is closed. Others are refused once, in private only: a group that added the
    bot unasked gets silence, and so do the people who write to a business account. Invitations and requests pass.
    """

    def __init__(self, rules: AccessRules, people: People, connections: Connections) -> None:
        self._rules = rules
        self._people = people
        self._connections = connections
        self._refused: OrderedDict[int, None] = OrderedDict()
        self._locales: dict[int, str] = {}

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Let an update through, or drop it; handlers are told whether it is a stranger's (`is_stranger`)."""
        assert isinstance(event, Update)
        ids = {id_ for id_ in await self._ids(event, data) if id_ is not None}
        data["is_stranger"] = False
        if ids & self._rules.admins:
            await self._remember_locale(data)
            return await handler(event, data)
        decided = await self._people.accesses(ids)
        if Decision.BANNED in decided:
            log.info("banned")
            return None
        if not self._rules.is_closed or ids & self._rules.allowed or Decision.ALLOWED in decided:
            return await handler(event, data)
        data["is_stranger"] = True
        if is_at_the_door(event):
            return await handler(event, data)
        log.info("not allowed")
        self._refuse(event, data, decided)
        return None

    async def _remember_locale(self, data: dict[str, Any]) -> None:
        """Keep the language of an admin, who may be written to first."""
        user_id, locale = data["event_context"].user_id, data["locale"]
        if user_id in self._rules.admins and self._locales.get(user_id) != locale:
            await self._people.set_locale(user_id, locale)
            self._locales[user_id] = locale

    async def _ids(self, update: Update, data: dict[str, Any]) -> set[int | None]:
        """Those of whom one must be allowed. Who calls the bot into a chat of others comes alone."""
        context: EventContext = data["event_context"]
        if update.guest_message:
            return {context.user_id}
        if self._rules.is_closed and context.business_connection_id and not update.business_connection:
            connection = await self._connections.get(data["bot"], context.business_connection_id)
            return {connection.owner_id if connection else None}
        return {context.user_id, context.chat_id}

    def _refuse(self, update: Update, data: dict[str, Any], decided: set[Decision]) -> None:
        message = update.message
        if message is None or message.chat.type != ChatType.PRIVATE or message.chat.id in self._refused:
            return
        self._refused[message.chat.id] = None
        if len(self._refused) > MAX_TRACKED:
            self._refused.popitem(last=False)
        say, may_ask = data["say"], bool(self._rules.admins) and not decided
        text = say("access-asked" if Decision.ASKING in decided else "access-refused", id=str(message.chat.id))
        data["run_in_background"](message.answer(text, reply_markup=ask_keyboard(say) if may_ask else None))
