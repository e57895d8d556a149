"""One model in one number format on a GPU (or the processor): accuracy, batches, notes a minute by senders, memory."""

import asyncio
import itertools
import logging
import multiprocessing
import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path

import ctranslate2
import numpy as np

from benchmarks.configurations import CONFIGURATIONS, OURS, RunConfig
from benchmarks.corpus import Clip, samples_of
from benchmarks.memory import peak_rss_mb
from benchmarks.scoring import Score, score
from benchmarks.throughput import ThroughputResult, measure_throughput
from transcription.asr.base import Engine, WindowInput
from transcription.asr.whisper import load
from transcription.audio.ffmpeg import SAMPLE_RATE, Samples
from transcription.host.gpus import gpu_free_mb
from transcription.models.gpu_fallback import is_gpu_out_of_memory
from transcription.models.options import ModelOptions
from transcription.models.sizing import usable_cores

WINDOW_S = 20
"""Seconds of the windows of a batch: what long recordings are cut into."""
THROUGHPUT_CLIPS = 4
"""Notes that each sender sends, and eight at least in all."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What is measured."""

    folder: Path
    device: str
    compute_type: str
    clips: tuple[Clip, ...]
    batches: tuple[int, ...]
    workers: tuple[int, ...]
    senders: tuple[int, ...]
    repeats: int


@dataclass(frozen=True, slots=True)
class BatchResult:
    """So many windows in one call; `rtf` counts seconds of work for each second of audio, None where it failed."""

    windows: int
    rtf: float | None
    memory_mb: float
    """What the process had taken of the device by then."""


@dataclass(frozen=True, slots=True)
class TrialResult:
    """What was found, as far as it went."""

    model: str
    compute_type: str
    load_s: float = 0.0
    loaded_mb: float = 0.0
    """Memory of the device that the model took; on a CPU that of the whole process."""
    peak_mb: float = 0.0
    score: Score = field(default_factory=Score)
    note_s: float = 0.0
    """Median seconds for one note, while nobody else sends."""
    batches: tuple[BatchResult, ...] = ()
    throughputs: tuple[tuple[int, ThroughputResult], ...] = ()
    """By the number of workers."""
    error: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether all was measured."""
        return not self.error


def measure(trial: Trial) -> TrialResult:
    """Measure in a fresh process; what ends that, a GPU's library may, is an error of this trial alone."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as processes:
        try:
            return processes.submit(_measure_here, trial).result()
        except (BrokenProcessPool, RuntimeError, ValueError, OSError) as error:
            return TrialResult(trial.folder.name, trial.compute_type, error=str(error) or type(error).__name__)


def _measure_here(trial: Trial) -> TrialResult:
    ctranslate2.set_log_level(logging.ERROR)
    memory = _Memory(trial.device)
    started = time.perf_counter()
    engine = load(trial.folder, _options(trial))
    load_s, loaded_mb = time.perf_counter() - started, memory.taken_mb()
    with asyncio.Runner() as runner:
        samples = [runner.run(samples_of(clip)) for clip in trial.clips]
        batches = _batches(engine, samples, trial, memory)
        del engine
        found, note_s = runner.run(_notes(trial, samples))
        throughputs = runner.run(_throughputs(trial, samples))
    return TrialResult(
        model=trial.folder.name,
        compute_type=trial.compute_type,
        load_s=load_s,
        loaded_mb=loaded_mb,
        peak_mb=memory.taken_mb(),
        score=found,
        note_s=note_s,
        batches=tuple(batches),
        throughputs=tuple(throughputs),
    )


class _Memory:
    """The device's memory that was taken since; CTranslate2 keeps what it once took of a GPU, so this is its peak."""

    def __init__(self, device: str) -> None:
        self._device = device
        self._free_mb = gpu_free_mb() if device == "cuda" else 0.0

    def taken_mb(self) -> float:
        """Megabytes."""
        return self._free_mb - gpu_free_mb() if self._device == "cuda" else peak_rss_mb()


def _options(trial: Trial) -> ModelOptions:
    return ModelOptions(
        trial.folder.parent, device=trial.device, compute_type=trial.compute_type, cpu_threads=usable_cores()
    )


def _run_config(trial: Trial, workers: int) -> RunConfig:
    return RunConfig(trial.device, max(1, usable_cores() // workers), workers, trial.compute_type)


def _batches(engine: Engine, samples: Sequence[Samples], trial: Trial, memory: _Memory) -> list[BatchResult]:
    """Calls with ever more windows, until one is too much for the device."""
    speech = np.concatenate([np.asarray(each) for each in samples])
    length = WINDOW_S * SAMPLE_RATE
    windows = [speech[start : start + length] for start in range(0, len(speech) - length + 1, length)] or [speech]
    results = []
    engine.decode_batch([WindowInput(windows[0])])  # what is slow only once is not measured
    for count in trial.batches:
        batch = [WindowInput(each) for each in itertools.islice(itertools.cycle(windows), count)]
        try:
            seconds = min(_seconds(engine, batch) for _ in range(trial.repeats))
        except RuntimeError as error:
            if not is_gpu_out_of_memory(error):
                raise
            results.append(BatchResult(count, None, memory.taken_mb()))
            break
        audio_s = sum(len(window.samples) for window in batch) / SAMPLE_RATE
        results.append(BatchResult(count, seconds / audio_s, memory.taken_mb()))
    return results


def _seconds(engine: Engine, batch: Sequence[WindowInput]) -> float:
    started = time.perf_counter()
    engine.decode_batch(batch)
    return time.perf_counter() - started


async def _notes(trial: Trial, samples: Sequence[Samples]) -> tuple[Score, float]:
    """Errors in all notes, sent one by one, and the median of their seconds."""
    transcribe = CONFIGURATIONS[OURS].load(trial.folder, _run_config(trial, 1))
    total, times = Score(), []
    for clip, each in zip(trial.clips, samples, strict=True):
        started = time.perf_counter()
        transcribed = await transcribe(each)
        times.append(time.perf_counter() - started)
        if clip.text:
            total += score(clip.text, transcribed.text, clip.language)
    return total, statistics.median(times)


async def _throughputs(trial: Trial, samples: Sequence[Samples]) -> list[tuple[int, ThroughputResult]]:
    """Short notes a minute for each number of workers and senders; the best of the runs."""
    short = [each for clip, each in zip(trial.clips, samples, strict=True) if clip.length == "short"] or samples
    results = []
    for workers, senders in itertools.product(trial.workers, trial.senders):
        notes = list(itertools.islice(itertools.cycle(short), max(8, THROUGHPUT_CLIPS * senders)))
        runs = [
            await measure_throughput(
                CONFIGURATIONS[OURS], trial.folder, notes, senders, lambda: None, run_config=_run_config(trial, workers)
            )
            for _ in range(trial.repeats)
        ]
        results.append((workers, max(runs, key=lambda result: result.notes_per_minute)))
    return results
