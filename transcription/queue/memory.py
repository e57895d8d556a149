"""Whether Redis still knows what it was told: it may be flushed, or begin anew with an older state."""

import time

from transcription.queue.link import Link, RedisError


class Memory:
    """Leaves a mark in Redis, another one each time, and looks whether the last one is there."""

    def __init__(self, link: Link, front: str) -> None:
        self._link = link
        self._key = f"stenobot:front:{front}"
        self._mark: str | None = None

    async def has_forgotten(self) -> bool:
        """Whether it is not in the state that it was in when this was last asked. Raises `RedisError`."""
        former, self._mark = self._mark, str(time.time())
        try:
            found = await self._link.swap(self._key, self._mark)
        except RedisError:
            self._mark = former
            raise
        return former is not None and found != former
