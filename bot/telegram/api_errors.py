"""Classification of the Bot API's errors for messages: gone, unreachable, moved."""

from typing import Any, NoReturn

from aiogram.exceptions import ClientDecodeError, TelegramBadRequest, TelegramNotFound
from aiogram.methods import EditMessageReplyMarkup, EditMessageText, TelegramMethod

EDITS = (EditMessageText, EditMessageReplyMarkup)
GONE = ("message to edit not found", "message can't be edited", "message_id_invalid")
FINAL = (
    # The Bot API server's own words, and its library's.
    *("chat not found", "not enough rights", "have no rights", "need administrator rights", "have no write access"),
    *("can't access the chat", "chat must be a private chat", "business connection not found"),
    # Telegram's: a 403 in capitals comes as a 400. All that end in _FORBIDDEN, such as CHAT_WRITE_FORBIDDEN and
    # CHAT_SEND_PLAIN_FORBIDDEN, are about what may be written in this chat.
    *("forbidden", "user_banned_in_channel", "chat_restricted", "chat_admin_required", "chat_id_invalid"),
    *("chat_invalid", "channel_private", "channel_invalid", "channel_public_group_na", "peer_id_invalid"),
    *("topic_closed", "user_is_blocked", "you_blocked_user", "user_is_bot", "user_bot_invalid", "user_deleted"),
    *("input_user_deactivated", "privacy_premium_required", "allow_payment_required"),
    *("business_peer_invalid", "business_peer_usage_missing", "business_connection_invalid"),
    *("business_connection_not_allowed", "frozen_participant_missing"),
)
"""Parts of refusals that no other attempt would change."""
MIN_GROUP_ID = -1_000_000_000_000
"""Ids of basic groups are above it, those of supergroups below."""
NO_THREAD = ("message thread not found", "topic_deleted")


class MessageGoneError(Exception):
    """The message that was to be edited is not there any more."""


class RichRefusedError(Exception):
    """Telegram takes no rich message here, or not this one, or took only some of it."""


class UnreachableError(Exception):
    """Nothing can be said in this chat: the bot was blocked or removed, or may not write."""


class ChatMovedError(Exception):
    """The group has become a supergroup, which has another id and none of the old messages."""

    def __init__(self, chat_id: int) -> None:
        super().__init__(chat_id)
        self.chat_id = chat_id


def says_already(error: TelegramBadRequest | TelegramNotFound, method: TelegramMethod[Any]) -> int | None:
    """The id of a message that says what it should, which is why its edit was refused."""
    if isinstance(method, EDITS) and "message is not modified" in error.message.lower():
        return method.message_id
    return None


def may_have_moved(method: TelegramMethod[Any]) -> bool:
    """Whether this is an edit in a basic group: of one that has become a supergroup, an edit is not told so."""
    chat_id = method.chat_id if isinstance(method, EDITS) else None
    return isinstance(chat_id, int) and MIN_GROUP_ID < chat_id < 0


def classify(error: TelegramBadRequest | TelegramNotFound, method: TelegramMethod[Any]) -> NoReturn:
    """Raise what the refusal means, or as it is where that is not known."""
    text = error.message.lower()
    if isinstance(method, EDITS) and any(sign in text for sign in GONE):
        raise MessageGoneError from None
    if isinstance(method, EditMessageText) and method.rich_message:
        raise RichRefusedError(error.message) from None
    if any(sign in text for sign in FINAL):
        raise UnreachableError from None
    raise error


def is_topic_deleted(error: TelegramBadRequest | TelegramNotFound) -> bool:
    """Whether the topic was deleted that a message was to go to."""
    return any(sign in error.message.lower() for sign in NO_THREAD)


def sent_message_id(error: Exception) -> int | None:
    """The message's id where Telegram did what was asked and only its answer has a form that is not known yet."""
    data = error.data if isinstance(error, ClientDecodeError) else None
    result = data.get("result") if isinstance(data, dict) and data.get("ok") else None
    return int(result["message_id"]) if isinstance(result, dict) and "message_id" in result else None
