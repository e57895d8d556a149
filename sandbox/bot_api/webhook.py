"""The webhook: updates are brought to the bot, each until it is taken, as Telegram's servers do."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import aiohttp

from sandbox.bot_api.core import Sandbox
from sandbox.bot_api.faults import WEBHOOK
from sandbox.loopback import is_loopback
from sandbox.telegram.model import Json

ANSWER_S = 60.0
"""The bot has so long to answer; then the update is brought again."""
MAX_PAUSE_S = 60.0
MAX_RETRY_AFTER_S = 3600
_ANEW = frozenset({"webhook", "reset"})
"""Events after which what is under way is void."""


class WebhookCaller:
    """Calls the webhook while one is set.

    Updates of one chat come in order, each once the one before was taken; several chats are served at once, by
    `max_connections` calls at most. Whatever is not answered with 2xx comes again: at once, then after pauses that
    double, or when `Retry-After` says. Only addresses of this machine are called; at others updates wait.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._state = sandbox.state
        self._queues: dict[Hashable, asyncio.Task[None]] = {}

    @asynccontextmanager
    async def calling(self) -> AsyncIterator[None]:
        """Call while the context lasts."""
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _run(self) -> None:
        timeout = aiohttp.ClientTimeout(total=ANSWER_S)
        with self._state.bus.subscribe() as events:
            async with aiohttp.ClientSession(timeout=timeout) as session:
                try:
                    while True:
                        self._begin(session)
                        kinds = {(await events.get()).kind}
                        while not events.empty():
                            kinds.add(events.get_nowait().kind)
                        if kinds & _ANEW:
                            await self._stop()
                finally:
                    await self._stop()

    def _begin(self, session: aiohttp.ClientSession) -> None:
        """Bring the oldest update of each chat, unless one of it is under way."""
        webhook = self._state.profile.webhook
        if not is_loopback(urlsplit(webhook["url"]).hostname or ""):
            return
        if not self._queues:
            self._places = asyncio.Semaphore(webhook["max_connections"])
        for update in self._state.updates.all():
            queue = _queue(update)
            if queue not in self._queues:
                self._queues[queue] = asyncio.create_task(self._bring(session, webhook, queue, update))

    async def _stop(self) -> None:
        for task in self._queues.values():
            task.cancel()
        await asyncio.gather(*self._queues.values(), return_exceptions=True)
        self._queues.clear()

    async def _bring(self, session: aiohttp.ClientSession, webhook: Json, queue: Hashable, update: Json) -> None:
        """Call until the update is taken."""
        pause_s, again = self._state.options.webhook_retry_s, False
        while True:
            async with self._places:
                error, retry_after_s = await self._call(session, webhook, update)
            if error is None:
                break
            webhook.update(last_error_date=int(time.time()), last_error_message=error)
            if again:
                pause_s = min(2 * pause_s, MAX_PAUSE_S)
            await asyncio.sleep(retry_after_s or (pause_s if again else 0))
            again = True
        self._state.updates.drop(update["update_id"])
        del self._queues[queue]
        self._state.bus.publish("confirmed")

    async def _call(self, session: aiohttp.ClientSession, webhook: Json, update: Json) -> tuple[str | None, int]:
        """Post the update once: what Telegram would say of a failure, and the seconds after which to come again."""
        with self._sandbox.logged(WEBHOOK) as entry:
            entry.params = {"update_id": update["update_id"]}
            fault = self._sandbox.faults.match(WEBHOOK)
            entry.fault = fault.kind if fault is not None else None
            secret = webhook["secret_token"]
            headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
            try:
                if entry.fault == "reset":
                    raise aiohttp.ServerDisconnectedError
                async with session.post(webhook["url"], json=update, headers=headers, allow_redirects=False) as answer:
                    await answer.read()
                if entry.fault == "reset_after":
                    raise aiohttp.ServerDisconnectedError
            except TimeoutError:
                return "Read timeout expired", 0
            except aiohttp.ClientConnectorError:
                return "Connection refused", 0
            except aiohttp.ClientError:
                return "Webhook connection closed", 0
            entry.status = answer.status
            if answer.ok and answer.status < 300:
                return None, 0
            told = answer.headers.get("Retry-After", "")
            retry_after_s = min(int(told), MAX_RETRY_AFTER_S) if told.isdecimal() else 0
            return f"Wrong response from the webhook: {answer.status} {answer.reason}", retry_after_s


def _queue(update: Json) -> Hashable:
    """Updates with the same queue are brought one after the other: those of a chat, or of who pressed a button."""
    for body in update.values():
        if isinstance(body, dict):
            for field in ("chat", "from"):
                if isinstance(body.get(field), dict) and "id" in body[field]:
                    return field, body[field]["id"]
    return "update", update["update_id"]
