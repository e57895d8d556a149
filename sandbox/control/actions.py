"""What the control API can make people do; each action takes one JSON object and returns one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sandbox.bot_api.core import Sandbox
from sandbox.bot_api.params import Upload
from sandbox.control.conditions import Condition, Waiter
from sandbox.telegram.errors import bad_request
from sandbox.telegram.model import Chat, Json, Message, User
from sandbox.telegram.rich_text import RichText, with_found
from sandbox.telegram.user_actions import media_fields

_BEFORE_FIRST_USER = 1000
_FIRST_GROUP = -2001
_FIRST_SUPERGROUP = -1002000000001
_COPIED = ("message_thread_id", "media_group_id", "forward_origin")


class Actions:
    """Actions of people on a sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._state = sandbox.state
        self._people = sandbox.people
        self._waiter = Waiter(sandbox)

    def add_user(self, order: Json) -> Json:
        """A person and their private chat with the bot."""
        started, topics = order.pop("started", True), order.pop("topics", ())
        user_id = order.pop("user_id", None) or max(self._state.users, default=_BEFORE_FIRST_USER) + 1
        user = User(id=user_id, **{"first_name": f"User {user_id}", **order})
        chat = self._people.add_user(user, started=started, topics=topics)
        return {**user.to_json(), **_topics(chat)}

    def change_user(self, order: Json) -> Json:
        """A person takes another first_name or language_code."""
        user = self._user(order.pop("user_id"))
        if unknown := order.keys() - {"first_name", "language_code"}:
            raise bad_request(f"can't change {', '.join(sorted(unknown))}")
        changed = replace(user, **order)
        self._people.change_user(changed)
        return changed.to_json()

    def add_chat(self, order: Json) -> Json:
        """A group or supergroup with the bot in it."""
        kind = order.get("type", "group")
        chat_id = order.get("chat_id") or self._free_chat_id(
            _FIRST_SUPERGROUP if kind == "supergroup" else _FIRST_GROUP
        )
        topics = order.get("topics", [])
        chat = Chat(
            id=chat_id,
            type=kind,
            title=order.get("title", "Group"),
            is_forum=bool(topics),
            bot_status=order.get("bot_status", "member"),
        )
        added_by = self._user(order["added_by"]) if order.get("added_by") else None
        self._people.add_chat(chat, topics, added_by)
        return {**chat.to_json(), **_topics(chat)}

    def upgrade_chat(self, order: Json) -> Json:
        """A person makes a group a supergroup."""
        chat_id = self._free_chat_id(_FIRST_SUPERGROUP)
        return self._people.upgrade(self._target(order), self._user(order["user_id"]), chat_id).to_json()

    def connect_business(self, order: Json) -> Json:
        """A business connection of a user with the bot."""
        connection_id = order.get("connection_id") or f"business-{len(self._state.connections) + 1}"
        return self._people.connect_business(self._user(order["user_id"]), connection_id)

    def send(self, order: Json, upload: Upload | None = None) -> Json:
        """A message of a person: text or a file, in their private chat unless another is named."""
        user, chat = self._user(order["user_id"]), self._target(order)
        body: Json = {name: order[name] for name in _COPIED if order.get(name) is not None}
        words = with_found(RichText(order.get("text") or ""))
        if upload is not None:
            kind = order.get("kind", "voice")
            stored = self._state.files.add(kind, upload.content, order.get("media", {}).get("file_name"))
            body.update(media_fields(kind, stored, order.get("media", {})))
        if words.text:
            body.update(words.fields("caption" if upload is not None else "text"))
        known = {name: value for name, value in {**body, **order.get("extra", {})}.items() if value is not None}
        return self._state.render(chat, self._people.send(chat, user, known, order.get("reply_to")))

    def forward(self, order: Json) -> Json:
        """A person forwards a message of any chat."""
        source = self._message(self._state.chat(order["from_chat_id"]), order)
        user, chat = self._user(order["user_id"]), self._target(order)
        body = self._people.copy_for_forward(source, order.get("hidden", False))
        return self._state.render(chat, self._people.send(chat, user, body))

    async def press(self, order: Json) -> Json:
        """A person presses a button and waits for what the bot shows them."""
        chat = self._target(order)
        message = self._message(chat, order)
        query = self._people.press(chat, self._user(order["user_id"]), message, order.get("data"), order.get("text"))
        timeout_s = order.get("timeout_s", 5.0)
        await self._waiter.wait(Condition(answered=query.id, timeout_s=timeout_s))
        return {"query_id": query.id, "answer": query.answer}

    def edit(self, order: Json) -> Json:
        """A person edits their message."""
        chat = self._target(order)
        message = self._message(chat, order)
        self._people.edit(chat, message, order["text"])
        return self._state.render(chat, message)

    def delete(self, order: Json) -> Json:
        """A person deletes a message, theirs or the bot's."""
        chat = self._target(order)
        self._people.delete(chat, self._message(chat, order))
        return {}

    def set_bot_status(self, order: Json) -> Json:
        """A person blocks, unblocks, adds, promotes or removes the bot."""
        self._people.set_bot_status(self._target(order), self._user(order["user_id"]), order["status"])
        return {}

    def push_update(self, order: Json) -> Json:
        """Any JSON object as an update, sensible or not."""
        update_id = self._state.updates.push_raw(order)
        self._sandbox.bus.publish("update")
        return {"update_id": update_id}

    def read_chat(self, query: Json) -> Json:
        """All messages of a chat, deleted ones too, with what they said before."""
        chat = self._state.chat(int(query["chat_id"]), query.get("business_connection_id"))
        messages = [self._full(chat, message) for message in chat.messages.values()]
        return {"chat": chat.to_json(), "messages": messages, "drafts": chat.drafts, "bot_status": chat.bot_status}

    def read_bot(self) -> Json:
        """What the bot told about itself, and how many updates it has not confirmed."""
        profile = self._state.profile
        webhook = {name: value for name, value in profile.webhook.items() if name != "secret_token"}
        menus = [
            {"scope": scope, "language_code": language, "commands": commands}
            for (scope, language), commands in profile.commands.items()
        ]
        texts = [
            {"name": name, "language_code": language, "text": text} for (name, language), text in profile.texts.items()
        ]
        return {"menus": menus, "texts": texts, "webhook": webhook, "pending": len(self._state.updates)}

    def _full(self, chat: Chat, message: Message) -> Json:
        return {
            **self._state.render(chat, message),
            "from_bot": message.sender == self._state.bot,
            "deleted_at": message.deleted_at,
            "reactions": message.reactions,
            "history": [version.to_json() for version in message.history],
        }

    def _free_chat_id(self, chat_id: int) -> int:
        while (None, chat_id) in self._state.chats:
            chat_id -= 1
        return chat_id

    def _user(self, user_id: Any) -> User:
        user = self._state.users.get(int(user_id))
        if user is None:
            raise bad_request("user not found")
        return user

    def _target(self, order: Json) -> Chat:
        connection_id = order.get("business_connection_id")
        chat_id = int(order.get("chat_id") or order["user_id"])
        if connection_id is not None:
            return self._people.business_chat(connection_id, self._user(chat_id))
        return self._state.chat(chat_id)

    def _message(self, chat: Chat, order: Json) -> Message:
        message = chat.live(int(order["message_id"]))
        if message is None:
            raise bad_request("message not found")
        return message


def _topics(chat: Chat) -> Json:
    return {"topics": {title: topic for topic, title in chat.topics.items()}}
