"""Latency of single clips: every configuration transcribes each in turn, so that a busy moment hits all alike."""

import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.configurations import Transcribe, Transcribed
from benchmarks.corpus import Clip
from benchmarks.scoring import Score, dropped_sentences, loops, score
from transcription.audio.ffmpeg import Samples


@dataclass(frozen=True, slots=True)
class LatencyResult:
    """A clip transcribed by one configuration; times are medians of the repeats, the text is that of the first."""

    clip: Clip
    configuration: str
    transcribed: Transcribed
    seconds: float
    cpu_seconds: float
    """Seconds of processor time, summed over threads: steadier than `seconds` on a machine with other work."""
    score: Score
    loops: int
    """Phrases that it repeats and nobody said so."""
    dropped: int
    """Sentences of the reference that are not in the text."""


async def measure_latency(
    clips: Sequence[tuple[Clip, Samples]], engines: Mapping[str, Transcribe], repeats: int, advance: Callable[[], None]
) -> list[LatencyResult]:
    """Let all of `engines` transcribe every clip `repeats` times, each time with another engine first.

    `advance` is called after each run.
    """
    names = list(engines)
    transcribed: dict[tuple[str, str], Transcribed] = {}
    times: defaultdict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    for transcribe in engines.values():
        await transcribe(min((samples for _, samples in clips), key=len))  # what is slow only once is not measured
    for repeat in range(repeats):
        for number, (clip, samples) in enumerate(clips):
            first = (repeat + number) % len(names)
            for name in names[first:] + names[:first]:
                started, cpu_started = time.perf_counter(), time.process_time()
                outcome = await engines[name](samples)
                spent = time.perf_counter() - started, time.process_time() - cpu_started
                transcribed.setdefault((clip.name, name), outcome)
                times[clip.name, name].append(spent)
                advance()
    return [
        _result(clip, name, transcribed[clip.name, name], times[clip.name, name])
        for clip, _ in clips
        for name in engines
    ]


def _result(clip: Clip, name: str, transcribed: Transcribed, times: Sequence[tuple[float, float]]) -> LatencyResult:
    seconds, cpu_seconds = (statistics.median(column) for column in zip(*times, strict=True))
    scored = score(clip.text, transcribed.text, clip.language) if clip.text else Score()
    looped = loops(clip.text or "", transcribed.text)
    dropped = dropped_sentences(clip.text, transcribed.text, clip.language) if clip.text else 0
    return LatencyResult(clip, name, transcribed, seconds, cpu_seconds, scored, looped, dropped)
