"""Actions of simulated users: write, forward, edit, press buttons, block the bot; each becomes an update."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from typing import Any

from sandbox.telegram.errors import bad_request
from sandbox.telegram.files import FOLDERS
from sandbox.telegram.members import member_json
from sandbox.telegram.model import Chat, Connection, Json, Message, User
from sandbox.telegram.reactions import REACTIONS
from sandbox.telegram.rich_text import RichText, with_found
from sandbox.telegram.state import CallbackQuery, ChatState, GuestQuery
from sandbox.telegram.threads import thread_fields

_HEADERS = ("message_thread_id", "media_group_id", "forward_origin", "is_topic_message", "reply_markup", "edit_date")

SERVICE = User(id=777_000, first_name="Telegram")
"""In whose name Telegram forwards a channel's posts."""


class UserActions:
    """Performs the actions of all users of one sandbox."""

    def __init__(self, state: ChatState) -> None:
        self._state = state

    def add_user(self, user: User, *, started: bool = True, topics: Sequence[str] = ()) -> Chat:
        """A person with a private chat, which may have topics; `started` is whether they ever pressed Start."""
        self._state.users[user.id] = user
        chat = Chat(id=user.id, type="private", owner=user, started=started)
        self._state.chats[None, user.id] = chat
        self._state.bus.publish("people")
        self._open_topics(chat, topics, user)
        return chat

    def change_user(self, changed: User) -> None:
        """A person changes their name or their language; what they wrote before keeps the old name."""
        user = self._state.users[changed.id] = changed
        for chat in self._state.chats.values():
            if chat.owner is not None and chat.owner.id == user.id:
                chat.owner = changed
            if user.id in chat.members:
                chat.members[user.id] = changed
        self._state.bus.publish("people")

    def add_chat(self, chat: Chat, topics: list[str], added_by: User | None) -> None:
        """A group the bot is in; who added it is told in a my_chat_member update."""
        self._state.chats[None, chat.id] = chat
        self._state.bus.publish("people")
        creator = added_by or self._state.bot
        self._open_topics(chat, topics, creator)
        if added_by is not None:
            chat.members[added_by.id] = added_by
            status, chat.bot_status = chat.bot_status, "left"
            self.set_bot_status(chat, added_by, status)

    def upgrade(self, group: Chat, by: User, chat_id: int) -> Chat:
        """A group becomes a supergroup with another id, the same members and no messages."""
        chat = Chat(
            id=chat_id,
            type="supergroup",
            title=group.title,
            bot_status=group.bot_status,
            members=dict(group.members),
            admins=set(group.admins),
        )
        self._state.chats[None, chat.id] = chat
        self._state.bus.publish("people")
        self.send(group, by, {"migrate_to_chat_id": chat.id})
        self.send(chat, by, {"migrate_from_chat_id": group.id})
        group.upgraded_to = chat.id
        return chat

    def _open_topics(self, chat: Chat, titles: Sequence[str], creator: User) -> None:
        for title in titles:
            message = self._state.post(chat, creator, {"forum_topic_created": {"name": title, "icon_color": 7322096}})
            message.body.update(message_thread_id=message.message_id, is_topic_message=True)
            chat.topics[message.message_id] = title

    def connect_business(self, connection: Connection) -> Json:
        """The owner lets the bot answer their private chats, changes what it may do there, or ends that."""
        self._state.connections[connection.id] = connection
        shown = connection.to_json()
        self._state.notify("business_connection", shown)
        return shown

    def business_chat(self, connection_id: str, customer: User) -> Chat:
        """The owner's chat with a customer, opened at need."""
        if connection_id not in self._state.connections:
            raise bad_request("business connection not found")
        key = (connection_id, customer.id)
        if key not in self._state.chats:
            self._state.chats[key] = Chat(id=customer.id, type="private", owner=customer, connection_id=connection_id)
        return self._state.chats[key]

    def send(self, chat: Chat, user: User, body: Json, reply_to: int | None = None) -> Message:
        """Post what a person sends, and tell the bot if it may see it."""
        if not chat.is_private:
            chat.members.setdefault(user.id, user)
        body.update(thread_fields(chat, body.pop("message_thread_id", None), reply_to))
        chat.started = True
        message = self._state.post(chat, user, body, reply_to)
        self._tell("channel_post" if chat.type == "channel" else "message", chat, message)
        if chat.bot_status == "left" and self._names_bot(message):
            self._call_guest(chat, message)
        if chat.discussion_id is not None:
            self._discuss(chat, message)
        return message

    def _call_guest(self, chat: Chat, message: Message) -> None:
        """The bot, which is no member, is told of a message that names it, and of the one that this replies to."""
        if not self._state.options.guest_queries:
            return
        query_id = str(secrets.randbits(62))
        self._state.guest_queries[query_id] = GuestQuery(chat=chat, message=message, asked_at=time.monotonic())
        self._state.notify("guest_message", {**self._state.render(chat, message), "guest_query_id": query_id})

    def _names_bot(self, message: Message) -> bool:
        return f"@{self._state.bot.username}" in (message.text or "")

    def _discuss(self, channel: Chat, post: Message) -> None:
        """A post is forwarded to the channel's discussion group, where what replies to it is a comment."""
        group = self._state.chat(channel.discussion_id or 0)
        origin = {"type": "channel", "chat": channel.to_json(), "message_id": post.message_id, "date": post.date}
        fields = {"sender_chat": channel.to_json(), "is_automatic_forward": True, "forward_origin": origin}
        copy = self._state.post(group, SERVICE, {**self.copy_for_forward(post, hidden=True), **fields})
        self._tell("message", group, copy)

    def edit(self, chat: Chat, message: Message, text: str) -> None:
        """A person changes the text or caption of their message."""
        name = "text" if "text" in message.body else "caption"
        self._state.edit(chat, message, with_found(RichText(text)).fields(name))
        self._tell("edited_message", chat, message)

    def delete(self, chat: Chat, message: Message) -> None:
        """A person deletes a message; the bot is told in chats of a business account only."""
        self._state.delete(chat, message)
        if chat.connection_id is not None and self._state.connections[chat.connection_id].is_enabled:
            where = {"business_connection_id": chat.connection_id, "chat": chat.to_json()}
            self._state.notify("deleted_business_messages", {**where, "message_ids": [message.message_id]})

    def copy_for_forward(self, source: Message, hidden: bool) -> Json:
        """Fields of a forwarded message: new file ids of the same files, and where it came from."""
        body = {name: value for name, value in source.body.items() if name not in _HEADERS}
        for kind in FOLDERS:
            if kind in body:
                body[kind] = self._renewed(body[kind])
        person = source.sender
        if hidden:
            origin: Json = {"type": "hidden_user", "sender_user_name": person.first_name}
        else:
            origin = {"type": "user", "sender_user": person.to_json()}
        return {**body, "forward_origin": source.body.get("forward_origin", {**origin, "date": source.date})}

    def _renewed(self, media: Any) -> Any:
        if isinstance(media, list):
            return [self._renewed(size) for size in media]
        return {**media, "file_id": self._state.files.copy(media["file_id"]).file_id}

    def press(self, chat: Chat, user: User, message: Message, data: str | None, text: str | None) -> CallbackQuery:
        """Press the button with this callback data or this label."""
        rows = (message.body.get("reply_markup") or {}).get("inline_keyboard", [])
        for button in (button for row in rows for button in row if "callback_data" in button):
            if button["callback_data"] == data if data is not None else button["text"] == text:
                break
        else:
            raise bad_request("no such button on the message")
        query = CallbackQuery(id=str(secrets.randbits(62)), pressed_at=time.monotonic())
        self._state.callbacks[query.id] = query
        head: Json = {"id": query.id, "from": user.to_json(), "chat_instance": str(abs(chat.id) * 7919)}
        inline: Json = {"inline_message_id": message.inline_id} if message.inline_id else {}
        shown = inline or {"message": self._state.render(chat, message)}
        self._state.notify("callback_query", {**head, **shown, "data": button["callback_data"]})
        return query

    def ask_inline(self, user: User, words: str, offset: str) -> CallbackQuery:
        """Write words after the bot's name in some chat, or scroll to the end of what it offered."""
        query = CallbackQuery(id=str(secrets.randbits(62)), pressed_at=time.monotonic())
        self._state.inline_queries[query.id] = query
        self._state.notify("inline_query", {"id": query.id, "from": user.to_json(), "query": words, "offset": offset})
        return query

    def choose(self, chat: Chat, user: User, query_id: str, result_id: str) -> Message:
        """Send what the bot offered, in any chat."""
        query = self._state.inline_queries.get(query_id)
        results = query.answer["results"] if query is not None and query.answer else []
        for result in results:
            if result["id"] == result_id:
                return self.send(chat, user, {**result["message"], "via_bot": self._state.bot.to_json()})
        raise bad_request("no such inline result")

    def react(self, chat: Chat, user: User, message: Message, emoji: str | None) -> None:
        """React with one emoji, or take the reaction back; in groups only bots that are admins are told."""
        if emoji is not None and emoji not in REACTIONS:
            raise bad_request("REACTION_INVALID")
        old = message.user_reactions.get(user.id, [])
        new: list[Json] = [{"type": "emoji", "emoji": emoji}] if emoji else []
        self._state.react_as(user, chat, message, new)
        if not (chat.is_private or chat.bot_status == "administrator"):
            return
        head: Json = {"chat": chat.to_json(), "message_id": message.message_id, "user": user.to_json()}
        change = {"date": int(time.time()), "old_reaction": old, "new_reaction": new}
        self._state.notify("message_reaction", {**head, **change})

    def promote(self, chat: Chat, user: User) -> None:
        """A person becomes an admin of a group."""
        chat.members.setdefault(user.id, user)
        chat.admins.add(user.id)

    def stop_draft(self, chat: Chat, draft_id: int) -> None:
        """Press the button of a draft that stops it; the draft stays for a while if the bot wanted that."""
        draft = chat.drafts.get(draft_id)
        if draft is None or not draft["can_stop"]:
            raise bad_request("no such draft with a button to stop it")
        draft["can_stop"] = False
        if not draft["keep_on_stop"]:
            del chat.drafts[draft_id]
        self._state.bus.publish("draft", chat.id, draft_id=draft_id)
        thread = {} if draft["message_thread_id"] is None else {"message_thread_id": draft["message_thread_id"]}
        self._state.notify("stopped_message_generation", {"chat": chat.to_json(), **thread, "draft_id": draft_id})

    def set_bot_status(self, chat: Chat, by: User, status: str) -> None:
        """Block, unblock, add, promote or remove the bot."""
        old, chat.bot_status = chat.bot_status, status
        bot = self._state.bot.to_json()
        change: Json = {"chat": chat.to_json(), "from": by.to_json(), "date": int(time.time())}
        change["old_chat_member"] = member_json(bot, old)
        change["new_chat_member"] = member_json(bot, status)
        self._state.bus.publish("bot_status", chat.id, status=status)
        self._state.notify("my_chat_member", change)

    def _tell(self, kind: str, chat: Chat, message: Message) -> None:
        if chat.bot_status in ("kicked", "left") or self._hidden_by_privacy(chat, message):
            return
        if chat.connection_id is not None:
            if not self._state.connections[chat.connection_id].is_enabled:
                return
            kind = kind.replace("message", "business_message")
        self._state.notify(kind, self._state.render(chat, message))

    def _hidden_by_privacy(self, chat: Chat, message: Message) -> bool:
        if chat.is_private or chat.bot_status == "administrator" or not self._state.options.privacy_mode:
            return False
        replied = chat.live(message.reply_to) if message.reply_to is not None else None
        called = any(entity["type"] == "bot_command" for entity in message.body.get("entities", []))
        return not (called or self._names_bot(message) or (replied is not None and replied.sender == self._state.bot))
