"""Peak memory of a configuration, measured in a fresh process in which nothing else was loaded."""

import asyncio
import logging
import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import ctranslate2

from benchmarks.configurations import CONFIGURATIONS, RunConfig
from benchmarks.corpus import Clip, samples_of


@dataclass(frozen=True, slots=True)
class Memory:
    """Peaks of resident memory in MB: once the model is loaded, and once the clips are transcribed as well."""

    loaded_mb: float
    peak_mb: float


def measure(configuration: str, folder: Path, run_config: RunConfig, clips: Sequence[Clip]) -> Memory:
    """Start a process, load a configuration there and transcribe the clips."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as processes:
        return processes.submit(_measure_here, configuration, folder, run_config, clips).result()


def _measure_here(configuration: str, folder: Path, run_config: RunConfig, clips: Sequence[Clip]) -> Memory:
    ctranslate2.set_log_level(logging.ERROR)
    transcribe = CONFIGURATIONS[configuration].load(folder, run_config)
    loaded_mb = peak_rss_mb()

    async def transcribe_all() -> None:
        for clip in clips:
            await transcribe(await samples_of(clip))

    asyncio.run(transcribe_all())
    return Memory(loaded_mb, peak_rss_mb())


def peak_rss_mb() -> float:
    """The kernel's own peak of this process, `VmHWM`; getrusage would count the parent before exec, too."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(lines["VmHWM"].split()[0]) * 1024 / 1e6
