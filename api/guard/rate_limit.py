"""Rate limit on submissions, for each key and address, by the `limits` package."""

from collections.abc import Sequence
from http import HTTPStatus
from math import ceil
from time import time

from limits import RateLimitItem, parse_many
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from api.errors import ApiError
from api.guard.caller import Caller


class SubmissionLimiter:
    """Counts each caller's submissions from each address; a caller's own rate replaces the general one."""

    def __init__(self, rate: str | None) -> None:
        self._rate = rate
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def hit(self, caller: Caller, address: str) -> dict[str, str]:
        """Count one submission; returns the headers that tell how many are left. Raises `ApiError` (429)."""
        limits: Sequence[RateLimitItem] = parse_rate(caller.rate or self._rate)
        tightest: tuple[int, int, int] | None = None
        for limit in limits:
            is_taken = await self._limiter.hit(limit, caller.id, address)
            reset_at, remaining = await self._limiter.get_window_stats(limit, caller.id, address)
            reset_s = max(1, ceil(reset_at - time()))
            if not is_taken:
                headers = _headers(limit.amount, 0, reset_s) | {"Retry-After": str(reset_s)}
                sentence = f"At most {limit.amount} tasks in {limit.get_expiry()} s. Send it in {reset_s} s."
                raise ApiError(HTTPStatus.TOO_MANY_REQUESTS, "rate-limited", sentence, headers=headers)
            if tightest is None or remaining < tightest[1]:
                tightest = limit.amount, remaining, reset_s
        return _headers(*tightest) if tightest else {}


def parse_rate(rate: str | None) -> list[RateLimitItem]:
    """Limits such as `60/minute` or `10/second;1000/day`. Raises `ValueError`."""
    return parse_many(rate) if rate else []


def _headers(limit: int, remaining: int, reset_s: int) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": str(reset_s),
    }
