"""Rate limits by token buckets; a ban grows with each write that ignores it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sandbox.options import RateLimits
from sandbox.telegram.errors import too_many_requests
from sandbox.telegram.model import Chat


@dataclass
class _Bucket:
    capacity: float
    per_s: float
    tokens: float
    filled_at: float
    banned_until: float = 0.0

    def refill(self, now: float) -> None:
        self.tokens = min(self.capacity, self.tokens + (now - self.filled_at) * self.per_s)
        self.filled_at = now


class RateLimiter:
    """Limits writes by chat and overall; `now` is seconds of a monotonic clock."""

    def __init__(self, limits: RateLimits) -> None:
        self._limits = limits
        self._buckets: dict[object, _Bucket] = {}

    def acquire(self, chat: Chat, now: float) -> None:
        """Count one write into a chat; raises a 429 when it is one too many."""
        if not self._limits.enabled:
            return
        limits = self._limits
        if chat.is_private:
            of_chat = self._bucket((chat.connection_id, chat.id), limits.private_burst, limits.private_per_s, now)
        else:
            of_chat = self._bucket(chat.id, limits.group_per_min, limits.group_per_min / 60, now)
        overall = self._bucket("all", limits.total_per_s, limits.total_per_s, now)
        for bucket in (of_chat, overall):
            self._check(bucket, now)
        for bucket in (of_chat, overall):
            bucket.tokens -= 1

    def _bucket(self, key: object, capacity: float, per_s: float, now: float) -> _Bucket:
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = _Bucket(capacity, per_s, capacity, now)
        bucket.refill(now)
        return bucket

    def _check(self, bucket: _Bucket, now: float) -> None:
        if now < bucket.banned_until:
            bucket.banned_until += self._limits.ignored_penalty_s
        elif bucket.tokens < 1:
            bucket.banned_until = now + math.ceil((1 - bucket.tokens) / bucket.per_s)
        else:
            return
        raise too_many_requests(math.ceil(bucket.banned_until - now))
