"""Data model: users, chats and messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class User:
    """A person or a bot."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False

    def to_json(self) -> Json:
        """A Bot API User; what is absent is left out."""
        optional = {"last_name": self.last_name, "username": self.username, "language_code": self.language_code}
        known = {name: value for name, value in optional.items() if value is not None}
        return {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name, **known}


@dataclass(frozen=True, kw_only=True)
class Connection:
    """A business account's connection with the bot: whose it is, and what the bot may do."""

    id: str
    owner: User
    date: int
    can_reply: bool = True
    is_enabled: bool = True

    def to_json(self) -> Json:
        """A Bot API BusinessConnection; one that is over has no rights."""
        rights = {"can_read_messages": True, "can_delete_sent_messages": True}
        rights |= {"can_reply": True} if self.can_reply else {}
        shown = {"id": self.id, "user": self.owner.to_json(), "user_chat_id": self.owner.id, "date": self.date}
        return {**shown, "is_enabled": self.is_enabled, **({"rights": rights} if self.is_enabled else {})}


@dataclass(frozen=True)
class Version:
    """One version of a message's content, valid from `at` (Unix seconds)."""

    at: float
    text: str | None
    reply_markup: Json | None


@dataclass(kw_only=True)
class Message:
    """A message: its Bot API fields except the chat and the reply, and its former versions."""

    message_id: int
    sender: User
    date: int
    body: Json
    reply_to: int | None = None
    history: list[Version] = field(default_factory=list)
    deleted_at: float | None = None
    reactions: list[Json] = field(default_factory=list)
    user_reactions: dict[int, list[Json]] = field(default_factory=dict)
    is_fixed: bool = False
    """Whether it was sent with a keyboard that is not inline, or a forced reply: nobody can edit it then."""
    inline_id: str | None = None
    """By what the bot edits it where it is no member, if it answered as a guest."""

    @property
    def text(self) -> str | None:
        """The text or the caption."""
        text: str | None = self.body.get("text", self.body.get("caption"))
        return text

    @property
    def thread_id(self) -> int | None:
        """The forum topic it stands in."""
        thread: int | None = self.body.get("message_thread_id")
        return thread

    def remember(self, at: float) -> None:
        """Append the current content to the history."""
        self.history.append(Version(at, self.text, self.body.get("reply_markup")))


@dataclass(kw_only=True)
class Chat:
    """A chat the bot may be in; `bot_status` is a ChatMember status."""

    id: int
    type: str
    title: str | None = None
    owner: User | None = None
    is_forum: bool = False
    bot_status: str = "member"
    started: bool = True
    connection_id: str | None = None
    upgraded_to: int | None = None
    topics: dict[int, str] = field(default_factory=dict)
    members: dict[int, User] = field(default_factory=dict)
    admins: set[int] = field(default_factory=set)
    discussion_id: int | None = None
    """Of a channel: the supergroup in which its posts are discussed."""
    messages: dict[int, Message] = field(default_factory=dict)
    drafts: dict[int, Json] = field(default_factory=dict)

    @property
    def is_private(self) -> bool:
        """Whether it is a chat with one user."""
        return self.type == "private"

    def to_json(self) -> Json:
        """A Bot API Chat."""
        if self.owner is not None:
            person = self.owner.to_json()
            names: Json = {key: person[key] for key in ("first_name", "last_name", "username") if key in person}
            return {"id": self.id, "type": self.type, **names}
        forum: Json = {"is_forum": True} if self.is_forum else {}
        return {"id": self.id, "type": self.type, "title": self.title or "", **forum}

    def live(self, message_id: int) -> Message | None:
        """The message, unless it is absent or deleted."""
        message = self.messages.get(message_id)
        return message if message is not None and message.deleted_at is None else None
