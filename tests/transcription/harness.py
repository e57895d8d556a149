"""A service with the real store, ffmpeg and models, whose files are the clips of the tests."""

import asyncio
import itertools
import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

from tests.conftest import Clip
from tests.transcription.second_engine import OnDecode, watched_loaders
from transcription.active_jobs import ActiveJobs
from transcription.asr.base import WindowInput
from transcription.asr.thread_pool import ThreadPool
from transcription.audio.fetching import SourceKind
from transcription.audio.ffmpeg import DecodeLimits
from transcription.backend import Backend
from transcription.jobs import File, Job, JobState, Preferences, Request, Source
from transcription.models.options import ModelOptions
from transcription.models.registry import ModelRegistry
from transcription.service import Service, ServiceOptions
from transcription.speed import SpeedEstimates
from transcription.storage.storage import Storage
from transcription.transcriber import Transcriber, TranscriberOptions
from transcription.view import View
from transcription.worker import Worker

MESSAGES = itertools.count(1)


class ServiceHarness:
    """A service whose files are the clips, and a way to wait for what becomes of a job."""

    def __init__(self, clips: Mapping[str, Clip], path: Path, models_dir: Path) -> None:
        self.clips = clips
        self.path = path
        self.fetched: list[str] = []
        self.prompt = ""
        self.refine_model: str | None = None
        self.adaptive_context = True
        self.choose_backend: Callable[[Transcriber], Backend] = lambda own: own
        self.hanging: set[int] = set()
        self.gate = asyncio.Event()
        self.gate.set()
        self.on_decode: OnDecode = lambda _name, _windows: None
        self.sources = {"test": SourceKind(lambda file: self.fetch(file), 20 << 20)}  # noqa: PLW0108 - a test may set another
        self._models_dir = models_dir
        self._stack = AsyncExitStack()

    async def fetch(self, file: File) -> AsyncIterator[bytes]:
        await self.gate.wait()
        if file.unique_id in self.hanging_files():
            await asyncio.Event().wait()
        self.fetched.append(file.file_id)
        yield self.clips[file.file_id].voice if file.file_id in self.clips else b"no audio at all"

    @property
    def worker(self) -> Worker:
        return self.service._worker

    @property
    def active(self) -> ActiveJobs:
        return self.worker._active

    def hanging_files(self) -> set[str]:
        jobs = [active.job.request for active in self.active.values()]
        return {request.file.unique_id for request in jobs if request.user_id in self.hanging}

    async def open(self, **options: float) -> Service:
        self.storage = await self._stack.enter_async_context(Storage.open(self.path))
        self.store = self.storage.jobs
        self.models = models = ModelRegistry(
            ModelOptions(self._models_dir, 2, device="cpu", compute_type="int8", cpu_threads=1, num_workers=2),
            watched_loaders(self._decoding),
        )
        self._stack.push_async_callback(models.aclose)
        speeds = await SpeedEstimates.load(self.storage.settings)
        transcriber = Transcriber(
            models=models,
            pool=ThreadPool(2),
            options=TranscriberOptions(
                DecodeLimits(),
                beam_size=1,
                initial_prompt=self.prompt,
                adaptive_context=self.adaptive_context,
                refine_model=self.refine_model,
            ),
        )
        create_worker = partial(
            Worker,
            store=self.store,
            backend=self.choose_backend(transcriber),
            speeds=speeds,
            sources=self.sources,
        )
        chosen = {
            "max_duration_s": 3600,
            "max_queued_per_user": 50,
            "keep_days": 30,
        } | options
        self.service = Service(
            store=self.store,
            settings=self.storage.settings,
            create_worker=create_worker,
            speeds=speeds,
            options=ServiceOptions(defaults=Preferences("tiny.en", None), **chosen),  # type: ignore[arg-type]
        )
        running = asyncio.create_task(self.service.run())
        await self.service.take_up("test")
        self._stack.push_async_callback(self._end, running)
        return self.service

    async def died(self, request: Request, times: int) -> None:
        """Have so many processes killed during a job, before the service is opened."""
        async with Storage.open(self.path) as storage:
            store = storage.jobs
            job, _ = await store.add(request)
            for _ in range(times):
                await store.transition(job.id, JobState.RUNNING)
                await store.requeue(request.source.kind)

    def _decoding(self, name: str, windows: Sequence[WindowInput]) -> None:
        self.on_decode(name, windows)

    def hold(self) -> threading.Event:
        """Let no batch after the first one be decoded before the event is set."""
        go_on, batches = threading.Event(), itertools.count()
        self.on_decode = lambda _name, _windows: go_on.wait(60) and None if next(batches) else None
        self._stack.callback(go_on.set)
        return go_on

    async def close(self) -> None:
        await self._stack.aclose()

    async def _end(self, running: "asyncio.Task[None]") -> None:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    async def until_active(self) -> None:
        """Returns once a job is in hand."""
        async with asyncio.timeout(60):
            while not self.active:  # noqa: ASYNC110 - no one is told
                await asyncio.sleep(0)

    async def until(self, job: Job, seen: Callable[[View], bool]) -> View:
        """The first view of a job that satisfies `seen`, asked for again whenever there is news of it."""
        news = asyncio.Event()
        self.service.subscribe(lambda job_id: news.set() if job_id == job.id else None, source="test")
        async with asyncio.timeout(60):
            while True:
                view = await self.service.view(job.id)
                if view and seen(view):
                    return view
                await news.wait()
                news.clear()

    async def ended(self, job: Job) -> View:
        return await self.until(job, lambda view: view.job.state.ended)


def note(clip: str, user_id: int = 7, unique_id: str | None = None, **file: float) -> Request:
    whole = File(clip, unique_id or f"u-{next(MESSAGES)}", **file)  # type: ignore[arg-type]
    return Request(Source("test", str(next(MESSAGES)), str(user_id)), user_id, whole, "tiny.en", None, "en")
