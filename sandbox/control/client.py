"""Python client of the control API, for tests and benchmarks: it acts as the users."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp

from sandbox.control.observer import Json, ReadOnlyClient


class SandboxClient(ReadOnlyClient):
    """Acts as users, and reads what `ReadOnlyClient` reads.

    A `chat_id` left out is the private chat of the user. Messages come as Bot API objects.
    """

    async def add_user(
        self,
        user_id: int | None = None,
        *,
        first_name: str = "Ann",
        language_code: str | None = "en",
        started: bool = True,
        topics: Sequence[str] = (),
    ) -> Json:
        """A person; `started` is False for one who never opened the bot.

        Where their chat with it has `topics`, their ids come back by title.
        """
        return await self._post(
            "users",
            {
                "user_id": user_id,
                "first_name": first_name,
                "language_code": language_code,
                "started": started,
                "topics": list(topics),
            },
        )

    async def add_chat(
        self,
        kind: str = "group",
        *,
        title: str = "Group",
        topics: Sequence[str] = (),
        added_by: int | None = None,
        discussion_id: int | None = None,
    ) -> Json:
        """A "group", a "supergroup" or a "channel", whose posts may be discussed in a supergroup.

        `topics` makes it a forum, their ids come back by title under "topics".
        """
        return await self._post(
            "chats",
            {
                "type": kind,
                "title": title,
                "topics": list(topics),
                "added_by": added_by,
                "discussion_id": discussion_id,
            },
        )

    async def upgrade_chat(self, user_id: int, chat_id: int) -> Json:
        """A person makes a group a supergroup; returns the new chat with its "id"."""
        return await self._post("upgrade", {"user_id": user_id, "chat_id": chat_id})

    async def connect_business(self, user_id: int, **changes: bool) -> Json:
        """The user lets the bot answer their chats, or makes it `can_reply` or `is_enabled` no more.

        Returns the connection with its "id".
        """
        return await self._post("business", {"user_id": user_id, **changes})

    async def send(
        self,
        user_id: int,
        text: str | None = None,
        *,
        chat_id: int | None = None,
        file: bytes | None = None,
        kind: str = "voice",
        media: Mapping[str, Any] | None = None,
        reply_to: int | None = None,
        message_thread_id: int | None = None,
        media_group_id: str | None = None,
        business_connection_id: str | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> Json:
        """A message of a person; with a `file`, `text` is its caption.

        `kind` is voice, audio, video, video_note, document or photo. `media` sets what the sender says of the file
        (duration, mime_type, file_name, file_size, …), true or not; None takes a field away. `extra` adds any fields
        to the message.
        """
        payload = {
            "user_id": user_id,
            "text": text,
            "chat_id": chat_id,
            "kind": kind,
            "media": dict(media or {}),
            "reply_to": reply_to,
            "message_thread_id": message_thread_id,
            "media_group_id": media_group_id,
            "business_connection_id": business_connection_id,
            "extra": dict(extra or {}),
        }
        if file is None:
            return await self._post("send", payload)
        form = aiohttp.FormData()
        form.add_field("payload", json.dumps(payload))
        form.add_field("file", file, filename="file")
        sent: Json = await self._request("POST", "send", data=form)
        return sent

    async def forward(self, user_id: int, message_id: int, *, from_chat_id: int, chat_id: int | None = None) -> Json:
        """A person forwards a message of any chat."""
        source = {"message_id": message_id, "from_chat_id": from_chat_id}
        return await self._post("forward", {**source, "user_id": user_id, "chat_id": chat_id})

    async def press(
        self,
        user_id: int,
        message_id: int,
        *,
        data: str | None = None,
        text: str | None = None,
        chat_id: int | None = None,
        timeout_s: float = 5.0,
    ) -> Json | None:
        """Press the button with this callback data or label; the toast or alert shown, None when none came in time."""
        answered = await self._post(
            "press",
            {
                "user_id": user_id,
                "message_id": message_id,
                "data": data,
                "text": text,
                "chat_id": chat_id,
                "timeout_s": timeout_s,
            },
            timeout_s,
        )
        answer: Json | None = answered["answer"]
        return answer

    async def ask_inline(self, user_id: int, query: str, *, offset: str = "", timeout_s: float = 5.0) -> Json:
        """Write `@bot query`; its "query_id", and the "answer" of the bot, which is None when none came in time."""
        asked = {"user_id": user_id, "query": query, "offset": offset, "timeout_s": timeout_s}
        return await self._post("ask-inline", asked, timeout_s)

    async def choose(self, user_id: int, query_id: str, result_id: str, *, chat_id: int | None = None) -> Json:
        """Send one of the results of an answered inline query; returns the message."""
        chosen = {"user_id": user_id, "query_id": query_id, "result_id": result_id, "chat_id": chat_id}
        return await self._post("choose", chosen)

    async def react(self, user_id: int, message_id: int, emoji: str | None, *, chat_id: int | None = None) -> None:
        """A person reacts with an emoji in place of what they reacted with before; None takes it back."""
        await self._post("react", {"user_id": user_id, "message_id": message_id, "emoji": emoji, "chat_id": chat_id})

    async def promote(self, user_id: int, chat_id: int) -> None:
        """A person becomes an admin of a group."""
        await self._post("promote", {"user_id": user_id, "chat_id": chat_id})

    async def stop_draft(self, user_id: int, draft_id: int) -> None:
        """A person presses the button of a draft that stops it."""
        await self._post("stop-draft", {"user_id": user_id, "draft_id": draft_id})

    async def edit(self, user_id: int, message_id: int, text: str, *, chat_id: int | None = None) -> Json:
        """A person edits the text or caption of their message."""
        return await self._post(
            "edit", {"user_id": user_id, "message_id": message_id, "text": text, "chat_id": chat_id}
        )

    async def delete(
        self, user_id: int, message_id: int, *, chat_id: int | None = None, business_connection_id: str | None = None
    ) -> None:
        """A person deletes a message, theirs or the bot's."""
        where = {"chat_id": chat_id, "business_connection_id": business_connection_id}
        await self._post("delete", {"user_id": user_id, "message_id": message_id, **where})

    async def set_bot_status(self, user_id: int, status: str, *, chat_id: int | None = None) -> None:
        """Make the bot "kicked" (blocked), "member", "administrator" or "left" in a chat."""
        await self._post("bot-status", {"user_id": user_id, "status": status, "chat_id": chat_id})

    async def block(self, user_id: int) -> None:
        """The user blocks the bot."""
        await self.set_bot_status(user_id, "kicked")

    async def unblock(self, user_id: int) -> None:
        """The user unblocks the bot."""
        await self.set_bot_status(user_id, "member")

    async def push_update(self, update: Json) -> int:
        """Give the bot any object as an update; returns its update_id."""
        update_id: int = (await self._post("updates", update))["update_id"]
        return update_id

    async def add_fault(self, method: str, kind: str, **details: Any) -> None:
        """Inject a fault; see `sandbox.bot_api.faults.Fault` for kinds and details (times=None: for ever)."""
        await self._post("faults", {"method": method, "kind": kind, **details})

    async def clear_faults(self) -> None:
        """Remove all faults."""
        await self._post("clear-faults", {})

    async def reset(self) -> None:
        """Forget users, chats, files, calls and faults; what the bot said of itself stays."""
        await self._post("reset", {})
