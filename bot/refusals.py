"""What it means when Telegram does not take a message."""

from typing import Any

from aiogram.exceptions import ClientDecodeError, TelegramBadRequest, TelegramNotFound
from aiogram.methods import EditMessageText, TelegramMethod

GONE = ("message to edit not found", "message can't be edited", "message_id_invalid")
FINAL = (
    *("chat not found", "not enough rights", "have no rights", "need administrator rights", "forbidden"),
    *("topic_closed", "chat_restricted", "peer_id_invalid", "business connection not found"),
)
"""Parts of refusals that no other try would change."""


class MessageGoneError(Exception):
    """The message that was to be edited is not there any more."""


class UnreachableError(Exception):
    """Nothing can be said in this chat: the bot was blocked or removed, or may not write."""


class ChatMovedError(Exception):
    """The group has become a supergroup, which has another id and none of the old messages."""

    def __init__(self, chat_id: int) -> None:
        super().__init__(chat_id)
        self.chat_id = chat_id


def judge(error: TelegramBadRequest | TelegramNotFound, method: TelegramMethod[Any]) -> int:
    """The id of a message that says already what it should; raises what the refusal means, or as it is if unknown."""
    text = error.message.lower()
    if isinstance(method, EditMessageText):
        if "message is not modified" in text:
            return method.message_id or 0
        if any(sign in text for sign in GONE):
            raise MessageGoneError from None
    if any(sign in text for sign in FINAL):
        raise UnreachableError from None
    raise error


def lacks_thread(error: TelegramBadRequest | TelegramNotFound) -> bool:
    """Whether the topic was deleted that a message was to go to."""
    return "message thread not found" in error.message.lower()


def taken(error: Exception) -> int | None:
    """The message's id where Telegram did what was asked and only its answer has a form that is not known yet."""
    data = error.data if isinstance(error, ClientDecodeError) else None
    result = data.get("result") if isinstance(data, dict) and data.get("ok") else None
    return int(result["message_id"]) if isinstance(result, dict) and "message_id" in result else None
