"""Actions of the control API; each takes one JSON object and returns one."""

from __future__ import annotations

import time
from dataclasses import asdict, replace
from typing import Any

from sandbox.bot_api.core import Sandbox
from sandbox.bot_api.params import Upload
from sandbox.control.conditions import Condition, Waiter
from sandbox.telegram.errors import bad_request
from sandbox.telegram.files import media_fields
from sandbox.telegram.model import Chat, Connection, Json, Message, User
from sandbox.telegram.rich_text import RichText, with_found

_BEFORE_FIRST_USER = 1000
_FIRST_GROUP = -2001
_FIRST_SUPERGROUP = -1002000000001
_COPIED = ("message_thread_id", "media_group_id")


class Actions:
    """What the control API can do as a user."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._state = sandbox.state
        self._people = sandbox.people
        self._waiter = Waiter(sandbox)

    def add_user(self, payload: Json) -> Json:
        """A person and their private chat with the bot."""
        started, topics = payload.pop("started", True), payload.pop("topics", ())
        user_id = payload.pop("user_id", None) or max(self._state.users, default=_BEFORE_FIRST_USER) + 1
        user = User(id=user_id, **{"first_name": f"User {user_id}", **payload})
        chat = self._people.add_user(user, started=started, topics=topics)
        return {**user.to_json(), **_topics(chat)}

    def change_user(self, payload: Json) -> Json:
        """A person takes another first_name or language_code."""
        user = self._user(payload.pop("user_id"))
        if unknown := payload.keys() - {"first_name", "language_code"}:
            raise bad_request(f"can't change {', '.join(sorted(unknown))}")
        changed = replace(user, **payload)
        self._people.change_user(changed)
        return changed.to_json()

    def add_chat(self, payload: Json) -> Json:
        """A group, supergroup or channel with the bot in it; a channel may have a discussion group."""
        kind = payload.get("type", "group")
        chat_id = self._free_chat_id(_FIRST_GROUP if kind == "group" else _FIRST_SUPERGROUP)
        topics = payload.get("topics", [])
        chat = Chat(
            id=chat_id,
            type=kind,
            title=payload.get("title", "Group"),
            is_forum=bool(topics),
            discussion_id=payload.get("discussion_id"),
        )
        added_by = self._user(payload["added_by"]) if payload.get("added_by") else None
        self._people.add_chat(chat, topics, added_by)
        return {**chat.to_json(), **_topics(chat)}

    def upgrade_chat(self, payload: Json) -> Json:
        """A person makes a group a supergroup."""
        chat_id = self._free_chat_id(_FIRST_SUPERGROUP)
        return self._people.upgrade(self._target(payload), self._user(payload["user_id"]), chat_id).to_json()

    def connect_business(self, payload: Json) -> Json:
        """A business connection of a user with the bot: a new one, or what becomes of their last one."""
        owner = self._user(payload["user_id"])
        known = [each for each in self._state.connections.values() if each.owner.id == owner.id and each.is_enabled]
        new = Connection(id=f"business-{len(self._state.connections) + 1}", owner=owner, date=int(time.time()))
        changes = {name: payload[name] for name in ("can_reply", "is_enabled") if name in payload}
        return self._people.connect_business(replace(known[-1] if known else new, **changes))

    def send(self, payload: Json, upload: Upload | None = None) -> Json:
        """A message of a person: text or a file, in their private chat unless another is named."""
        user, chat = self._user(payload["user_id"]), self._target(payload)
        body: Json = {name: payload[name] for name in _COPIED if payload.get(name) is not None}
        words = with_found(RichText(payload.get("text") or ""))
        if upload is not None:
            kind = payload.get("kind", "voice")
            stored = self._state.files.add(kind, upload.content, payload.get("media", {}).get("file_name"))
            body.update(media_fields(kind, stored, payload.get("media", {})))
        if words.text:
            body.update(words.fields("caption" if upload is not None else "text"))
        known = {name: value for name, value in {**body, **payload.get("extra", {})}.items() if value is not None}
        return self._state.render(chat, self._people.send(chat, user, known, payload.get("reply_to")))

    def forward(self, payload: Json) -> Json:
        """A person forwards a message of any chat."""
        source = self._message(self._state.chat(payload["from_chat_id"]), payload)
        user, chat = self._user(payload["user_id"]), self._target(payload)
        body = self._people.copy_for_forward(source, payload.get("hidden", False))
        return self._state.render(chat, self._people.send(chat, user, body))

    async def press(self, payload: Json) -> Json:
        """A person presses a button and waits for what the bot shows them."""
        chat = self._target(payload)
        message = self._message(chat, payload)
        user = self._user(payload["user_id"])
        query = self._people.press(chat, user, message, payload.get("data"), payload.get("text"))
        timeout_s = payload.get("timeout_s", 5.0)
        await self._waiter.wait(Condition(answered=query.id, timeout_s=timeout_s))
        return {"query_id": query.id, "answer": query.answer}

    async def ask_inline(self, payload: Json) -> Json:
        """A person asks the bot from some chat, and waits for what it offers."""
        query = self._people.ask_inline(self._user(payload["user_id"]), payload["query"], payload.get("offset", ""))
        await self._waiter.wait(Condition(answered=query.id, timeout_s=payload.get("timeout_s", 5.0)))
        return {"query_id": query.id, "answer": query.answer}

    def choose(self, payload: Json) -> Json:
        """A person sends what the bot offered."""
        chat, user = self._target(payload), self._user(payload["user_id"])
        message = self._people.choose(chat, user, payload["query_id"], str(payload["result_id"]))
        return self._state.render(chat, message)

    def react(self, payload: Json) -> Json:
        """A person reacts to a message with an emoji, or with none any more."""
        chat = self._target(payload)
        self._people.react(chat, self._user(payload["user_id"]), self._message(chat, payload), payload.get("emoji"))
        return {}

    def promote(self, payload: Json) -> Json:
        """A person becomes an admin of a group."""
        self._people.promote(self._target(payload), self._user(payload["user_id"]))
        return {}

    def stop_draft(self, payload: Json) -> Json:
        """A person stops a draft."""
        self._people.stop_draft(self._target(payload), int(payload["draft_id"]))
        return {}

    def edit(self, payload: Json) -> Json:
        """A person edits their message."""
        chat = self._target(payload)
        message = self._message(chat, payload)
        self._people.edit(chat, message, payload["text"])
        return self._state.render(chat, message)

    def delete(self, payload: Json) -> Json:
        """A person deletes a message, theirs or the bot's."""
        chat = self._target(payload)
        self._people.delete(chat, self._message(chat, payload))
        return {}

    def set_bot_status(self, payload: Json) -> Json:
        """A person blocks, unblocks, adds, promotes or removes the bot."""
        self._people.set_bot_status(self._target(payload), self._user(payload["user_id"]), payload["status"])
        return {}

    def push_update(self, payload: Json) -> Json:
        """Any JSON object as an update, valid or not."""
        update_id = self._state.updates.push_raw(payload)
        self._sandbox.bus.publish("update")
        return {"update_id": update_id}

    def read_chat(self, query: Json) -> Json:
        """All messages of a chat, deleted ones too, with what they said before."""
        chat = self._state.chat(int(query["chat_id"]), query.get("business_connection_id"))
        messages = [self._full(chat, message) for message in chat.messages.values()]
        return {"chat": chat.to_json(), "messages": messages, "drafts": chat.drafts, "bot_status": chat.bot_status}

    def read_bot(self) -> Json:
        """The bot's menus, texts and webhook, and how many updates it has not confirmed."""
        profile = self._state.profile
        menus = [
            {"scope": scope, "language_code": language, "commands": commands}
            for (scope, language), commands in profile.commands.items()
        ]
        texts = [
            {"name": name, "language_code": language, "text": text} for (name, language), text in profile.texts.items()
        ]
        return {
            "menus": menus,
            "texts": texts,
            "webhook": profile.public_webhook(),
            "pending": len(self._state.updates),
        }

    def _full(self, chat: Chat, message: Message) -> Json:
        return {
            **self._state.render(chat, message),
            "from_bot": message.sender == self._state.bot,
            "deleted_at": message.deleted_at,
            "reactions": message.reactions,
            "user_reactions": message.user_reactions,
            "history": [asdict(version) for version in message.history],
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

    def _target(self, payload: Json) -> Chat:
        connection_id = payload.get("business_connection_id")
        chat_id = int(payload.get("chat_id") or payload["user_id"])
        if connection_id is not None:
            return self._people.business_chat(connection_id, self._user(chat_id))
        return self._state.chat(chat_id)

    def _message(self, chat: Chat, payload: Json) -> Message:
        message = chat.live(int(payload["message_id"]))
        if message is None:
            raise bad_request("message not found")
        return message


def _topics(chat: Chat) -> Json:
    return {"topics": {title: topic for topic, title in chat.topics.items()}}
