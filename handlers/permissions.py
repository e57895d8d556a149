"""Permissions: whose a message is, and who may change the settings of its chat."""

from dataclasses import dataclass
from typing import Annotated

import structlog
from aiogram import Bot
from aiogram.enums import ChatMemberStatus, ChatType
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramBadRequest, TelegramForbiddenError
from aiogram.types import Chat, Message
from pydantic import Field

log = structlog.get_logger()

ADMINS = (ChatMemberStatus.CREATOR, ChatMemberStatus.ADMINISTRATOR)

Id = Annotated[int, Field(ge=-(2**63), lt=2**63)]
"""What Telegram and SQLite can count to. A modified app can put more into a button."""


class RightsUnknown(Exception):
    """Telegram could not be asked who the admins of a chat are."""


def sender_id(message: Message) -> int:
    """Whose a message is: a person's id, or a chat's where an anonymous admin or a channel speaks."""
    sender = message.sender_chat or message.from_user or message.chat
    return sender.id


@dataclass(frozen=True, slots=True)
class Permissions:
    """Who may manage a chat: its admins, and the ids in `owners` every chat."""

    owners: frozenset[int] = frozenset()

    async def can_manage(self, bot: Bot, chat: Chat, user_id: int) -> bool:
        """Whether someone may manage a chat; in a private one everyone may. Raises `RightsUnknown`.

        Anonymous admins write in the chat's own name, and have its id.
        """
        if chat.type == ChatType.PRIVATE or user_id == chat.id or user_id in self.owners:
            return True
        return await is_admin(bot, chat, user_id)

    async def can_change(self, bot: Bot, chat: Chat, user_id: int, owner_id: int) -> bool:
        """Whether someone may change what became of a recording: who sent it, and who may manage the chat."""
        return user_id == owner_id or await self.can_manage(bot, chat, user_id)

    async def is_same(self, bot: Bot, chat: Chat, person_id: int, user_id: int) -> bool:
        """Whether a person is the one who wrote under an id: an anonymous admin, who has the chat's, is any admin.

        Raises `RightsUnknown`.
        """
        return person_id == user_id or (user_id == chat.id and await self.can_manage(bot, chat, person_id))


async def is_admin(bot: Bot, chat: Chat, user_id: int) -> bool:
    """Whether Telegram knows someone as an admin of a group; False where it won't tell. Raises `RightsUnknown`."""
    try:
        member = await bot.get_chat_member(chat.id, user_id)
    except (TelegramBadRequest, TelegramForbiddenError):
        return False
    except ClientDecodeError as error:  # servers of other versions name other rights
        if (status := _named_status(error.data)) is None:
            raise RightsUnknown from error
        return status in ADMINS
    except TelegramAPIError as error:
        log.warning("admins not known", chat=chat.id, error=type(error).__name__)
        raise RightsUnknown from error
    return member.status in ADMINS


def _named_status(answer: object) -> str | None:
    """The status of a member in an answer whose form is not known."""
    member = answer.get("result") if isinstance(answer, dict) else None
    status = member.get("status") if isinstance(member, dict) else None
    return status if isinstance(status, str) else None
