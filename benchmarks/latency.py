"""Notes one by one: each is heard by every configuration in turn, so that a busy moment hits all of them alike."""

import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.configurations import Transcribe, Transcribed
from benchmarks.corpus import Clip
from benchmarks.scoring import Score, loops, score
from transcription.audio.ffmpeg import Samples


@dataclass(frozen=True, slots=True)
class LatencyResult:
    """A note as one configuration heard it; times are medians of the repeats, the text is that of the first."""

    note: Clip
    configuration: str
    heard: Transcribed
    seconds: float
    cpu_seconds: float
    """Seconds of processor time, summed over threads: steadier than `seconds` on a machine with other work."""
    score: Score
    loops: int
    """Phrases that it repeats and nobody said so."""


async def measure_latency(
    notes: Sequence[tuple[Clip, Samples]], ears: Mapping[str, Transcribe], repeats: int, advance: Callable[[], None]
) -> list[LatencyResult]:
    """Let all of `ears` hear every note `repeats` times, each time with another one first.

    `advance` is called after each hearing.
    """
    names = list(ears)
    heard: dict[tuple[str, str], Transcribed] = {}
    times: defaultdict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    for hear in ears.values():
        await hear(min((samples for _, samples in notes), key=len))  # what is slow only once is not measured
    for repeat in range(repeats):
        for number, (note, samples) in enumerate(notes):
            first = (repeat + number) % len(names)
            for name in names[first:] + names[:first]:
                started, cpu_started = time.perf_counter(), time.process_time()
                outcome = await ears[name](samples)
                spent = time.perf_counter() - started, time.process_time() - cpu_started
                heard.setdefault((note.name, name), outcome)
                times[note.name, name].append(spent)
                advance()
    return [_result(note, name, heard[note.name, name], times[note.name, name]) for note, _ in notes for name in names]


def _result(note: Clip, name: str, heard: Transcribed, times: Sequence[tuple[float, float]]) -> LatencyResult:
    seconds, cpu_seconds = (statistics.median(column) for column in zip(*times, strict=True))
    scored = score(note.text, heard.text, note.language) if note.text else Score()
    return LatencyResult(note, name, heard, seconds, cpu_seconds, scored, loops(note.text or "", heard.text))
