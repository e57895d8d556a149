"""Notes one by one: each is heard by every configuration in turn, so that a busy moment hits all of them alike."""

import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.configurations import Hear, Heard
from benchmarks.corpus import Note
from benchmarks.scoring import Score, loops, score
from transcription.audio import Samples


@dataclass(frozen=True, slots=True)
class Result:
    """A note as one configuration heard it; times are medians of the repeats, the text is that of the first."""

    note: Note
    configuration: str
    heard: Heard
    seconds: float
    cpu_seconds: float
    """Seconds of processor time, summed over threads: steadier than `seconds` on a machine with other work."""
    score: Score
    loops: int
    """Phrases that it repeats and nobody said so."""


async def listen_in_turn(
    notes: Sequence[tuple[Note, Samples]], ears: Mapping[str, Hear], repeats: int, advance: Callable[[], None]
) -> list[Result]:
    """Let all of `ears` hear every note `repeats` times, each time with another one first.

    `advance` is called after each hearing.
    """
    names = list(ears)
    heard: dict[tuple[str, str], Heard] = {}
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


def _result(note: Note, name: str, heard: Heard, times: Sequence[tuple[float, float]]) -> Result:
    seconds, cpu_seconds = (statistics.median(column) for column in zip(*times, strict=True))
    scored = score(note.text, heard.text, note.language) if note.text else Score()
    return Result(note, name, heard, seconds, cpu_seconds, scored, loops(note.text or "", heard.text))
