"""The owner's commands: for admins, in their private chat with the bot."""

from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, Message

from handlers.dependencies import Say
from handlers.people import AccessRules
from handlers.permissions import sender_id


def is_owner_in_private(message: Message, access: AccessRules) -> bool:
    """Whether an admin asks where nobody else reads the answer."""
    return sender_id(message) in access.admins and message.chat.type == ChatType.PRIVATE


async def answer_not_owner(message: Message, access: AccessRules, say: Say) -> None:
    """Say why a command is not done: it is the owner's, or belongs into another chat."""
    await message.reply(say("owner-in-private" if sender_id(message) in access.admins else "owner-only"))


async def is_pressed_by_owner(query: CallbackQuery, access: AccessRules, say: Say) -> bool:
    """Whether an admin pressed a button of the owner's, which is said where not."""
    if query.from_user.id in access.admins:
        return True
    await query.answer(say("owner-only"), show_alert=True)
    return False
