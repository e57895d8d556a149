"""Threads that share one model against processes with a model each: seconds, memory and start-up (decision 085)."""

import argparse
import asyncio
import functools
import itertools
import json
import logging
import multiprocessing
import os
import statistics
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.synchronize import Barrier
from pathlib import Path

import ctranslate2
import psutil

from benchmarks.configurations import CONFIGURATIONS, OURS, RunConfig, Transcribe
from benchmarks.corpus import chosen, read_corpus, samples_of
from benchmarks.machine import ROOT, describe
from transcription.audio.ffmpeg import Samples

WORKERS = 2
CLIPS = 16
SPAWN = multiprocessing.get_context("spawn")
Result = dict[str, float]


def threads(folder: Path, clips: Sequence[Samples], in_flight: int) -> Result:
    """One model with a thread for each worker; with more clips in flight than workers, windows share batches."""

    async def transcribe_all(transcribe: Transcribe) -> None:
        left = iter(clips)

        async def send() -> None:
            for clip in left:
                await transcribe(clip)

        await asyncio.gather(*(send() for _ in range(in_flight)))

    ctranslate2.set_log_level(logging.ERROR)
    started = time.perf_counter()
    transcribe = CONFIGURATIONS[OURS].load(folder, RunConfig("cpu", 1, WORKERS, "int8"))
    with asyncio.Runner() as runner:
        runner.run(transcribe(clips[0]))
        ready, cpu_s = time.perf_counter(), _cpu_s()
        runner.run(transcribe_all(transcribe))
        return _result(ready - started, ready, cpu_s)


def processes(folder: Path, clips: Sequence[Samples]) -> Result:
    """A process for each worker, with a model and a thread of its own; clips are pickled on their way there."""
    started = time.perf_counter()
    loaded = SPAWN.Barrier(WORKERS + 1)
    with ProcessPoolExecutor(WORKERS, SPAWN, _start_worker, (folder, clips[0], loaded)) as executor:
        for _ in range(WORKERS):
            executor.submit(os.getpid)  # processes are spawned by the first calls
        loaded.wait()
        ready, cpu_s = time.perf_counter(), _cpu_s()
        list(executor.map(functools.partial(_transcribe_here, folder), clips))
        return _result(ready - started, ready, cpu_s)


def _start_worker(folder: Path, clip: Samples, loaded: Barrier) -> None:
    _transcribe_here(folder, clip)
    loaded.wait()


def _transcribe_here(folder: Path, clip: Samples) -> str:
    runner, transcribe = _engine(folder)
    return runner.run(transcribe(clip)).text


@functools.cache
def _engine(folder: Path) -> tuple[asyncio.Runner, Transcribe]:
    """This process's model and event loop."""
    ctranslate2.set_log_level(logging.ERROR)
    return asyncio.Runner(), CONFIGURATIONS[OURS].load(folder, RunConfig("cpu", 1, 1, "int8"))


def _result(startup_s: float, ready: float, cpu_s: float) -> Result:
    """Seconds, and megabytes of this process and its children; PSS counts pages that they share once."""
    all_clips_s, all_clips_cpu_s = time.perf_counter() - ready, _cpu_s() - cpu_s
    memory = [process.memory_full_info() for process in _family()]
    return {
        "startup_s": startup_s,
        "all_clips_s": all_clips_s,
        "all_clips_cpu_s": all_clips_cpu_s,
        "rss_mb": sum(each.rss for each in memory) / 1e6,
        "pss_mb": sum(each.pss for each in memory) / 1e6,
    }


def _cpu_s() -> float:
    """Processor seconds of this process and its children: steadier than wall time on a machine with other work."""
    return sum(sum(process.cpu_times()[:2]) for process in _family())


def _family() -> list[psutil.Process]:
    me = psutil.Process()
    return [me, *me.children(recursive=True)]


def main() -> None:
    """Measure each in a fresh process, in turn; print the medians as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--model", type=Path, default=ROOT / "var" / "models" / "base")
    options = parser.parse_args()
    short = [clip for clip in chosen(read_corpus(ROOT / "tests" / "data"), lengths=["short"]) if not clip.is_noise]
    decoded = [asyncio.run(samples_of(clip)) for clip in short]
    clips = list(itertools.islice(itertools.cycle(decoded), CLIPS))
    pools = {
        "threads": functools.partial(threads, options.model, clips, WORKERS),
        "processes": functools.partial(processes, options.model, clips),
        "threads, batched": functools.partial(threads, options.model, clips, CLIPS),
    }
    runs: dict[str, list[Result]] = {name: [] for name in pools}
    for name in [*pools] * options.repeat:
        with ProcessPoolExecutor(1, SPAWN) as fresh:
            runs[name].append(fresh.submit(pools[name]).result())
        print(name, runs[name][-1], file=sys.stderr, flush=True)
    medians = {
        name: {figure: round(statistics.median(run[figure] for run in results), 2) for figure in results[0]}
        for name, results in runs.items()
    }
    print(json.dumps({"machine": describe(), "medians": medians, "runs": runs}, indent=2))


if __name__ == "__main__":
    main()
