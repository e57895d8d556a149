"""One moment without GPU memory once moved a model to the CPU until the restart, and its speed there was the GPU's.

There is no GPU here: a stand-in for the engine raises what CTranslate2 raises, in its words.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import Clip
from tests.transcription.second_engine import LoudnessEngine
from transcription.asr.base import DecodingOptions, DecodingResult, WindowInput
from transcription.asr.batcher import Batcher
from transcription.asr.recording import Recording
from transcription.asr.thread_pool import ThreadPool
from transcription.audio.fetching import SourceKind
from transcription.audio.ffmpeg import SAMPLE_RATE, DecodeLimits
from transcription.jobs import File, Job, Preferences, Request, Source
from transcription.models.gpu_fallback import GpuBackoff
from transcription.models.options import ModelOptions
from transcription.models.registry import ModelRegistry
from transcription.service import Service, ServiceOptions
from transcription.speed import SpeedEstimates
from transcription.storage.storage import Storage
from transcription.transcriber import Transcriber, TranscriberOptions
from transcription.transcript import Transcript
from transcription.worker import Worker

FULL = "CUDA failed with error out of memory"


class Gpu:
    """A GPU that bears so many windows in a call, and keeps what it was asked."""

    def __init__(self, bears: int) -> None:
        self.bears = bears
        self.calls: list[tuple[str, int]] = []

    def load(self, _folder: Path, options: ModelOptions) -> "GpuEngine":
        return GpuEngine(self, options.device)


class GpuEngine(LoudnessEngine):
    """A model on the GPU, or on the CPU in place of it."""

    def __init__(self, gpu: Gpu, device: str = "cuda") -> None:
        super().__init__(device, native_batch=True, max_window_s=20.0)
        self._gpu = gpu

    def decode_batch(self, windows: Sequence[WindowInput], beam_size: int = 0) -> list[DecodingResult]:
        self._gpu.calls.append((self.device, len(windows)))
        if self.device == "cuda" and len(windows) > self._gpu.bears:
            raise RuntimeError(FULL)
        return [DecodingResult("A text.", "en", 0.9, -0.1, 0.0) for _ in windows]


def note_of(seconds: int) -> Recording:
    samples = np.zeros(seconds * SAMPLE_RATE, dtype=np.int16)
    return Recording(samples, [(0, len(samples))], DecodingOptions("en"))


async def transcribe(notes: Sequence[Recording], gpu: Gpu) -> None:
    batcher, engine = Batcher(ThreadPool(1)), GpuEngine(gpu)
    await asyncio.gather(*(batcher.transcribe(note, engine) for note in notes))


@pytest.mark.parametrize("seconds", [3, 20])
async def test_a_gpu_gets_sixteen_windows_of_any_length(seconds: int) -> None:
    """What a CPU can do at once is no limit for it."""
    gpu = Gpu(bears=16)
    await transcribe([note_of(seconds) for _ in range(16)], gpu)
    assert gpu.calls == [("cuda", 16)]


async def test_a_call_that_is_too_much_is_halved() -> None:
    """Until the GPU bears it: all notes are heard there, and the next ones are not too much any more."""
    gpu = Gpu(bears=5)
    notes = [note_of(5) for _ in range(16)]
    await transcribe(notes, gpu)
    assert all(note.done for note in notes)
    assert gpu.calls == [("cuda", windows) for windows in (16, 8, 4, 4, 4, 4)]


class GpuHarness:
    """A service with one GPU, whose model every note is heard with."""

    def __init__(self, storage: Storage, voice: bytes, models_dir: Path) -> None:
        self.now = 0.0
        self.gpu = Gpu(bears=0)
        self.voice = voice
        self.store = storage.jobs
        self.settings = storage.settings
        self._models_dir = models_dir
        self._messages = 0
        self._ended = asyncio.Condition()

    async def open(self, stack: AsyncExitStack) -> None:
        """Begin to work."""
        models: ModelRegistry[Any] = ModelRegistry(
            ModelOptions(self._models_dir, device="cuda", compute_type="float16"),
            {"whisper": self.gpu.load},
            gpu_backoff=GpuBackoff(lambda: self.now),
        )
        stack.push_async_callback(models.aclose)
        self.speeds = await SpeedEstimates.load(self.settings, "on cuda", "on cpu")
        create_worker = partial(
            Worker,
            store=self.store,
            backend=Transcriber(models=models, pool=ThreadPool(1), options=TranscriberOptions(DecodeLimits())),
            speeds=self.speeds,
            sources={"test": SourceKind(self._fetch, 20 << 20)},
        )
        options = ServiceOptions(Preferences("tiny.en", None), 3600, 50, 30)
        self.service = Service(
            store=self.store,
            settings=self.settings,
            create_worker=create_worker,
            speeds=self.speeds,
            options=options,
        )
        working = asyncio.create_task(self.service.run())
        stack.push_async_callback(asyncio.wait, [working])
        stack.callback(working.cancel)

    async def _fetch(self, _file: File) -> AsyncIterator[bytes]:
        yield self.voice

    async def hear(self) -> Transcript:
        """What a new note says."""
        self._messages += 1
        file, source = File("f", f"u{self._messages}"), Source("test", str(self._messages))
        ended = asyncio.Event()
        self.service.subscribe(lambda _job_id: ended.set(), source="test")
        job = await self.service.submit(Request(source, 7, file, "tiny.en", "en", "en"))
        while not (await self._job(job)).state.ended:
            await asyncio.wait_for(ended.wait(), 10)
            ended.clear()
        transcript = await self.store.transcript(job.id)
        assert transcript
        return transcript

    async def _job(self, job: Job) -> Job:
        found = await self.store.get(job.id)
        assert found
        return found


@pytest.fixture
async def harness(tmp_path: Path, models_dir: Path, clips: Mapping[str, Clip]) -> AsyncIterator[GpuHarness]:
    async with AsyncExitStack() as stack:
        storage = await stack.enter_async_context(Storage.open(tmp_path / "bot.sqlite3"))
        harness = GpuHarness(storage, clips["en_lj_0032"].voice, models_dir)
        await harness.open(stack)
        yield harness


async def test_a_full_gpu_is_used_again_after_a_while(harness: GpuHarness) -> None:
    """The CPU hears that note and those of the next minute, then the GPU has its memory back and is used."""
    assert (await harness.hear()).text == "A text."
    harness.gpu.bears = 16
    await harness.hear()
    harness.now += 60
    await harness.hear()
    assert [device for device, _ in harness.gpu.calls] == ["cuda", "cpu", "cpu", "cuda"]


async def test_speeds_are_those_of_the_device_that_heard(harness: GpuHarness) -> None:
    """What the CPU did in place of the GPU says nothing of the GPU, and the other way round."""
    await harness.hear()
    assert not await harness.settings.speeds("on cuda")
    slow = await harness.settings.speeds("on cpu")
    assert slow.keys() == {"tiny.en"}
    harness.gpu.bears, harness.now = 16, 60
    await harness.hear()
    assert (await harness.settings.speeds("on cuda")).keys() == {"tiny.en"}
    assert await harness.settings.speeds("on cpu") == slow


async def test_a_load_that_the_gpu_refuses_is_the_cpus(models_dir: Path) -> None:
    """All who wait for it get the CPU's, with what suits it; a minute later the GPU is asked again."""
    now, refuses, loads = 0.0, True, []

    def load(_folder: Path, options: ModelOptions) -> LoudnessEngine:
        loads.append((options.device, options.compute_type))
        if refuses and options.device == "cuda":
            raise RuntimeError(FULL)
        return LoudnessEngine(options.device)

    options = ModelOptions(models_dir, device="cuda", compute_type="float16")
    models = ModelRegistry(options, {"whisper": load}, gpu_backoff=GpuBackoff(lambda: now))

    async def device() -> str:
        async with models.lease("tiny.en") as model:
            return model.device

    tries: list[Callable[[], Any]] = [device] * 3
    assert await asyncio.gather(*(each() for each in tries)) == ["cpu"] * 3
    assert loads == [("cuda", "float16"), ("cpu", "int8")]
    now, refuses = 60.0, False
    assert await device() == "cuda"
    await models.aclose()
