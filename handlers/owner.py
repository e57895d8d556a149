"""The owner's commands: for admins, in their private chat with the bot."""

from aiogram.enums import ChatType
from aiogram.types import Message

from handlers.dependencies import Say
from handlers.people import AccessRules
from handlers.permissions import sender_id


def is_owner_in_private(message: Message, access: AccessRules) -> bool:
    """Whether an admin asks where nobody else reads the answer."""
    return sender_id(message) in access.admins and message.chat.type == ChatType.PRIVATE


async def answer_not_owner(message: Message, access: AccessRules, say: Say) -> None:
    """Say why a command is not done: it is the owner's, or belongs into another chat."""
    await message.reply(say("owner-in-private" if sender_id(message) in access.admins else "owner-only"))
