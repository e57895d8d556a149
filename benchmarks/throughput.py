"""Throughput: how many notes of many senders become text in a minute, and the event-loop lag meanwhile."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.configurations import Configuration, RunConfig
from benchmarks.lag import lags_during, summed_up
from transcription.audio.ffmpeg import SAMPLE_RATE, Samples


@dataclass(frozen=True, slots=True)
class ThroughputResult:
    """So many senders, each of whom sends the next clip when the text of the last one is there."""

    configuration: str
    senders: int
    notes_per_minute: float
    cpu_s_per_note: float
    rtf: float
    """Seconds for which a worker was busy, per second of audio."""
    lag: dict[str, float | int]
    """As `benchmarks.lag` sums it up."""


async def measure_throughput(
    configuration: Configuration,
    folder: Path,
    clips: Sequence[Samples],
    senders: int,
    advance: Callable[[], None],
    *,
    run_config: RunConfig | None = None,
) -> ThroughputResult:
    """Load a configuration anew and let the senders share the clips; `advance` is called after each of them.

    It runs with what suits it and so many senders, unless `run_config` says otherwise.
    """
    run_config = run_config or configuration.run_config(senders)
    transcribe = configuration.load(folder, run_config)
    await transcribe(min(clips, key=len))  # what is slow only once is not measured
    left = iter(clips)

    async def send() -> None:
        for samples in left:
            await transcribe(samples)
            advance()

    started, cpu_started = time.perf_counter(), time.process_time()
    lags = await lags_during(asyncio.gather(*(send() for _ in range(senders))))
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - cpu_started
    return ThroughputResult(
        configuration=configuration.name,
        senders=senders,
        notes_per_minute=60 * len(clips) / seconds,
        cpu_s_per_note=cpu_seconds / len(clips),
        rtf=seconds * min(senders, run_config.workers) * SAMPLE_RATE / sum(map(len, clips)),
        lag=summed_up(lags),
    )
