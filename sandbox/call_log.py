"""What the bot asked of the API: every call, how it ended and how long it took."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import asdict, dataclass

from sandbox.model import Json


@dataclass(frozen=True, kw_only=True)
class ApiCall:
    """One finished call; `status` 0 means that its answer never left. Times in Unix seconds and seconds."""

    method: str
    params: Json
    at: float
    duration_s: float
    status: int
    description: str = ""
    fault: str | None = None

    def to_json(self) -> Json:
        """For the control API."""
        return asdict(self)


class CallLog:
    """The last `keep` calls and a count of all by method in lower case."""

    def __init__(self, keep: int = 20_000) -> None:
        self._calls: deque[ApiCall] = deque(maxlen=keep)
        self.counts: Counter[str] = Counter()

    def add(self, call: ApiCall) -> None:
        """Record a call."""
        self._calls.append(call)
        self.counts[call.method.lower()] += 1

    def of(self, method: str | None = None) -> list[ApiCall]:
        """Calls of one method in any case, or all, oldest first."""
        return [call for call in self._calls if method is None or call.method.lower() == method.lower()]

    def clear(self) -> None:
        """Forget everything."""
        self._calls.clear()
        self.counts.clear()
