"""The API in this process: the real application on a real service and store, with an engine that is quick."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from api.app import create_app
from api.options import ApiOptions
from api.tasks import API
from api.uploads import Uploads
from runtime.services import Services
from tests.conftest import Clip
from tests.transcription.harness import ServiceHarness
from tests.transcription.second_engine import assign
from transcription.audio.fetching import SourceKind
from transcription.jobs import File

Json = dict[str, Any]
PATIENCE_S = 30


class ApiHarness:
    """An API with a client for it. `gate` holds back all files while it is clear."""

    def __init__(self, harness: ServiceHarness, options: Mapping[str, Any]) -> None:
        self.harness = harness
        self.folder = harness.path.parent
        settings: Json = {"folder": self.folder, "max_file_bytes": 1 << 20, **options}
        self.options = ApiOptions(**settings)
        self.uploads = Uploads(self.folder / "uploads", self.options.max_file_bytes, self.options.max_upload_bytes)
        self.gate = asyncio.Event()
        self.gate.set()
        self._stack = AsyncExitStack()

    async def _fetch(self, file: File) -> AsyncIterator[bytes]:
        await self.gate.wait()
        async for chunk in self.uploads.fetch(file):
            yield chunk

    async def open(self) -> None:
        """Start, or start again after `close`, as a new process would."""
        harness = self.harness
        harness.sources[API] = SourceKind(self._fetch, self.options.max_file_bytes, is_polled=True)
        self._stack.push_async_callback(harness.close)
        service = await harness.open(keep_days=self.options.keep_days, max_queued_per_user=3)
        absent = cast("Any", None)
        self.app = create_app(
            Services(harness.storage, harness.models, absent, service, absent, absent), self.options, self.uploads
        )
        self.keys = harness.storage.api_keys
        self.tasks, recordings = self.app.state.api.tasks, self.app.state.api.recordings
        await service.take_up(API)
        await self.tasks.resume(await recordings.ids())
        self._stack.callback(asyncio.create_task(self.tasks.run()).cancel)
        self.client = await self._stack.enter_async_context(self.client_from("127.0.0.1"))

    @asynccontextmanager
    async def client_from(self, address: str, **headers: str) -> AsyncIterator[httpx.AsyncClient]:
        """A client at some address."""
        transport = httpx.ASGITransport(self.app, client=(address, 1234))
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=headers) as client:
            yield client

    async def close(self) -> None:
        await self._stack.aclose()

    def voice(self, name: str = "en_sense_0930") -> dict[str, tuple[str, bytes]]:
        """A clip as a form's file; other names are bytes that are no audio."""
        clip = self.harness.clips.get(name)
        return {"file": (f"../{name}", clip.voice if clip else name.encode())}

    async def submit(self, name: str = "en_sense_0930", **request: Any) -> str:
        """The id of a new task."""
        answer = await self.client.post("/transcribe/", files=self.voice(name), **request)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["task_id"])

    async def ended(self, task_id: str) -> Json:
        """What became of a task."""
        async with asyncio.timeout(PATIENCE_S):
            answer = await self.client.get(f"/transcribe/{task_id}/events")
        events = [line for line in answer.text.splitlines() if line.startswith("data:")]
        status: Json = json.loads(events[-1].removeprefix("data:"))
        return status

    async def uploads_left(self, count: int = 0) -> None:
        """Returns once so many uploads lie there."""
        async with asyncio.timeout(PATIENCE_S):
            while len(list((self.folder / "uploads").iterdir())) != count:  # noqa: ASYNC110 - files tell nobody
                await asyncio.sleep(0)


OpenApi = Callable[..., Awaitable[ApiHarness]]


@pytest.fixture
async def open_api(
    clips: Mapping[str, Clip], tmp_path: Path, models_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[OpenApi]:
    """Opens an API with options of its own."""
    assign(monkeypatch, "loudness", "tiny.en")
    async with AsyncExitStack() as stack:

        async def open_api(**options: Any) -> ApiHarness:
            api = ApiHarness(ServiceHarness(clips, tmp_path / "bot.sqlite3", models_dir), options)
            await api.open()
            stack.push_async_callback(api.close)
            return api

        yield open_api


@pytest.fixture
async def api(open_api: OpenApi) -> ApiHarness:
    """An API without keys, on loopback."""
    return await open_api()
