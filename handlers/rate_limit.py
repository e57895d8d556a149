"""How often something may be done for one person or one chat."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable

MAX_TRACKED = 10_000
"""Ids that are counted; the one that did nothing for longest starts anew."""


class RateLimiter:
    """For each id, of whatever kind, so much at once, and then one more each `refill_s` seconds."""

    def __init__(self, burst: int, refill_s: float, now: Callable[[], float] = time.monotonic) -> None:
        self._burst = burst
        self._refill_s = refill_s
        self._now = now
        self._full_at: OrderedDict[Hashable, float] = OrderedDict()  # when a whole burst is allowed again

    def try_acquire(self, id_: Hashable) -> bool:
        """Whether it may be done once more now, which then counts."""
        now = self._now()
        full_at = max(now, self._full_at.pop(id_, now))
        allowed = full_at - now <= (self._burst - 1) * self._refill_s
        self._full_at[id_] = full_at + self._refill_s * allowed
        if len(self._full_at) > MAX_TRACKED:
            self._full_at.popitem(last=False)
        return allowed
