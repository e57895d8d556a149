"""Many senders at once: how many notes become text in a minute, and how late the event loop runs meanwhile."""

import asyncio
import queue
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.configurations import Configuration, Ear
from benchmarks.lag import lags_during, percentile, summed_up
from transcription.audio import SAMPLE_RATE, Samples


@dataclass(frozen=True, slots=True)
class Crowd:
    """So many senders, each of whom sends the next note when the text of the last one is there."""

    configuration: str
    senders: int
    notes_per_minute: float
    cpu_s_per_note: float
    rtf: float
    """Seconds of work per second of audio, of one note beside the others: half of the notes took less."""
    lag: dict[str, float | int]
    """As `benchmarks.lag` sums it up."""


def serve(
    configuration: Configuration, folder: Path, notes: Sequence[Samples], senders: int, advance: Callable[[], None]
) -> Crowd:
    """Load a configuration anew and let the senders share the notes; `advance` is called after each of them."""
    place = configuration.crowded(senders)
    create = configuration.load(folder, place)
    ears: queue.SimpleQueue[Ear] = queue.SimpleQueue()
    for _ in range(place.workers):
        ear = create()
        ear(min(notes, key=len))
        ears.put(ear)
    factors: list[float] = []

    def hear(samples: Samples) -> None:
        ear = ears.get()
        try:
            started = time.perf_counter()
            ear(samples)
            factors.append((time.perf_counter() - started) * SAMPLE_RATE / len(samples))
        finally:
            ears.put(ear)
        advance()

    async def all_heard() -> list[float]:
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(senders) as threads:
            work: list[asyncio.Future[Any]] = [loop.run_in_executor(threads, hear, samples) for samples in notes]
            return await lags_during(asyncio.gather(*work))

    started, cpu_started = time.perf_counter(), time.process_time()
    lags = asyncio.run(all_heard())
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - cpu_started
    return Crowd(
        configuration=configuration.name,
        senders=senders,
        notes_per_minute=60 * len(notes) / seconds,
        cpu_s_per_note=cpu_seconds / len(notes),
        rtf=percentile(factors, 0.5),
        lag=summed_up(lags),
    )
