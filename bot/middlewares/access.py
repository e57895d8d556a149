"""Access control: lets through updates of allowed people and chats only."""

import asyncio
from collections import OrderedDict
from typing import Any

import structlog
from aiogram import BaseMiddleware, Bot
from aiogram.dispatcher.middlewares.user_context import EventContext
from aiogram.enums import ChatType
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramBadRequest, TelegramForbiddenError
from aiogram.types import TelegramObject, Update

from bot.middlewares.background import Handler
from handlers.door import ask_keyboard, is_at_the_door
from handlers.people import AccessRules, People
from transcription import Access as Decision

log = structlog.get_logger()

MAX_TRACKED = 10_000
"""People whose refusal is remembered (the one refused longest ago is forgotten first), and business connections."""
OWNER_PAUSE_S = 5.0


class Access(BaseMiddleware):
    """Lets through updates of allowed people and of allowed chats; where the bot is not closed, everyone's.

    Admins are always let through, and who is banned never is. What comes through a business account counts as its
    owner's, whoever wrote it, where the bot is closed. Others are refused once, in private only: a group that added the
    bot unasked gets silence, and so do the people who write to a business account. Invitations and requests pass.
    """

    def __init__(self, rules: AccessRules, people: People) -> None:
        self._rules = rules
        self._people = people
        self._refused: OrderedDict[int, None] = OrderedDict()
        self._owners: dict[str, int] = {}
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
        if self._rules.is_closed and context.business_connection_id:
            return {await self._owner(data["bot"], context.business_connection_id)}
        return {context.user_id, context.chat_id}

    async def _owner(self, bot: Bot, connection_id: str) -> int | None:
        """Whose account a connection serves, asked once; None if Telegram knows or names none.

        While it can't be asked nothing goes on: the update stays unconfirmed, so its note is not lost. An answer of a
        form that is not known yet would not be another one later: what counts is whether it names the owner.
        """
        while connection_id not in self._owners:
            if len(self._owners) >= MAX_TRACKED:
                self._owners.clear()
            try:
                self._owners[connection_id] = (await bot.get_business_connection(connection_id)).user.id
            except (TelegramBadRequest, TelegramForbiddenError):
                return None
            except (TelegramAPIError, ClientDecodeError) as error:
                if isinstance(error, ClientDecodeError) and isinstance(error.data, dict):
                    return self._owners.setdefault(connection_id, owner) if (owner := _named(error.data)) else None
                log.warning("owner of a business connection not known, will ask again", error=type(error).__name__)
                await asyncio.sleep(OWNER_PAUSE_S)
        return self._owners[connection_id]

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


def _named(answer: dict[str, Any]) -> int | None:
    """The owner's id in an answer whose form is not known yet."""
    connection = answer.get("result")
    owner = connection.get("user") if isinstance(connection, dict) else None
    owner_id = owner.get("id") if isinstance(owner, dict) else None
    if not isinstance(owner_id, int):
        log.error("owner of a business connection not named, its updates are dropped")
        return None
    return owner_id
