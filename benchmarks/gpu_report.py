"""The report of `benchmarks.gpu`: tables, and the sizing that its figures ask for."""

from collections.abc import Iterable, Mapping, Sequence

from benchmarks.gpu_trial import WINDOW_S, TrialResult
from benchmarks.markdown import number, table
from transcription.models.catalogue import MODELS
from transcription.models.sizing import BATCHES

SAME_WER = 0.3
"""Percent of the words by which a number format may be worse than the best, and still count as good."""
NEARLY = 0.05
"""A share of speed that is not worth more memory: fewer workers or a smaller batch are taken instead."""


def to_markdown(machine: Mapping[str, str | int | float], device: str, results: Sequence[TrialResult]) -> str:
    """All tables, and what to set."""
    complete = [result for result in results if result.is_complete]
    where = machine["gpu"] if device == "cuda" else f"{machine['cpu']}, {machine['cores']} cores, in place of a GPU"
    parts = [
        f"# Benchmark of {where}",
        _conditions(machine),
        *("## Models and number formats", _formats(complete)),
        f"Memory is the {'GPU' if device == 'cuda' else 'process'}'s; the catalogue's figure is what is planned with.",
        *(f"## Windows of {WINDOW_S} s in one call: seconds for each second of sound", _batches(complete)),
        *("## Notes of up to 15 s in a minute, by workers and senders", _throughputs(complete)),
        *("## What to set", "\n".join(sizing(device, complete))),
        *(f"`{result.model}`, {result.compute_type}: {result.error}" for result in results if result.error),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _conditions(machine: Mapping[str, str | int | float]) -> str:
    versions = ", ".join(f"{name} {machine[name]}" for name in ("ctranslate2", "faster-whisper"))
    when = f"{machine['date']}, commit {machine['commit'] or 'unknown'}"
    return f"{versions}; {when}, load before the start {machine['load_before']}."


def sizing(device: str, results: Sequence[TrialResult]) -> list[str]:
    """A line for each model: its best number format, workers and batch, as settings."""
    by_model: dict[str, list[TrialResult]] = {}
    for result in results:
        by_model.setdefault(result.model, []).append(result)
    return [_advice(device, model, tried) for model, tried in by_model.items()]


def _advice(device: str, model: str, tried: Sequence[TrialResult]) -> str:
    best_wer = min(result.score.wer or 0.0 for result in tried)
    good = [result for result in tried if (result.score.wer or 0.0) <= best_wer + SAME_WER]
    chosen = max(good, key=_most_notes)
    return (
        f"- `{model}`: `COMPUTE_TYPE={chosen.compute_type}`, `MAX_CONCURRENT={workers(chosen)}`, "
        f"which takes {chosen.peak_mb:.0f} MB; windows in a call: {batch(chosen)} "
        f"(`BATCHES` of `transcription/models/sizing.py` has {BATCHES[device].windows})"
    )


def _most_notes(result: TrialResult) -> float:
    return max(throughput.notes_per_minute for _, throughput in result.throughputs)


def workers(result: TrialResult) -> int:
    """The fewest workers that do nearly as much as the best number of them."""
    enough = (1 - NEARLY) * _most_notes(result)
    return min(count for count, throughput in result.throughputs if throughput.notes_per_minute >= enough)


def batch(result: TrialResult) -> int:
    """The fewest windows in a call that are nearly as fast as the best number of them."""
    done = [each for each in result.batches if each.rtf is not None]
    best = min(each.rtf for each in done if each.rtf is not None)
    return min(each.windows for each in done if each.rtf is not None and each.rtf <= best / (1 - NEARLY))


def _formats(results: Iterable[TrialResult]) -> str:
    head = ["model", "format", "WER, %", "one note, s", "load, s", "loaded, MB", "peak, MB", "catalogue, MB"]
    return table(
        head,
        [
            [
                f"`{result.model}`",
                result.compute_type,
                number(result.score.wer, 1),
                number(result.note_s, 2),
                number(result.load_s, 1),
                number(result.loaded_mb, 0),
                number(result.peak_mb, 0),
                str(MODELS[result.model].memory_mb(result.compute_type)) if result.model in MODELS else "–",
            ]
            for result in results
        ],
    )


def _batches(results: Sequence[TrialResult]) -> str:
    counts = sorted({each.windows for result in results for each in result.batches})
    lines = []
    for result in results:
        cells = {
            each.windows: "too much" if each.rtf is None else f"{each.rtf:.4f} ({each.memory_mb:.0f} MB)"
            for each in result.batches
        }
        lines.append([f"`{result.model}` {result.compute_type}", *(cells.get(count, "–") for count in counts)])
    return table(["", *map(str, counts)], lines)


def _throughputs(results: Sequence[TrialResult]) -> str:
    senders = sorted({throughput.senders for result in results for _, throughput in result.throughputs})
    lines = []
    for result in results:
        for count in sorted({count for count, _ in result.throughputs}):
            cells = {each.senders: f"{each.notes_per_minute:.0f}" for of, each in result.throughputs if of == count}
            name = f"`{result.model}` {result.compute_type}"
            lines.append([name, str(count), *(cells.get(many, "–") for many in senders)])
    return table(["", "workers", *(f"{many} senders" for many in senders)], lines)
