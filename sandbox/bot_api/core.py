"""Composition of one sandbox: its parts, wired once."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sandbox.bot_api.call_log import CallLog, CallRecord
from sandbox.bot_api.faults import FaultInjector
from sandbox.bot_api.polling import Poller
from sandbox.options import SandboxOptions
from sandbox.telegram.errors import ApiError
from sandbox.telegram.events import EventBus
from sandbox.telegram.limits import RateLimiter
from sandbox.telegram.state import ChatState
from sandbox.telegram.user_actions import UserActions

_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")


class Sandbox:
    """State, users, rate limits, faults and the call log of one sandbox; the HTTP layers use it.

    `token` is the one that opens its Bot API.
    """

    def __init__(self, options: SandboxOptions, token: str) -> None:
        self.options = options
        self._token = token
        self.bus = EventBus()
        self.state = ChatState(options, int(token.partition(":")[0]), self.bus)
        self.people = UserActions(self.state)
        self.poller = Poller()
        self.faults = FaultInjector(options.seed)
        self.calls = CallLog()
        self.limiter = RateLimiter(options.rates)

    @contextmanager
    def logged(self, method: str) -> Iterator[CallRecord]:
        """Log the call that is answered within the context."""
        call = CallRecord(method=method)
        started = time.monotonic()
        try:
            yield call
        finally:
            call.duration_s = time.monotonic() - started
            self.calls.add(call)
            self.bus.publish("api_call", None, **call.to_json())

    def refusal(self, token: str) -> ApiError | None:
        """The error for a wrong token (401) or a malformed one (404); None for the right one."""
        if secrets.compare_digest(token.encode(), self._token.encode()):
            return None
        return ApiError(401, "Unauthorized") if _TOKEN.fullmatch(token) else ApiError(404, "Not Found")

    def reset(self) -> None:
        """Empty the sandbox; a bot that polls notices nothing."""
        self.limiter = RateLimiter(self.options.rates)
        self.faults.clear()
        self.calls.clear()
        self.state.reset()
