"""One run of real services with every metric on, and what a scrape of its port says."""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import aiohttp
import httpx
import pytest
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.methods import GetMe, GetUpdates, LogOut, SendMessage
from aiohttp import web
from aiohttp.test_utils import TestServer

from api.app import UPLOADS, create_app
from api.options import ApiOptions
from api.uploads import Uploads
from bot.telegram.metrics import CallMetrics
from bot.telegram.session import Measure, Session
from config import Settings
from runtime.metrics import create_metrics, exporting
from runtime.services import Services, create_services
from tests.conftest import Clip
from tests.settings import settings
from transcription import SourceKind
from transcription.jobs import File, Request, Source
from transcription.queue.contract import Offer

SECRET = 4815162342
"""Stands for the ids of people, chats and files."""
ANSWERS = {
    "getMe": {"ok": True, "result": {"id": 1, "is_bot": True, "first_name": "x"}},
    "sendMessage": {"ok": False, "error_code": 429, "description": "no", "parameters": {"retry_after": 7}},
    "getUpdates": {"ok": False, "error_code": 401, "description": "Unauthorized"},
}


@pytest.fixture(scope="session")
def scraped(clips: Mapping[str, Clip], models_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The text of /metrics after notes with several results, and calls with several answers."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    home = tmp_path_factory.mktemp("data")
    chosen = settings(home, models_dir=models_dir, model="tiny.en", beam_size=1, metrics_port=port)
    return asyncio.run(_run(chosen, clips))


@pytest.fixture(scope="session")
def scraped_front(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The text of /metrics of a process whose recordings are transcribed by a worker."""
    home = tmp_path_factory.mktemp("front")
    chosen = settings(home, queue_url="redis://127.0.0.1:9/0", api_port=8000)

    async def run() -> str:
        metrics = create_metrics(chosen)
        assert metrics
        async with create_services(chosen, {}, metrics) as services, exporting(services, chosen):
            assert services.queue
            services.queue.backend.fleet.receive(Offer("1", "ann", "0", ("base",), 2, "cpu"), time.monotonic())
            return (await metrics.render())[0].decode()

    return asyncio.run(run())


async def _run(chosen: Settings, clips: Mapping[str, Clip]) -> str:
    async def fetch(file: File) -> AsyncIterator[bytes]:
        yield clips[file.file_id].voice if file.file_id in clips else b"no audio at all"

    metrics = create_metrics(chosen)
    assert metrics
    sources = {"test": SourceKind(fetch, 20 << 20)}
    async with create_services(chosen, sources, metrics) as services, exporting(services, chosen):
        await _transcribe(services, "en_sense_0930", "silence_5s", "nonsense", "en_sense_0930")
        assert await services.models.unload("tiny.en")
        await services.models.ensure("tiny.en")
        await _ask(services, chosen)
        await _call(CallMetrics(metrics.registry).measure)
        url = f"http://127.0.0.1:{chosen.metrics_port}/metrics"
        async with aiohttp.ClientSession() as http, http.get(url) as answer:
            return await answer.text()


async def _transcribe(services: Services, *names: str) -> None:
    """One after the other; the last one's result is not delivered."""
    service, ended = services.service, asyncio.Event()
    service.subscribe(lambda _job_id: ended.set(), source="test")
    running = asyncio.create_task(service.run())
    for number, name in enumerate(names):
        source = Source("test", f"{SECRET}/{number}", str(SECRET))
        job = await service.submit(Request(source, SECRET, File(name, f"{SECRET}-{name}"), "tiny.en", None, "en"))
        while (view := await service.view(job.id)) and not view.job.state.ended:
            ended.clear()
            await ended.wait()
        if number < len(names) - 1:
            await service.mark_delivered(job.id)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def _ask(services: Services, chosen: Settings) -> None:
    """Requests of the API: one that is answered, and two for what it does not have."""
    app = create_app(services, ApiOptions(folder=chosen.data_dir), Uploads(chosen.data_dir / UPLOADS, 1, 1))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        await client.get("/health")
        await client.get(f"/{SECRET}")
        await client.request(f"X{SECRET}", "/health")


async def _call(measure: Measure) -> None:
    async def answer(request: web.Request) -> web.Response:
        name = request.path.rpartition("/")[2]
        if name not in ANSWERS:
            return web.Response(text="<html>Bad Gateway</html>", status=502)
        body = ANSWERS[name]
        return web.json_response(body, status=body.get("error_code", 200))

    app = web.Application()
    app.router.add_post("/{path:.*}", answer)
    async with TestServer(app) as server:
        session = Session(str(server.make_url("/")).rstrip("/"), measure=measure)
        bot = Bot(f"{SECRET}:{'x' * 35}", session=session)
        for method in (GetMe(), SendMessage(chat_id=SECRET, text="what people said"), LogOut(), GetUpdates()):
            with contextlib.suppress(TelegramAPIError, ClientDecodeError):
                await session.make_request(bot, method)
        await session.close()
