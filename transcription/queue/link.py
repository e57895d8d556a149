"""The connection to Redis: streams in which both ends tell each other what happens, and docket's queues beside them."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, TypeVar, cast

import docket
from redis.asyncio import Redis
from redis.exceptions import RedisError

from transcription.queue.contract import Event, Offer, events_of, stop_of, write

__all__ = ["Link", "RedisError"]

CONNECT_TIMEOUT_S = 3.0
READ_TIMEOUT_S = 10.0
"""Above what any read waits for, so that a connection that broke unseen is given up."""
KEPT_EVENTS = 10_000
KEPT_OFFERS = 1_000
FORGOTTEN_AFTER_S = 3600
"""What nobody reads is gone then."""
STOPPED_S = 600
"""For how long a start is told that it is not wanted."""
FIELD = "json"

Answer = TypeVar("Answer")
Entries = list[tuple[str, str]]
"""Ids and texts of a stream's entries."""


class Link:
    """What both ends use of Redis, by its address. Each call raises `RedisError` where it is away."""

    def __init__(self, url: str) -> None:
        # docket tells of each task and, while Redis is away, of each attempt to reach it.
        logging.getLogger("docket").setLevel(logging.CRITICAL)
        self._url = url
        self._redis = Redis.from_url(
            url, decode_responses=True, socket_connect_timeout=CONNECT_TIMEOUT_S, socket_timeout=READ_TIMEOUT_S
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._redis.aclose()

    @asynccontextmanager
    async def queue(self, pool: str) -> AsyncIterator[docket.Docket]:
        """The queue of a pool of workers. Nothing is kept of a task once it has ended."""
        async with docket.Docket(name=pool, url=self._url, execution_ttl=timedelta(0)) as queue:
            yield queue

    async def now_ms(self) -> int:
        """The time there (Unix), by which the entries of streams are numbered."""
        seconds, microseconds = await _uncaught(self._redis.time())
        return int(seconds) * 1000 + int(microseconds) // 1000

    async def prove(self) -> None:
        """Raise where tasks could not be taken: docket waits without a word for the right to hear of cancelled ones."""
        async with self._redis.pubsub() as channels:
            await _uncaught(channels.psubscribe("stenobot-any:cancel:*"))
            await _uncaught(channels.get_message(timeout=CONNECT_TIMEOUT_S))

    async def announce(self, stream: str, offer: Offer) -> None:
        """Say what a worker is."""
        await _uncaught(self._redis.xadd(stream, {FIELD: write(offer)}, maxlen=KEPT_OFFERS))

    async def tell(self, front: str, event: Event) -> bool:
        """Tell a front what has happened; returns whether it wants no more of this start."""
        async with self._redis.pipeline(transaction=False) as pipeline:
            pipeline.xadd(events_of(front), {FIELD: write(event)}, maxlen=KEPT_EVENTS)
            pipeline.expire(events_of(front), FORGOTTEN_AFTER_S)
            pipeline.exists(stop_of(event.token))
            return bool((await _uncaught(pipeline.execute()))[-1])

    async def stop(self, token: str) -> None:
        """Have a start stopped at its next report."""
        await _uncaught(self._redis.set(stop_of(token), "1", ex=STOPPED_S))

    async def read(self, since: dict[str, str], block_ms: int, own: str | None = None) -> dict[str, Entries]:
        """What was added to streams after these ids, as soon as there is something, or nothing after `block_ms`.

        What was read before of the stream that is the reader's `own` is forgotten.
        """
        async with self._redis.pipeline(transaction=False) as pipeline:
            if own:
                pipeline.xtrim(own, minid=since[own])
            pipeline.xread(cast("Any", since), block=block_ms)
            found: Any = (await _uncaught(pipeline.execute()))[-1]
        streams = found.items() if isinstance(found, dict) else found or ()  # by the version of its protocol
        return {stream: [(entry, fields.get(FIELD, "")) for entry, fields in entries] for stream, entries in streams}

    async def swap(self, key: str, value: str) -> str | None:
        """Set a key, and return what it was."""
        former = await _uncaught(self._redis.set(key, value, ex=FORGOTTEN_AFTER_S, get=True))
        return cast("str | None", former)


async def _uncaught(call: Awaitable[Answer]) -> Answer:
    """The answer to a call. redis-py may make an error of its own of a cancellation, which is none."""
    task = asyncio.current_task()
    try:
        answer = await call
    except RedisError:
        if task and task.cancelling():
            raise asyncio.CancelledError from None
        raise
    if task and task.cancelling():
        raise asyncio.CancelledError
    return answer
