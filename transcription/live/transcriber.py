"""Live transcription: sessions that take sound and give text while somebody speaks, a few at a time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from transcription.live.events import LiveOptions
from transcription.live.session import DecodeSpeech, LiveSession


class TooManySessions(Exception):
    """As many live sessions are open as may be."""


class LiveTranscriber:
    """Opens live sessions, at most `max_sessions` at a time."""

    def __init__(self, decode: DecodeSpeech, max_sessions: int) -> None:
        self._decode = decode
        self._max_sessions = max_sessions
        self._sessions = 0

    @asynccontextmanager
    async def open(self, options: LiveOptions) -> AsyncIterator[LiveSession]:
        """A session. Raises `TooManySessions`."""
        if self._sessions >= self._max_sessions:
            raise TooManySessions(f"{self._max_sessions} live sessions are open")
        self._sessions += 1
        try:
            yield LiveSession(self._decode, options)
        finally:
            self._sessions -= 1
