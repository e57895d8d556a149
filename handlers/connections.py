"""Connections of the bot with business accounts, as Telegram tells of them."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramBadRequest, TelegramForbiddenError
from aiogram.types import BusinessConnection

log = structlog.get_logger()

MAX_TRACKED = 10_000
"""Connections that are remembered; the one that was heard of first is asked for anew."""
PAUSE_S = 5.0


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection: whose account it serves, their private chat with the bot, and what the bot may do.

    One that is not enabled is over: Telegram shows the bot nothing more of its chats, and takes nothing.
    """

    id: str
    owner_id: int
    chat_id: int
    is_enabled: bool = True
    can_reply: bool = True

    @classmethod
    def of(cls, told: BusinessConnection) -> "Connection":
        """A connection as Telegram describes it; one that is not enabled has no rights."""
        can_reply = bool(told.rights and told.rights.can_reply)
        return cls(told.id, told.user.id, told.user_chat_id, told.is_enabled, can_reply)


class Connections:
    """What is known of connections; each is asked for once, and changes come as updates."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Connection] = OrderedDict()

    async def get(self, bot: Bot, connection_id: str) -> Connection | None:
        """A connection; None if Telegram knows none, or names no owner.

        While it can't be asked nothing goes on: the update stays unconfirmed, so its note is not lost. An answer of a
        form that is not known yet would not be another one later: what counts is whether it names the owner.
        """
        while connection_id not in self._known:
            try:
                return self.remember(await bot.get_business_connection(connection_id))
            except (TelegramBadRequest, TelegramForbiddenError):
                return None
            except (TelegramAPIError, ClientDecodeError) as error:
                if isinstance(error, ClientDecodeError) and isinstance(error.data, dict):
                    owner_id = _named(error.data)
                    return self._keep(Connection(connection_id, owner_id, owner_id)) if owner_id else None
                log.warning("business connection not known, will ask again", error=type(error).__name__)
                await asyncio.sleep(PAUSE_S)
        return self._known[connection_id]

    def remember(self, told: BusinessConnection) -> Connection:
        """A connection is new, has changed or ended."""
        return self._keep(Connection.of(told))

    def of_owner(self, user_id: int) -> Connection | None:
        """The connection that serves a person's account, if it was heard of."""
        return next((each for each in self._known.values() if each.owner_id == user_id and each.is_enabled), None)

    def _keep(self, connection: Connection) -> Connection:
        self._known[connection.id] = connection
        if len(self._known) > MAX_TRACKED:
            self._known.popitem(last=False)
        return connection


def _named(answer: dict[str, Any]) -> int | None:
    """The owner's id in an answer whose form is not known yet."""
    connection = answer.get("result")
    owner = connection.get("user") if isinstance(connection, dict) else None
    owner_id = owner.get("id") if isinstance(owner, dict) else None
    if not isinstance(owner_id, int):
        log.error("owner of a business connection not named, its updates are dropped")
        return None
    return owner_id
