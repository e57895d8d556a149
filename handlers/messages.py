"""What is done with messages in several places: one of the bot's own deleted, and links shown without a preview."""

from aiogram import Bot
from aiogram.types import LinkPreviewOptions

from handlers.address import Address

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


async def delete_message(bot: Bot, address: Address, message_id: int) -> None:
    """Delete one of the bot's own messages in a chat, also of a business account. Raises `TelegramAPIError`."""
    if address.business_connection_id:
        await bot.delete_business_messages(address.business_connection_id, [message_id])
    else:
        await bot.delete_message(address.chat_id, message_id)
