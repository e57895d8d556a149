"""What calls to Telegram have in common: where a message goes, and how it is edited."""

from typing import Any

from aiogram.methods import EditMessageText
from aiogram.types import InlineKeyboardMarkup

from bot.telegram.rate_limit import is_private
from handlers.address import Address
from handlers.messages import NO_PREVIEW


def target(address: Address, *, is_quiet: bool) -> dict[str, Any]:
    """The fields that say where a new message goes; in groups nothing makes a sound, elsewhere what is not quiet."""
    return {
        "business_connection_id": address.business_connection_id or None,
        "chat_id": address.chat_id,
        "message_thread_id": address.thread_id,
        "disable_notification": True if is_quiet or not is_private(address.chat_id) else None,
        "parse_mode": None,
    }


def edit_method(
    address: Address, message_id: int, keyboard: InlineKeyboardMarkup | None, **content: Any
) -> EditMessageText:
    """An edit that makes a message have this content and these buttons."""
    return EditMessageText(
        business_connection_id=address.business_connection_id or None,
        chat_id=address.chat_id,
        message_id=message_id,
        reply_markup=keyboard,
        link_preview_options=NO_PREVIEW,
        **content,
    )
