"""One method call: its parameters, the state it acts on, and the checks all methods share."""

from __future__ import annotations

import time
from dataclasses import dataclass

from sandbox.bot_api.params import Params, chat_id_of
from sandbox.telegram.errors import bad_request, forbidden, upgraded
from sandbox.telegram.limits import RateLimiter
from sandbox.telegram.model import Chat, Json, Message
from sandbox.telegram.state import ChatState
from sandbox.telegram.threads import thread_fields

_GROUP_NAMES = {"group": "group chat", "supergroup": "supergroup chat", "channel": "channel chat"}


@dataclass(frozen=True)
class MethodCall:
    """One call of a method, with everything it needs."""

    state: ChatState
    limiter: RateLimiter
    params: Params

    def chat(self) -> Chat:
        """The chat the call names."""
        return self.state.chat(chat_id_of(self.params), self.params.text("business_connection_id") or None)

    def connection_id(self) -> str:
        """The business connection the call names."""
        connection_id = self.params.text("business_connection_id")
        if connection_id not in self.state.connections:
            raise bad_request("business connection not found")
        return connection_id

    def writable_chat(self) -> Chat:
        """The chat the call names, if the bot may write there."""
        chat = self.chat()
        if chat.upgraded_to is not None:
            raise upgraded(chat.upgraded_to)
        if chat.bot_status == "kicked":
            gone = "blocked by the user" if chat.is_private else f"kicked from the {_GROUP_NAMES[chat.type]}"
            raise forbidden(f"bot was {gone}")
        if chat.bot_status == "left":
            raise forbidden(f"bot is not a member of the {_GROUP_NAMES[chat.type]}")
        if chat.type == "channel" and chat.bot_status != "administrator":
            raise bad_request("need administrator rights in the channel chat")
        if chat.connection_id is not None:
            connection = self.state.connections[chat.connection_id]
            if not connection.is_enabled:
                raise bad_request("BUSINESS_CONNECTION_INVALID")
            if not connection.can_reply:
                raise forbidden("BOT_ACCESS_FORBIDDEN")
        if not chat.started:
            raise forbidden("bot can't initiate conversation with a user")
        return chat

    def editable_chat(self) -> Chat:
        """The chat the call names, if the bot may edit there; for an upgraded group the error is not that of a send."""
        chat = self.chat()
        if chat.upgraded_to is not None:
            raise bad_request("PEER_ID_INVALID")
        return self.writable_chat()

    def spend(self, chat: Chat) -> None:
        """Count a write; raises a 429 when it is one too many."""
        self.limiter.acquire(chat, time.monotonic())

    def own_message(self, chat: Chat) -> Message:
        """The message to edit, which must be the bot's."""
        message_id = self.params.integer("message_id")
        if not message_id:
            raise bad_request("message identifier is not specified")
        message = chat.live(message_id)
        if message is None:
            raise bad_request("message to edit not found")
        if message.sender != self.state.bot or message.is_fixed or "receiver_user" in message.body:
            raise bad_request("message can't be edited")
        return message

    def thread_fields(self, chat: Chat, reply_to: int | None) -> Json:
        """Thread of the new message; an unknown topic is refused, and one in a chat without topics ignored."""
        thread = self.params.integer("message_thread_id") or None
        if thread is not None and (chat.is_forum or chat.is_private) and thread not in chat.topics:
            raise bad_request("message thread not found")
        return thread_fields(chat, thread, reply_to)

    def reply_target(self, chat: Chat) -> int | None:
        """The message the new one replies to, if any."""
        wanted = self.params.json("reply_parameters", "reply parameters") or {}
        if not isinstance(wanted, dict):
            raise bad_request("object expected as reply parameters")
        message_id = Params(wanted).integer("message_id") or self.params.integer("reply_to_message_id")
        # For a business account the server drops a reply that names its chat, be it the same one.
        if not message_id or (chat.connection_id is not None and "chat_id" in wanted):
            return None
        if chat.live(message_id) is not None:
            return message_id
        if wanted.get("allow_sending_without_reply") or self.params.flag("allow_sending_without_reply"):
            return None
        raise bad_request("message to be replied not found")
