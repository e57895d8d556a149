"""What workers say, read as it comes: of themselves in a stream that all share, and of recordings in a front's own."""

import asyncio
from typing import Protocol

from transcription.queue.contract import ANNOUNCEMENTS, events_of
from transcription.queue.link import Link, RedisError

RECONNECT_S = 0.5
BLOCK_MS = 1000


class Receiver(Protocol):
    """Who listens."""

    def on_link(self) -> None:
        """Redis answers."""

    def on_loss(self, error: RedisError) -> None:
        """It does not."""

    def receive(self, text: str, *, is_offer: bool) -> None:
        """A worker says something, of itself or of a recording."""


class Listener:
    """Reads both streams, from a moment before the start on, so that workers are known at once."""

    def __init__(self, link: Link, front: str, back_s: float, receiver: Receiver) -> None:
        self._link = link
        self._events = events_of(front)
        self._back_ms = int(1000 * back_s)
        self._receiver = receiver
        self._since: dict[str, str] = {}

    async def run(self) -> None:
        """Read for ever; an absence of Redis is waited out."""
        is_linked = False
        while True:
            try:
                if not is_linked:
                    now_ms = await self._link.now_ms()
                    begin = {self._events: str(now_ms), ANNOUNCEMENTS: str(now_ms - self._back_ms)}
                    self._since = self._since or begin
                    is_linked = True
                    self._receiver.on_link()
                await self._read()
            except RedisError as error:
                is_linked = False
                self._receiver.on_loss(error)
                await asyncio.sleep(RECONNECT_S)

    async def _read(self) -> None:
        for stream, entries in (await self._link.read(self._since, BLOCK_MS, self._events)).items():
            self._since[stream] = entries[-1][0]
            for _, text in entries:
                self._receiver.receive(text, is_offer=stream == ANNOUNCEMENTS)
