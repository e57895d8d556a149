"""A fresh sandbox for each test, with a raw Bot API caller and an aiogram bot."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from sandbox import RateLimits, SandboxClient, SandboxOptions, SandboxServer, run_sandbox

Call = Callable[..., Awaitable[dict[str, Any]]]


class PromptlyClosedSession(AiohttpSession):
    """aiogram's session waits a quarter of a second for TLS when it closes; there is none here."""

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


@pytest.fixture
def options(request: pytest.FixtureRequest) -> SandboxOptions:
    """No rate limits unless a test says otherwise with `@pytest.mark.parametrize("options", [...])`."""
    return getattr(request, "param", SandboxOptions(rates=RateLimits(enabled=False)))


@pytest.fixture
async def server(options: SandboxOptions) -> AsyncIterator[SandboxServer]:
    """A running sandbox."""
    async with run_sandbox(options) as running:
        yield running


@pytest.fixture
def people(server: SandboxServer) -> SandboxClient:
    """Its control client."""
    return server.client


@pytest.fixture
async def call(server: SandboxServer) -> AsyncIterator[Call]:
    """A function that posts JSON to a method and returns the answer, successful or not."""
    async with aiohttp.ClientSession() as session:

        async def post(method: str, **params: Any) -> dict[str, Any]:
            async with session.post(f"{server.url}/bot{server.token}/{method}", json=params) as response:
                return await response.json()

        yield post


@pytest.fixture
async def bot(server: SandboxServer) -> AsyncIterator[Bot]:
    """An aiogram bot that talks to it."""
    session = PromptlyClosedSession(api=TelegramAPIServer.from_base(server.url))
    async with Bot(server.token, session=session) as client:
        yield client


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """A plain HTTP client."""
    async with aiohttp.ClientSession() as session:
        yield session
