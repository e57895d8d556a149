"""getUpdates: one long poll at a time; a newer one ends the older one."""

from __future__ import annotations

import asyncio

from sandbox.errors import ApiError
from sandbox.model import Json
from sandbox.params import Params
from sandbox.state import ChatState

MAX_TIMEOUT_S = 50
_WEBHOOK_SET = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
_OTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"


class Poller:
    """Serves getUpdates for one bot."""

    def __init__(self) -> None:
        self._current: asyncio.Event | None = None

    async def get_updates(self, state: ChatState, params: Params) -> list[Json]:
        """Updates from the offset on, waiting up to `timeout` seconds for the first; raises the 409s."""
        if state.profile.webhook["url"]:
            raise ApiError(409, _WEBHOOK_SET)
        if self._current is not None:
            self._current.set()
        ended = self._current = asyncio.Event()
        try:
            self._settle(state, params)
            return await self._wait(state, params, ended)
        finally:
            if self._current is ended:
                self._current = None

    def _settle(self, state: ChatState, params: Params) -> None:
        """Remember which kinds are wanted and confirm what the offset confirms."""
        allowed = params.json("allowed_updates", "allowed updates")
        if allowed is not None:
            state.updates.allow(allowed)
        before = len(state.updates)
        state.updates.confirm(params.integer("offset"))
        if len(state.updates) != before:
            state.bus.publish("confirmed")

    async def _wait(self, state: ChatState, params: Params, ended: asyncio.Event) -> list[Json]:
        timeout_s = min(max(params.integer("timeout"), 0), MAX_TIMEOUT_S)
        limit = params.integer("limit", 100)
        limit = limit if 1 <= limit <= 100 else 100
        if not state.updates and timeout_s:
            fresh = asyncio.create_task(state.bus.wait_until(lambda: len(state.updates) > 0, timeout_s))
            stopped = asyncio.create_task(ended.wait())
            try:
                await asyncio.wait((fresh, stopped), return_when=asyncio.FIRST_COMPLETED)
            finally:
                fresh.cancel()
                stopped.cancel()
        if ended.is_set():
            raise ApiError(409, _OTHER_POLLER)
        return state.updates.peek(limit)
