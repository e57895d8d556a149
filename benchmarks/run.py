"""One benchmark run: memory, latency of single clips, throughput with many senders."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import machine, memory, summary
from benchmarks.configurations import CONFIGURATIONS, OURS, RunConfig, bot_sizing
from benchmarks.corpus import LENGTHS, Clip, samples_of
from benchmarks.latency import LatencyResult, measure_latency
from benchmarks.recommendation import Recommendation, recommend
from benchmarks.report import Report
from benchmarks.throughput import ThroughputResult, measure_throughput
from transcription.audio.ffmpeg import Samples
from transcription.host.memory import available_mb

THROUGHPUT_CLIPS = 16
"""Short clips that the senders share: a few from each language in turn, the same for every configuration."""

Advance = Callable[[], None]
Stage = Callable[[str, int], Advance]
"""Announces a stage of so many steps; returns what is to be called after each of them."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure."""

    corpus: Path
    clips: Sequence[Clip]
    folder: Path
    """Of the model, in CTranslate2's format."""
    configurations: Sequence[str]
    senders: Sequence[int]
    repeats: int
    threads: int | None = None
    throughput_clips: int = THROUGHPUT_CLIPS


async def measure(plan: Plan, stage: Stage) -> Report:
    """Measure memory, then latency clip by clip, then throughput with many senders."""
    conditions = machine.describe()
    run_configs = {name: CONFIGURATIONS[name].run_config(threads=plan.threads) for name in plan.configurations}
    memories = _memories(plan, run_configs, stage)
    decoding = stage("decoding", len(plan.clips))
    samples: dict[str, Samples] = {}
    for clip in plan.clips:
        samples[clip.name] = await samples_of(clip)
        decoding()
    results = await _latencies(plan, run_configs, samples, stage)
    throughputs = await _throughputs(plan, samples, stage)
    return Report(
        machine=conditions,
        model=plan.folder.name,
        corpus=plan.corpus.name,
        repeats=plan.repeats,
        run_configs=run_configs,
        rows=summary.summed_up(results),
        throughputs=throughputs,
        memories=memories,
        outliers=summary.outliers(results),
        recommendation=_recommendation(plan, throughputs),
        results=results,
    )


def _memories(plan: Plan, run_configs: Mapping[str, RunConfig], stage: Stage) -> dict[str, memory.Memory]:
    longest = [
        max(clips, key=lambda clip: clip.seconds)
        for length in LENGTHS
        if (clips := [clip for clip in plan.clips if clip.length == length])
    ]
    advance = stage("memory", len(plan.configurations))
    memories = {}
    for name in plan.configurations:
        memories[name] = memory.measure(name, plan.folder, run_configs[name], longest)
        advance()
    return memories


async def _latencies(
    plan: Plan, run_configs: Mapping[str, RunConfig], samples: dict[str, Samples], stage: Stage
) -> list[LatencyResult]:
    advance = stage("note by note", len(plan.clips) * plan.repeats * len(plan.configurations))
    engines = {name: CONFIGURATIONS[name].load(plan.folder, run_config) for name, run_config in run_configs.items()}
    return await measure_latency([(clip, samples[clip.name]) for clip in plan.clips], engines, plan.repeats, advance)


async def _throughputs(plan: Plan, samples: dict[str, Samples], stage: Stage) -> list[ThroughputResult]:
    by_language: dict[str, list[Samples]] = {}
    for clip in plan.clips:
        if clip.length == "short" and not clip.is_noise:
            by_language.setdefault(clip.language, []).append(samples[clip.name])
    in_turn = [one for row in itertools.zip_longest(*by_language.values()) for one in row if one is not None]
    if not in_turn or not plan.senders:
        return []
    shared = list(itertools.islice(itertools.cycle(in_turn), plan.throughput_clips))
    todo = list(itertools.product(plan.senders, plan.configurations))
    advance = stage("senders", len(shared) * len(todo) * plan.repeats)
    rounds = [
        [
            await measure_throughput(CONFIGURATIONS[name], plan.folder, shared, senders, advance)
            for senders, name in todo
        ]
        for _ in range(plan.repeats)
    ]
    return [
        sorted(same, key=lambda result: result.notes_per_minute)[len(same) // 2] for same in zip(*rounds, strict=True)
    ]


def _recommendation(plan: Plan, throughputs: Sequence[ThroughputResult]) -> Recommendation | None:
    """From what our engine did for the most senders; none where that was not measured."""
    ours = [result for result in throughputs if result.configuration == OURS]
    if not ours:
        return None
    rtf = max(ours, key=lambda result: result.senders).rtf
    return recommend(plan.folder.name, rtf, bot_sizing(), available_mb())
