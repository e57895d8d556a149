"""Webhook delivery: each update is posted to the bot until the bot accepts it, as Telegram's servers do."""

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

RESPONSE_TIMEOUT_S = 60.0
"""A bot that has not answered after so long is sent the update again."""
MAX_PAUSE_S = 60.0
MAX_RETRY_AFTER_S = 3600
_RESTARTING = frozenset({"webhook", "reset"})
"""Events that cancel the deliveries in progress."""


class WebhookCaller:
    """Calls the webhook while one is set.

    Updates of one chat come in order, each after the one before was accepted; several chats are served at once, by
    `max_connections` calls at most. An update that is not answered with 2xx comes again: at once, then after pauses
    that double, or when `Retry-After` says. Only addresses of this machine are called; for others updates wait.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._state = sandbox.state
        self._deliveries: dict[Hashable, asyncio.Task[None]] = {}

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
        timeout = aiohttp.ClientTimeout(total=RESPONSE_TIMEOUT_S)
        with self._state.bus.subscribe() as events:
            async with aiohttp.ClientSession(timeout=timeout) as session:
                try:
                    while True:
                        self._start_deliveries(session)
                        kinds = {(await events.get()).kind}
                        while not events.empty():
                            kinds.add(events.get_nowait().kind)
                        if kinds & _RESTARTING:
                            await self._cancel_deliveries()
                finally:
                    await self._cancel_deliveries()

    def _start_deliveries(self, session: aiohttp.ClientSession) -> None:
        """Deliver the oldest update of each chat, unless the chat has a delivery in progress."""
        webhook = self._state.profile.webhook
        if not is_loopback(urlsplit(webhook["url"]).hostname or ""):
            return
        if not self._deliveries:
            self._connections = asyncio.Semaphore(webhook["max_connections"])
        for update in self._state.updates.peek():
            key = _ordering_key(update)
            if key not in self._deliveries:
                self._deliveries[key] = asyncio.create_task(self._deliver(session, webhook, key, update))

    async def _cancel_deliveries(self) -> None:
        for task in self._deliveries.values():
            task.cancel()
        await asyncio.gather(*self._deliveries.values(), return_exceptions=True)
        self._deliveries.clear()

    async def _deliver(self, session: aiohttp.ClientSession, webhook: Json, key: Hashable, update: Json) -> None:
        """Post an update until it is accepted."""
        pause_s = 0.0
        while True:
            async with self._connections:
                error, retry_after_s = await self._post(session, webhook, update)
            if error is None:
                break
            webhook.update(last_error_date=int(time.time()), last_error_message=error)
            await asyncio.sleep(retry_after_s or pause_s)
            pause_s = min(2 * max(pause_s, self._state.options.webhook_retry_s), MAX_PAUSE_S)
        self._state.updates.drop(update["update_id"])
        del self._deliveries[key]
        self._state.bus.publish("confirmed")

    async def _post(self, session: aiohttp.ClientSession, webhook: Json, update: Json) -> tuple[str | None, int]:
        """Post an update once: Telegram's description of the error, if any, and the seconds to wait then."""
        with self._sandbox.logged(WEBHOOK) as entry:
            entry.params = {"update_id": update["update_id"]}
            fault = self._sandbox.faults.match(WEBHOOK)
            entry.fault = fault.kind if fault is not None else None
            secret = webhook["secret_token"]
            headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
            try:
                if entry.fault == "reset":
                    raise aiohttp.ServerDisconnectedError
                posting = session.post(webhook["url"], json=update, headers=headers, allow_redirects=False)
                async with posting as response:
                    await response.read()
                if entry.fault == "reset_after":
                    raise aiohttp.ServerDisconnectedError
            except TimeoutError:
                return "Read timeout expired", 0
            except aiohttp.ClientConnectorError:
                return "Connection refused", 0
            except aiohttp.ClientError:
                return "Webhook connection closed", 0
            entry.status = response.status
            if 200 <= response.status < 300:
                return None, 0
            retry_after = response.headers.get("Retry-After", "")
            retry_after_s = min(int(retry_after), MAX_RETRY_AFTER_S) if retry_after.isdecimal() else 0
            return f"Wrong response from the webhook: {response.status} {response.reason}", retry_after_s


def _ordering_key(update: Json) -> Hashable:
    """Updates with the same key are delivered in order: those of one chat, or of one user who presses buttons."""
    for body in update.values():
        if isinstance(body, dict):
            for field in ("chat", "from"):
                if isinstance(body.get(field), dict) and "id" in body[field]:
                    return field, body[field]["id"]
    return "update", update["update_id"]
