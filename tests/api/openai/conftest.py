"""A real server on loopback, and the official client of OpenAI."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from openai import AsyncOpenAI

from api.app import open_http
from runtime.lifecycle import run
from runtime.services import Services, create_services
from tests.settings import settings

KEY = "sk-of-the-tests"


class Server:
    """The API's address, and what it works with."""

    def __init__(self, url: str, services: Services) -> None:
        self.url = url
        self.services = services

    def client(self, **options: Any) -> AsyncOpenAI:
        return AsyncOpenAI(**{"base_url": f"{self.url}/v1", "api_key": KEY, "max_retries": 0, **options})


@asynccontextmanager
async def serving(folder: Path, models_dir: Path, **others: Any) -> AsyncIterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    chosen = {"models_dir": models_dir, "model": "tiny.en", "api_port": port, "api_keys": KEY, **others}
    configured = settings(folder, **chosen)
    async with AsyncExitStack() as stack:
        front = await stack.enter_async_context(open_http(configured))
        services = await stack.enter_async_context(create_services(configured, front.sources))
        stopping = asyncio.Event()
        running = asyncio.create_task(run(services, [front.create_frontend(services)], stopping, 0))
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                await asyncio.sleep(0.01)
                continue
            writer.close()
            await writer.wait_closed()
            break
        try:
            yield Server(f"http://127.0.0.1:{port}", services)
        finally:
            stopping.set()
            await running


@pytest.fixture
async def server(tmp_path: Path, models_dir: Path) -> AsyncIterator[Server]:
    async with serving(tmp_path, models_dir) as server:
        yield server
