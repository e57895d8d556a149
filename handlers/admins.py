"""Who may decide for a chat."""

from aiogram import Bot
from aiogram.enums import ChatMemberStatus, ChatType
from aiogram.exceptions import TelegramAPIError
from aiogram.types import Chat, Message

ADMINS = (ChatMemberStatus.CREATOR, ChatMemberStatus.ADMINISTRATOR)


async def is_admin(bot: Bot, chat: Chat, user_id: int) -> bool:
    """Whether a person administers a chat; in a private one, everyone does. False where Telegram won't tell."""
    if chat.type == ChatType.PRIVATE:
        return True
    try:
        member = await bot.get_chat_member(chat.id, user_id)
    except TelegramAPIError:
        return False
    return member.status in ADMINS


async def may_decide(bot: Bot, message: Message, user_id: int) -> bool:
    """Whether the one who wrote a command may decide for its chat; anonymous admins write in the chat's own name."""
    if message.sender_chat and message.sender_chat.id == message.chat.id:
        return True
    return await is_admin(bot, message.chat, user_id)
