"""Benchmark of a model on this machine: a few seconds of decoding while the service is idle."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog

from transcription.asr.base import Engine, WindowInput
from transcription.audio.ffmpeg import SAMPLE_RATE, DecodeLimits, decode
from transcription.models.gpu_fallback import is_gpu_error
from transcription.models.registry import ModelRegistry
from transcription.speed import SpeedEstimates

log = structlog.get_logger()

SPEECH = Path(__file__).with_name("speech.ogg")
RUNS = 3
"""The first one also warms up; the fastest one counts, for other programs only ever slow one down."""
ENOUGH_S = 5.0
"""No run is begun after this long."""


async def benchmark(
    name: str, models: ModelRegistry[Engine], speeds: SpeedEstimates, is_idle: Callable[[], bool]
) -> None:
    """Learn a model's speed if it is not known yet; the model is loaded for that. Raises like `time_speech`."""
    speeds = speeds.of(models.device_of(name))
    if speeds.estimate(name).is_measured or not is_idle():
        return
    if timing := await time_speech(name, models, is_idle):
        await speeds.record(name, timing.audio_s, timing.work_s)
        log.info("speed measured", model=name, rtf=round(speeds.estimate(name).rtf, 3))


@dataclass(frozen=True, slots=True)
class Timing:
    """What a recording took, in seconds: the fastest run counts, and the processor time of all threads in one."""

    audio_s: float
    work_s: float
    processor_s: float


async def time_speech(name: str, models: ModelRegistry[Engine], is_idle: Callable[[], bool]) -> Timing | None:
    """What a model takes for the recording that ships with the package, as one window; None where nothing tells.

    Ends as soon as a job comes in, which has at most one run beside it and then tells the speed itself. Raises like
    `ModelRegistry.lease`; a GPU that fails is left alone for this model, as after a job.
    """
    samples = await decode(speech(), DecodeLimits())
    runs_s: list[float] = []
    processor_s: list[float] = []
    loop = asyncio.get_running_loop()
    async with models.lease(name) as engine, _thread() as thread:
        while is_idle() and len(runs_s) < RUNS and sum(runs_s) < ENOUGH_S:
            began, processor_began = time.monotonic(), time.process_time()
            try:
                await loop.run_in_executor(thread, engine.decode_batch, [WindowInput(samples)])
            except (RuntimeError, ValueError) as error:
                if not is_gpu_error(error):
                    raise
                models.disable_gpu(name, str(error))
                return None
            if is_idle():
                runs_s.append(time.monotonic() - began)
                processor_s.append(time.process_time() - processor_began)
    return Timing(len(samples) / SAMPLE_RATE, min(runs_s), min(processor_s)) if runs_s else None


@asynccontextmanager
async def _thread() -> AsyncIterator[ThreadPoolExecutor]:
    """A thread of its own, which no stop waits for: a run of a large model may take half a minute."""
    thread = ThreadPoolExecutor(1, thread_name_prefix="benchmark")
    try:
        yield thread
    finally:
        thread.shutdown(wait=False)


async def speech() -> AsyncIterator[bytes]:
    """The file of real speech that ships with the package: 15 s of it."""
    yield SPEECH.read_bytes()
