"""Read-only half of the control client: chats, the bot, its API calls, and waiting for conditions."""

from __future__ import annotations

from typing import Any

import aiohttp

Json = dict[str, Any]
_HTTP_MARGIN_S = 30.0


class SandboxError(Exception):
    """The sandbox refused a request; the text says why."""


class WaitTimeoutError(AssertionError):
    """A condition was not met in time; the text shows the bot's messages."""


class ReadOnlyClient:
    """Reads a sandbox at `url` through the control API. The session belongs to the caller."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url.rstrip("/")
        self._session = session

    async def messages(self, chat_id: int, *, from_bot: bool | None = None) -> list[Json]:
        """Messages of a chat, oldest first, not deleted, with "history", "reactions" and "from_bot"."""
        shown: list[Json] = (await self.chat(chat_id))["messages"]
        return [
            message for message in shown if from_bot in (None, message["from_bot"]) and message["deleted_at"] is None
        ]

    async def chat(self, chat_id: int, business_connection_id: str | None = None) -> Json:
        """A chat with "messages", "drafts" and "bot_status"."""
        query = {"chat_id": str(chat_id)}
        if business_connection_id is not None:
            query["business_connection_id"] = business_connection_id
        chat: Json = await self._request("GET", "chat", params=query)
        return chat

    async def bot(self) -> Json:
        """The bot's "menus", "texts", "webhook" and how many updates are "pending"."""
        bot: Json = await self._request("GET", "bot")
        return bot

    async def calls(self, method: str | None = None) -> list[Json]:
        """API calls so far: "method", "params", "status", "description", "at", "duration_s", "fault".

        Downloads are logged as method "download".
        """
        calls: list[Json] = await self._request("GET", "calls", params={"method": method} if method else {})
        return calls

    async def wait(self, chat_id: int | None = None, *, timeout_s: float = 5.0, **condition: Any) -> Json:
        """Wait on the server until all parts of a `sandbox.control.conditions.Condition` hold.

        Returns the newest fitting message, empty when the condition is about none; WaitTimeoutError when time is up.
        """
        payload = {"chat_id": chat_id, "timeout_s": timeout_s, **condition}
        outcome = await self._post("wait", payload, timeout_s)
        if not outcome["met"]:
            raise WaitTimeoutError(f"not within {timeout_s} s: {condition}; {await self._describe(chat_id)}")
        message: Json = outcome["message"] or {}
        return message

    async def _describe(self, chat_id: int | None) -> str:
        if chat_id is None:
            return f"bot: {await self.bot()}"
        texts = [message.get("text", message.get("caption")) for message in await self.messages(chat_id, from_bot=True)]
        return f"the bot's messages: {texts}"

    async def _post(self, name: str, payload: Json, timeout_s: float = 0.0) -> Json:
        timeout = aiohttp.ClientTimeout(total=timeout_s + _HTTP_MARGIN_S)
        answer: Json = await self._request("POST", name, json=payload, timeout=timeout)
        return answer

    async def _request(self, verb: str, name: str, **arguments: Any) -> Any:
        async with self._session.request(verb, f"{self.url}/control/{name}", **arguments) as response:
            answer = await response.json()
            if response.status != 200:
                raise SandboxError(answer.get("description", str(response.status)))
            return answer
