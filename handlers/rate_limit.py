"""Rate limits by the generic cell rate algorithm (GCRA), and the pauses between attempts."""

import itertools
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass

MAX_TRACKED = 10_000
"""Ids that are counted; the one that did nothing for longest starts anew."""


@dataclass(frozen=True, slots=True)
class Rate:
    """At most one event each `interval_s` seconds in the long run, and `burst` of them at once."""

    interval_s: float
    burst: int = 1


@dataclass(eq=False)
class RateLimit:
    """One limit: `due_at` is GCRA's theoretical arrival time, in seconds of a clock that never jumps."""

    rate: Rate
    due_at: float = -math.inf

    def ready_at(self, reserve: int = 0) -> float:
        """When one event is allowed and `reserve` more could follow it at once."""
        return self.due_at - self.rate.interval_s * (self.rate.burst - 1 - reserve)

    def take(self, now: float) -> None:
        """Count one event."""
        self.due_at = max(self.due_at, now) + self.rate.interval_s


class RateLimiter:
    """The same rate for each id, of whatever kind."""

    def __init__(self, rate: Rate, now: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._now = now
        self._limits: OrderedDict[Hashable, RateLimit] = OrderedDict()

    def try_acquire(self, id_: Hashable) -> bool:
        """Whether one more event is allowed now, which then counts."""
        now, limit = self._now(), self._limits.pop(id_, None) or RateLimit(self._rate)
        if is_allowed := limit.ready_at() <= now:
            limit.take(now)
        self._limits[id_] = limit
        if len(self._limits) > MAX_TRACKED:
            self._limits.popitem(last=False)
        return is_allowed


def pauses(pauses_s: Sequence[float]) -> Iterator[float]:
    """The pauses between attempts in seconds, of which the last one repeats for ever."""
    return itertools.chain(pauses_s, itertools.repeat(pauses_s[-1]))
