"""Event bus: every visible change is an event, and subscribers see all of them in order."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Event:
    """One change: its running number, kind, the chat it belongs to and what is new."""

    seq: int
    kind: str
    chat_id: int | None = None
    data: dict[str, Any] = field(default_factory=dict)


class EventBus:
    """Distributes events to subscribers; publishing never blocks. The last `keep` events can be read again.

    `last_seq` is the number of the newest event; 0 when nothing has happened.
    """

    def __init__(self, keep: int = 2000) -> None:
        self._recent: deque[Event] = deque(maxlen=keep)
        self._subscribers: set[asyncio.Queue[Event]] = set()
        self.last_seq = 0

    def publish(self, kind: str, chat_id: int | None = None, **data: Any) -> None:
        """Send an event to all subscribers."""
        self.last_seq += 1
        event = Event(self.last_seq, kind, chat_id, data)
        self._recent.append(event)
        for queue in self._subscribers:
            queue.put_nowait(event)

    def covers(self, seq: int) -> bool:
        """Whether every event after the one numbered `seq` is still kept."""
        oldest = self._recent[0].seq if self._recent else self.last_seq + 1
        return oldest - 1 <= seq <= self.last_seq

    def since(self, seq: int) -> list[Event]:
        """Kept events after the one numbered `seq`."""
        return [event for event in self._recent if event.seq > seq]

    @contextmanager
    def subscribe(self) -> Iterator[asyncio.Queue[Event]]:
        """A queue that receives every event from now until the context is left."""
        queue: asyncio.Queue[Event] = asyncio.Queue()
        self._subscribers.add(queue)
        try:
            yield queue
        finally:
            self._subscribers.discard(queue)

    async def wait_until(self, condition: Callable[[], bool], timeout_s: float) -> bool:
        """Whether `condition` became true in time; it is asked again after every batch of events."""
        with self.subscribe() as queue:
            try:
                async with asyncio.timeout(timeout_s):
                    while not condition():
                        await queue.get()
                        while not queue.empty():
                            queue.get_nowait()
            except TimeoutError:
                return condition()
        return True
