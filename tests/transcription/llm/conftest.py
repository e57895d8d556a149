"""A server that ends with its test, and endpoints that ask it."""

from collections.abc import AsyncIterator

import pytest

from tests.transcription.llm.server import ModelServer
from transcription.llm import endpoint


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses are of no interest here."""
    monkeypatch.setattr(endpoint, "PAUSES_S", (0.0, 0.0, 0.0))


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    server = ModelServer()
    await server.start()
    yield server
    await server.stop()
