"""State of the simulated Telegram, synchronous and without HTTP; changes are published on its event bus."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

from sandbox.options import SandboxOptions
from sandbox.telegram.errors import bad_request
from sandbox.telegram.events import EventBus
from sandbox.telegram.files import FileStore
from sandbox.telegram.model import Chat, Connection, Json, Message, User
from sandbox.telegram.threads import shown_reply
from sandbox.telegram.update_queue import UpdateQueue

FIRST_UPDATE_ID = 500_000_001
_ID_EPOCH = 1_735_689_600


@dataclass(kw_only=True)
class CallbackQuery:
    """A pressed button, or an inline query; `answer` is what the user was shown."""

    id: str
    pressed_at: float
    answer: Json | None = None


@dataclass(frozen=True, kw_only=True)
class GuestQuery:
    """A message that called the bot into a chat of which it is no member."""

    chat: Chat
    message: Message
    asked_at: float


@dataclass(kw_only=True)
class Profile:
    """The bot's command menus, descriptions and webhook."""

    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    webhook: Json = field(default_factory=lambda: {"url": ""})
    webhook_set_at: float = -math.inf
    """When the bot set one last, by the monotonic clock."""

    def public_webhook(self) -> Json:
        """The webhook without its secret."""
        return {name: value for name, value in self.webhook.items() if name != "secret_token"}


class ChatState:
    """Users, chats, messages, files, pressed buttons and pending updates of one bot."""

    def __init__(self, options: SandboxOptions, bot_id: int, bus: EventBus) -> None:
        self.options = options
        self.bus = bus
        self.bot = User(id=bot_id, is_bot=True, first_name=options.bot_name, username=options.bot_username)
        self.profile = Profile()
        self.updates = UpdateQueue(FIRST_UPDATE_ID)
        self.last_shared_id = 0
        self._min_id = 0
        self.reset()

    def reset(self) -> None:
        """Forget users and what they did; the bot's profile and all running numbers stay.

        So a bot that goes on polling notices nothing, and its old offset confirms nothing that comes after.
        """
        self.users: dict[int, User] = {}
        self.chats: dict[tuple[str | None, int], Chat] = {}
        self.connections: dict[str, Connection] = {}
        self.callbacks: dict[str, CallbackQuery] = {}
        self.inline_queries: dict[str, CallbackQuery] = {}
        self.guest_queries: dict[str, GuestQuery] = {}
        self.files = FileStore(self.options.file_link_ttl_s)
        self.updates.clear()
        self.bus.publish("reset")

    def chat(self, chat_id: int, connection_id: str | None = None) -> Chat:
        """The chat; raises the Bot API's error when there is none."""
        if connection_id is not None and connection_id not in self.connections:
            raise bad_request("business connection not found")
        chat = self.chats.get((connection_id, chat_id))
        if chat is None:
            raise bad_request("chat not found")
        return chat

    def inline_message(self, inline_id: str) -> tuple[Chat, Message]:
        """A message that the bot sent as a guest, and its chat; raises the Bot API's error when there is none."""
        for chat in self.chats.values():
            for message in chat.messages.values():
                if message.inline_id == inline_id and message.deleted_at is None:
                    return chat, message
        raise bad_request("MESSAGE_ID_INVALID")

    def new_message_id(self, chat: Chat) -> int:
        """The next id: a supergroup or channel counts for itself, all other chats share one counter, as in Telegram."""
        if chat.type in ("supergroup", "channel"):
            return max(next(reversed(chat.messages), 0), self._min_id) + 1
        self.last_shared_id += 1
        return self.last_shared_id

    def skip_used_numbers(self) -> None:
        """Raise message and update ids above those of earlier runs: to at least one that grows by one a second.

        So they stay unique even when the state of an earlier run is lost.
        """
        self._min_id = int(time.time()) - _ID_EPOCH
        self.last_shared_id = max(self.last_shared_id, self._min_id)
        self.updates.skip_to(FIRST_UPDATE_ID + self._min_id)

    def post(self, chat: Chat, sender: User, body: Json, reply_to: int | None = None) -> Message:
        """Add a message to a chat."""
        now = time.time()
        message = Message(
            message_id=self.new_message_id(chat), sender=sender, date=int(now), body=body, reply_to=reply_to
        )
        message.remember(now)
        chat.messages[message.message_id] = message
        self._tell("message", chat, message)
        return message

    def edit(self, chat: Chat, message: Message, changes: Json) -> None:
        """Change fields of a message; a field that becomes None goes away."""
        now = time.time()
        merged = {**message.body, **changes, "edit_date": int(now)}
        message.body = {name: value for name, value in merged.items() if value is not None}
        message.remember(now)
        self._tell("edit", chat, message)

    def delete(self, chat: Chat, message: Message) -> None:
        """Delete a message; its history stays readable for the control API."""
        message.deleted_at = time.time()
        self._tell("delete", chat, message)

    def react(self, chat: Chat, message: Message, reactions: list[Json]) -> None:
        """Replace the bot's reactions to a message."""
        message.reactions = reactions
        self._tell("reaction", chat, message)

    def react_as(self, user: User, chat: Chat, message: Message, reactions: list[Json]) -> None:
        """Replace a person's reactions to a message."""
        message.user_reactions[user.id] = reactions
        self._tell("reaction", chat, message)

    def render(self, chat: Chat, message: Message, *, with_reply: bool = True) -> Json:
        """The message as the Bot API shows it; a reply is shown one level deep."""
        head: Json = {"message_id": message.message_id, "from": message.sender.to_json(), "chat": chat.to_json()}
        if chat.type == "channel":  # its posts are its own, whoever wrote them
            head.pop("from")
            head["sender_chat"] = chat.to_json()
        shown = {**head, "date": message.date, **message.body}
        if chat.connection_id is not None:
            shown["business_connection_id"] = chat.connection_id
            if message.sender == self.bot:
                shown["from"] = self.connections[chat.connection_id].owner.to_json()
                shown["sender_business_bot"] = self.bot.to_json()
        replied = shown_reply(chat, message) if with_reply else None
        if replied is not None:
            shown["reply_to_message"] = self.render(chat, replied, with_reply=False)
        return shown

    def notify(self, kind: str, payload: Json) -> None:
        """Queue an update for the bot, if it wants this kind."""
        if self.updates.push(kind, payload) is not None:
            self.bus.publish("update")

    def _tell(self, kind: str, chat: Chat, message: Message) -> None:
        self.bus.publish(kind, chat.id, message_id=message.message_id)
