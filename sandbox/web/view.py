"""JSON for the page: everything at once, or what one event changed."""

from __future__ import annotations

import time

from sandbox.bot_api.core import Sandbox
from sandbox.telegram.command_menu import command_menu, localized
from sandbox.telegram.events import Event
from sandbox.telegram.model import Chat, Json, Message
from sandbox.web.fault_presets import FaultPresets
from sandbox.web.samples import Sample

DRAFT_TTL_S = 30.0
_CALLS_SHOWN = 200
_MESSAGE_EVENTS = frozenset({"message", "edit", "delete", "reaction"})
_SCENE_EVENTS = frozenset({"people", "profile", "bot_status", "poll_began", "poll_ended", "faults"})


class View:
    """Renders a sandbox for the page, without business chats."""

    def __init__(self, sandbox: Sandbox, presets: FaultPresets, samples: dict[str, Sample]) -> None:
        self._sandbox = sandbox
        self._presets = presets
        self._samples = samples

    def snapshot(self) -> Json:
        """The whole state of the page."""
        chats = self._chats()
        messages = {
            chat.id: [self._message(chat, each) for each in chat.messages.values() if each.deleted_at is None]
            for chat in chats
        }
        return {
            "scene": self.scene(),
            "messages": messages,
            "drafts": {chat.id: _drafts(chat) for chat in chats},
            "calls": [call.to_json() for call in self._sandbox.calls.of()[-_CALLS_SHOWN:]],
            "samples": [sample.to_json() for sample in self._samples.values()],
        }

    def scene(self) -> Json:
        """All but messages: users, chats, the bot's menus, fault presets, whether the bot polls."""
        state = self._sandbox.state
        return {
            "bot": state.bot.to_json(),
            "polling": self._sandbox.poller.is_waiting,
            "fault_presets": self._presets.shown(),
            "users": [user.to_json() for user in state.users.values()],
            "chats": [self._chat(chat) for chat in self._chats()],
        }

    def change(self, event: Event) -> tuple[str, Json] | None:
        """The name of the change and what is new; None when the page shows nothing of it.

        It holds the present state, so a change that is sent twice or late does no harm.
        """
        if event.kind in _SCENE_EVENTS:
            return "scene", self.scene()
        if event.kind == "reset":
            return "snapshot", self.snapshot()
        if event.kind == "api_call":
            return "call", event.data
        chat = self._sandbox.state.chats.get((None, event.chat_id)) if event.chat_id is not None else None
        return self._change_in(chat, event) if chat is not None else None

    def _change_in(self, chat: Chat, event: Event) -> tuple[str, Json] | None:
        if event.kind == "draft":
            return "drafts", {"chat_id": chat.id, "drafts": _drafts(chat)}
        if event.kind == "chat_action":
            return "action", {"chat_id": chat.id, **event.data}
        message = chat.messages.get(event.data["message_id"]) if event.kind in _MESSAGE_EVENTS else None
        if message is None:
            return None
        if message.deleted_at is not None:
            return "gone", {"chat_id": chat.id, "message_id": message.message_id}
        return "message", self._message(chat, message)

    def _chats(self) -> list[Chat]:
        return [chat for (connection_id, _), chat in self._sandbox.state.chats.items() if connection_id is None]

    def _message(self, chat: Chat, message: Message) -> Json:
        shown = {"from": message.sender.to_json(), **self._sandbox.state.render(chat, message)}
        given = [message.reactions, *message.user_reactions.values()]
        emoji = [each["emoji"] for reactions in given for each in reactions]
        return {**shown, "from_bot": message.sender == self._sandbox.state.bot, "reactions": emoji}

    def _chat(self, chat: Chat) -> Json:
        state = self._sandbox.state
        people = list(state.users.values()) if chat.owner is None else [chat.owner]
        return {
            **chat.to_json(),
            "bot_status": chat.bot_status,
            "people": [person.id for person in people],
            "topics": [{"id": thread_id, "title": title} for thread_id, title in chat.topics.items()],
            "menus": {person.id: command_menu(state.profile, chat, person) for person in people},
            "about": {person.id: localized(state.profile, "description", person) for person in people},
        }


def _drafts(chat: Chat) -> list[Json]:
    """Drafts that still show: a message of the bot ends them, and so does time."""
    last = max((each.history[0].at for each in chat.messages.values() if each.sender.is_bot), default=0.0)
    oldest = max(last, time.time() - DRAFT_TTL_S)
    return [{"draft_id": key, **draft} for key, draft in chat.drafts.items() if draft["at"] >= oldest]
