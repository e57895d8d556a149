"""Conditions a test can wait for, checked on the server after every event."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields

from sandbox.bot_api.core import Sandbox
from sandbox.telegram.errors import bad_request
from sandbox.telegram.model import Json, Message

_UNFOLD = "⋯"
"""The label of a last button that unfolds others: a message that has it is as settled as one without buttons."""


@dataclass(frozen=True, kw_only=True)
class Condition:
    """What to wait for; all parts that are given must hold at once.

    Messages are those of the bot in `chat_id`, not deleted, whose text matches `text` (a regular expression,
    searched), with a button labelled `button`, with a `document`, in reply to `reply_to`, or `settled`, that is
    without buttons, or with one that unfolds more as the last; `messages` is how many of them there are at least.
    `calls` counts the calls of `method`, failed ones too; `pending` is how many updates may still be unconfirmed;
    `answered` is a callback or inline query that has its answer; `polling` whether a long poll waits.
    """

    chat_id: int | None = None
    business_connection_id: str | None = None
    messages: int = 0
    text: str | None = None
    button: str | None = None
    document: bool = False
    reply_to: int | None = None
    settled: bool = False
    method: str | None = None
    calls: int = 1
    pending: int | None = None
    answered: str | None = None
    polling: bool | None = None
    timeout_s: float = 5.0

    @classmethod
    def from_json(cls, wanted: Json) -> Condition:
        """Parse a condition; raises a 400 for an unknown field."""
        if unknown := wanted.keys() - {each.name for each in fields(cls)}:
            raise bad_request(f"unknown condition: {', '.join(sorted(unknown))}")
        return cls(**wanted)


class Waiter:
    """Checks conditions against a sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def wait(self, condition: Condition) -> Json:
        """Wait for a condition: whether it was met in time, and the newest message that fits."""
        met = await self._sandbox.bus.wait_until(lambda: self._holds(condition), condition.timeout_s)
        fitting = self._fitting(condition)
        state = self._sandbox.state
        message = None
        if fitting and condition.chat_id is not None:
            chat = state.chat(condition.chat_id, condition.business_connection_id)
            message = state.render(chat, fitting[-1])
        return {"met": met, "message": message}

    def _holds(self, condition: Condition) -> bool:
        sandbox = self._sandbox
        if condition.method is not None and sandbox.calls.counts[condition.method.lower()] < condition.calls:
            return False
        if condition.pending is not None and len(sandbox.state.updates) > condition.pending:
            return False
        if condition.polling is not None and sandbox.poller.is_waiting != condition.polling:
            return False
        if condition.answered is not None:
            queries = sandbox.state.callbacks | sandbox.state.inline_queries
            query = queries.get(condition.answered)
            if query is None or query.answer is None:
                return False
        return condition.chat_id is None or self._chat_holds(condition, condition.chat_id)

    def _chat_holds(self, condition: Condition, chat_id: int) -> bool:
        chat = self._sandbox.state.chats.get((condition.business_connection_id, chat_id))
        if chat is None:
            return False
        particular = (condition.text, condition.button, condition.reply_to) != (None, None, None)
        least = 1 if particular or condition.document or condition.settled else 0
        return len(self._fitting(condition)) >= max(condition.messages, least)

    def _fitting(self, condition: Condition) -> list[Message]:
        """Messages of the bot that have all that is wanted of a message, oldest first."""
        if condition.chat_id is None:
            return []
        chat = self._sandbox.state.chats.get((condition.business_connection_id, condition.chat_id))
        messages = chat.messages.values() if chat is not None else ()
        return [each for each in messages if self._fits(condition, each)]

    def _fits(self, condition: Condition, message: Message) -> bool:
        if message.sender != self._sandbox.state.bot or message.deleted_at is not None:
            return False
        if condition.document and "document" not in message.body:
            return False
        if condition.text is not None and not re.search(condition.text, message.text or "", re.DOTALL):
            return False
        if condition.reply_to not in {None, message.reply_to}:
            return False
        if condition.settled and _labels(message)[-1:] not in ([], [_UNFOLD]):
            return False
        return condition.button is None or condition.button in _labels(message)


def _labels(message: Message) -> list[str]:
    rows = (message.body.get("reply_markup") or {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]
