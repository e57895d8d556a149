"""Long polling: one getUpdates at a time, a newer one ends the older."""

from __future__ import annotations

from sandbox.bot_api.params import Params
from sandbox.telegram.errors import ApiError
from sandbox.telegram.model import Json
from sandbox.telegram.state import ChatState

MAX_TIMEOUT_S = 50
_WEBHOOK_SET = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
_ENDED_BY_WEBHOOK = "terminated by setWebhook request"
_OTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"


class Poller:
    """Answers getUpdates for one bot."""

    def __init__(self) -> None:
        self._waiting: object | None = None

    async def get_updates(self, state: ChatState, params: Params) -> list[Json]:
        """Updates from the offset on, waiting up to `timeout` seconds for the first; raises a 409 on a conflict."""
        if state.profile.webhook["url"]:
            raise ApiError(409, _WEBHOOK_SET)
        _confirm(state, params)
        timeout_s = min(max(params.integer("timeout"), 0), MAX_TIMEOUT_S)
        if not state.updates and timeout_s:
            await self._wait(state, timeout_s)
        limit = params.integer("limit", 100)
        return state.updates.peek(limit if 1 <= limit <= 100 else 100)

    @property
    def is_waiting(self) -> bool:
        """Whether a long poll waits for an update."""
        return self._waiting is not None

    async def _wait(self, state: ChatState, timeout_s: float) -> None:
        """Wait for an update; the next getUpdates, or a webhook that is set, ends it with a 409."""
        if self._waiting is not None:
            state.bus.publish("poll_ended")
        poll = self._waiting = object()
        state.bus.publish("poll_began")
        try:
            await state.bus.wait_until(
                lambda: len(state.updates) > 0 or self._waiting is not poll or bool(state.profile.webhook["url"]),
                timeout_s,
            )
        finally:
            is_superseded = self._waiting is not poll
            if not is_superseded:
                self._waiting = None
                state.bus.publish("poll_ended")
        if is_superseded:
            raise ApiError(409, _OTHER_POLLER)
        if state.profile.webhook["url"]:
            raise ApiError(409, _ENDED_BY_WEBHOOK)


def _confirm(state: ChatState, params: Params) -> None:
    """Remember which kinds are wanted and confirm what the offset confirms."""
    allowed = params.json("allowed_updates", "allowed updates")
    if allowed is not None:
        state.updates.allow(allowed)
    before = len(state.updates)
    state.updates.confirm(params.integer("offset"))
    if len(state.updates) != before:
        state.bus.publish("confirmed")
