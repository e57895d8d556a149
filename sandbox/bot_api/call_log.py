"""Log of the bot's API calls: parameters, outcome and duration."""

from __future__ import annotations

import time
from collections import Counter, deque
from dataclasses import asdict, dataclass, field

from sandbox.telegram.model import Json


@dataclass(kw_only=True)
class PendingCall:
    """A call in progress, filled in by whoever answers it; `status` stays 0 when no answer is sent."""

    method: str
    at: float = field(default_factory=time.time)
    started: float = field(default_factory=time.monotonic)
    params: Json = field(default_factory=dict)
    status: int = 0
    description: str = ""
    fault: str | None = None


@dataclass(frozen=True, kw_only=True)
class CallRecord:
    """One finished call: `at` in Unix seconds, the HTTP status, Telegram's description of an error."""

    method: str
    params: Json
    at: float
    duration_s: float
    status: int
    description: str
    fault: str | None

    def to_json(self) -> Json:
        """As the control API shows it."""
        return asdict(self)


class CallLog:
    """The last `keep` calls and a count of all by method in lower case."""

    def __init__(self, keep: int = 20_000) -> None:
        self._calls: deque[CallRecord] = deque(maxlen=keep)
        self.counts: Counter[str] = Counter()

    def finish(self, call: PendingCall) -> CallRecord:
        """Record a call that has ended."""
        finished = CallRecord(
            method=call.method,
            params=call.params,
            at=call.at,
            duration_s=time.monotonic() - call.started,
            status=call.status,
            description=call.description,
            fault=call.fault,
        )
        self._calls.append(finished)
        self.counts[call.method.lower()] += 1
        return finished

    def of(self, method: str | None = None) -> list[CallRecord]:
        """Calls of one method in any case, or all, oldest first."""
        return [call for call in self._calls if method is None or call.method.lower() == method.lower()]

    def clear(self) -> None:
        """Forget everything."""
        self._calls.clear()
        self.counts.clear()
