"""Whose a message is, and who may decide for its chat."""

from aiogram import Bot
from aiogram.enums import ChatMemberStatus, ChatType
from aiogram.exceptions import TelegramAPIError
from aiogram.types import Chat, Message

ADMINS = (ChatMemberStatus.CREATOR, ChatMemberStatus.ADMINISTRATOR)


def sender_id(message: Message) -> int:
    """Whose a message is: a person's id, or a chat's where an anonymous admin or a channel speaks."""
    sender = message.sender_chat or message.from_user or message.chat
    return sender.id


async def is_admin(bot: Bot, chat: Chat, user_id: int) -> bool:
    """Whether a person administers a chat; in a private one, everyone does. False where Telegram won't tell."""
    if chat.type == ChatType.PRIVATE:
        return True
    try:
        member = await bot.get_chat_member(chat.id, user_id)
    except TelegramAPIError:
        return False
    return member.status in ADMINS


async def may_decide(bot: Bot, message: Message) -> bool:
    """Whether a message's sender decides for its chat; anonymous admins write in the chat's own name."""
    sender = sender_id(message)
    return sender == message.chat.id or await is_admin(bot, message.chat, sender)
