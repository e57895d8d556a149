"""Servers that end with their test, and a transcriber that sends to them."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, aclosing

import pytest

from tests.transcription.remote.servers import FarEnd
from transcription.audio.ffmpeg import DecodeLimits
from transcription.remote import availability
from transcription.remote.server import Server
from transcription.remote.transcriber import RemoteOptions, RemoteTranscriber

Connect = Callable[..., RemoteTranscriber]


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses are of no interest here."""
    monkeypatch.setattr(availability, "FIRST_PAUSE_S", 0.01)
    monkeypatch.setattr(availability, "MAX_PAUSE_S", 0.05)
    monkeypatch.setattr("transcription.job_queue.FIRST_PAUSE_S", 0.01)


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


@pytest.fixture
async def connect(stack: AsyncExitStack) -> Callable[..., object]:
    """Starts a server, unless it runs, and gives a transcriber that sends to `path` there."""

    async def connect(far_end: FarEnd, path: str = "", key: str = "right", **options: object) -> RemoteTranscriber:
        if not far_end.port:
            await far_end.start()
            stack.push_async_callback(far_end.stop)
        server = Server(far_end.url + path, key)
        await stack.enter_async_context(server.connection)
        given = {"decode": DecodeLimits(), "workers": 2, "seconds_per_minute": 60.0} | options
        remote = RemoteTranscriber(server, RemoteOptions(**given))  # type: ignore[arg-type]
        return await stack.enter_async_context(aclosing(remote))

    return connect
