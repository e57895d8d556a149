"""Log of the bot's API calls: parameters, outcome and duration."""

from __future__ import annotations

import time
from collections import Counter, deque
from dataclasses import asdict, dataclass, field

from sandbox.telegram.model import Json


@dataclass(kw_only=True)
class CallRecord:
    """One call: `at` in Unix seconds, the HTTP status (0 when no answer is sent), Telegram's description of an error.

    Filled in by whoever answers it, and logged when it has ended.
    """

    method: str
    at: float = field(default_factory=time.time)
    params: Json = field(default_factory=dict)
    duration_s: float = 0.0
    status: int = 0
    description: str = ""
    fault: str | None = None

    def to_json(self) -> Json:
        """As the control API shows it."""
        return asdict(self)


class CallLog:
    """The last `keep` calls and a count of all by method in lower case."""

    def __init__(self, keep: int = 20_000) -> None:
        self._calls: deque[CallRecord] = deque(maxlen=keep)
        self.counts: Counter[str] = Counter()

    def add(self, call: CallRecord) -> None:
        """Log a call that has ended."""
        self._calls.append(call)
        self.counts[call.method.lower()] += 1

    def of(self, method: str | None = None) -> list[CallRecord]:
        """Calls of one method in any case, or all, oldest first."""
        return [call for call in self._calls if method is None or call.method.lower() == method.lower()]

    def clear(self) -> None:
        """Forget everything."""
        self._calls.clear()
        self.counts.clear()
