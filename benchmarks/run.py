"""One benchmark from start to end: memory, notes one by one, and many senders."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import machine, memory, summary, throughput
from benchmarks.configurations import CONFIGURATIONS, OURS, RunConfig, bots_sizing
from benchmarks.corpus import LENGTHS, Clip, samples_of
from benchmarks.latency import LatencyResult, measure_latency
from benchmarks.recommendation import Recommendation, recommend
from benchmarks.report import Report
from benchmarks.throughput import ThroughputResult
from transcription.audio.ffmpeg import Samples
from transcription.host.memory import available_mb

CROWD_NOTES = 16
"""Short notes that the senders share: a few from each language in turn, the same for every configuration."""

Advance = Callable[[], None]
Stage = Callable[[str, int], Advance]
"""Announces a stage of so many steps; returns what is to be called after each of them."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure."""

    corpus: Path
    notes: Sequence[Clip]
    folder: Path
    """Of the model, in CTranslate2's format."""
    configurations: Sequence[str]
    senders: Sequence[int]
    repeats: int
    threads: int | None = None
    crowd_notes: int = CROWD_NOTES


async def measure(plan: Plan, stage: Stage) -> Report:
    """Measure memory, then note by note, then with many senders."""
    conditions = machine.describe()
    places = {name: CONFIGURATIONS[name].place(threads=plan.threads) for name in plan.configurations}
    memories = _memories(plan, places, stage)
    decoding = stage("decoding", len(plan.notes))
    samples: dict[str, Samples] = {}
    for note in plan.notes:
        samples[note.name] = await samples_of(note)
        decoding()
    results = await _note_by_note(plan, places, samples, stage)
    crowds = await _crowds(plan, samples, stage)
    return Report(
        machine=conditions,
        model=plan.folder.name,
        corpus=plan.corpus.name,
        repeats=plan.repeats,
        places=places,
        rows=summary.summed_up(results),
        crowds=crowds,
        memories=memories,
        outliers=summary.outliers(results),
        recommendation=_recommendation(plan, crowds),
        results=results,
    )


def _memories(plan: Plan, places: Mapping[str, RunConfig], stage: Stage) -> dict[str, memory.Memory]:
    longest = [
        max(notes, key=lambda note: note.seconds)
        for length in LENGTHS
        if (notes := [note for note in plan.notes if note.length == length])
    ]
    advance = stage("memory", len(plan.configurations))
    memories = {}
    for name in plan.configurations:
        memories[name] = memory.measure(name, plan.folder, places[name], longest)
        advance()
    return memories


async def _note_by_note(
    plan: Plan, places: Mapping[str, RunConfig], samples: dict[str, Samples], stage: Stage
) -> list[LatencyResult]:
    advance = stage("note by note", len(plan.notes) * plan.repeats * len(plan.configurations))
    ears = {name: CONFIGURATIONS[name].load(plan.folder, place) for name, place in places.items()}
    return await measure_latency([(note, samples[note.name]) for note in plan.notes], ears, plan.repeats, advance)


async def _crowds(plan: Plan, samples: dict[str, Samples], stage: Stage) -> list[ThroughputResult]:
    by_language: dict[str, list[Samples]] = {}
    for note in plan.notes:
        if note.length == "short" and not note.is_noise:
            by_language.setdefault(note.language, []).append(samples[note.name])
    in_turn = [one for row in itertools.zip_longest(*by_language.values()) for one in row if one is not None]
    if not in_turn or not plan.senders:
        return []
    shared = list(itertools.islice(itertools.cycle(in_turn), plan.crowd_notes))
    todo = list(itertools.product(plan.senders, plan.configurations))
    advance = stage("senders", len(shared) * len(todo) * plan.repeats)
    rounds = [
        [
            await throughput.measure_throughput(CONFIGURATIONS[name], plan.folder, shared, senders, advance)
            for senders, name in todo
        ]
        for _ in range(plan.repeats)
    ]
    return [
        sorted(same, key=lambda result: result.notes_per_minute)[len(same) // 2] for same in zip(*rounds, strict=True)
    ]


def _recommendation(plan: Plan, crowds: Sequence[ThroughputResult]) -> Recommendation | None:
    """From what our engine did for the most senders; none where that was not measured."""
    ours = [throughput for throughput in crowds if throughput.configuration == OURS]
    if not ours:
        return None
    rtf = max(ours, key=lambda result: result.senders).rtf
    return recommend(plan.folder.name, rtf, bots_sizing(), available_mb())
