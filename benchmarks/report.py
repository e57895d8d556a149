"""The report of a benchmark: JSON for programs, Markdown for people, and the summary that a README shows."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.comparison import comparison_table, comparisons
from benchmarks.configurations import CONFIGURATIONS, RunConfig
from benchmarks.corpus import LENGTHS
from benchmarks.latency import LatencyResult
from benchmarks.markdown import number, table
from benchmarks.memory import Memory
from benchmarks.recommendation import Recommendation
from benchmarks.scoring import UNSPACED
from benchmarks.summary import ALL, Outlier, Row
from benchmarks.throughput import ThroughputResult
from transcription.models.sizing import FAST_ENOUGH, FREE_SHARE

BEGIN, END = "<!-- benchmarks: begin -->", "<!-- benchmarks: end -->"
LENGTH_NAMES = {ALL: "all", "short": "up to 15 s", "medium": "15 to 60 s", "long": "over 60 s"}
MOST_OUTLIERS = 20
TELLING_WORDS = 100
"""A language with fewer words than this is left out of the tables: one misheard name would be a percent."""
_UNSPACED = f"In {', '.join(sorted(UNSPACED))} each character counts as a word."


@dataclass(frozen=True, slots=True)
class Report:
    """All results of a benchmark, and the conditions under which they were measured."""

    machine: Mapping[str, str | int | float]
    model: str
    corpus: str
    repeats: int
    run_configs: Mapping[str, RunConfig]
    """Device, threads and workers of each configuration for one clip at a time."""
    rows: Sequence[Row]
    throughputs: Sequence[ThroughputResult]
    memories: Mapping[str, Memory]
    outliers: Sequence[Outlier]
    recommendation: Recommendation | None
    results: Sequence[LatencyResult]

    @property
    def configurations(self) -> list[str]:
        """The names of what was compared, in the order of the tables."""
        return [name for name in CONFIGURATIONS if any(row.configuration == name for row in self.rows)]

    def row(self, configuration: str, language: str = ALL, length: str = ALL) -> Row | None:
        """The numbers of one configuration on one class of clips; None where there were no such clips."""
        wanted = (configuration, language, length)
        return next((row for row in self.rows if (row.configuration, row.language, row.length) == wanted), None)

    def languages(self, words: int = TELLING_WORDS) -> list[str]:
        """The languages with at least so many words in the references, the one with the most first."""
        totals = {row.language: row.words for row in self.rows if row.length == ALL and row.language != ALL}
        return sorted((name for name in totals if totals[name] >= words), key=lambda name: -totals[name])


def to_json(report: Report) -> str:
    """Everything, with each clip's times and text."""
    return json.dumps(asdict(report), indent=1, ensure_ascii=False, default=str)


def to_markdown(report: Report, plots: Mapping[str, str]) -> str:
    """All tables and the plots, which are given as titles and paths from where the text will lie."""
    parts = [
        f"# Benchmark of `{report.model}`",
        summary(report, plots),
        *("## By length", _rates(report, [(ALL, length) for length in LENGTHS])),
        *("## By language", _rates(report, [(language, ALL) for language in report.languages()])),
        f"Languages with fewer than {TELLING_WORDS} words are left out. {_UNSPACED}",
        *("## Against the best of the others", comparison_table(comparisons(report.results), LENGTH_NAMES)),
        *("## By language and length", _rates(report, [(a, b) for a in report.languages() for b in LENGTHS])),
        *("## Event loop", _lags(report)),
        *("## Where the fallback should have fired", _outliers(report)),
        *("## What was compared", "\n".join(f"- `{name}`: {CONFIGURATIONS[name].about}" for name in CONFIGURATIONS)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def summary(report: Report, plots: Mapping[str, str]) -> str:
    """What a README shows: the machine, one line for each configuration, throughput, plots and the recommendation."""
    parts = [
        _conditions(report),
        _overall(report),
        _throughput(report),
        "\n\n".join(f"![{title}]({path})" for title, path in plots.items()),
        _recommendation(report),
    ]
    return "\n\n".join(part for part in parts if part)


def put_between_markers(file: Path, text: str) -> None:
    """Replace what stands between the markers of a file; raises ValueError where they are missing."""
    before, begin, rest = file.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{file} has no {BEGIN} and {END}")
    file.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")


def _conditions(report: Report) -> str:
    machine, clips = report.machine, {result.clip for result in report.results}
    versions = ", ".join(f"{name} {machine[name]}" for name in ("faster-whisper", "ctranslate2"))
    minutes = sum(clip.seconds for clip in clips) / 60
    how_often = "once" if report.repeats == 1 else f"{report.repeats} times"
    threads = ", ".join(f"`{name}` {each.workers} × {each.threads}" for name, each in report.run_configs.items())
    return (
        f"`{report.model}` on {machine['cpu']}, {machine['cores']} cores, {machine['gpus']} GPUs, "
        f"{machine['ram_gb']} GB of memory, {machine['system']}, Python {machine['python']}, "
        f"{versions}; {machine['date']}, commit {machine['commit'] or 'unknown'}, "
        f"load before the start {machine['load_before']}. "
        f"{len(clips)} notes, {minutes:.1f} minutes, of `{report.corpus}`, each transcribed {how_often} by each "
        f"configuration in turn; times are medians, without decoding the file. Workers × threads: {threads}."
    )


def _overall(report: Report) -> str:
    def cells(name: str) -> list[str]:
        row, memory = report.row(name), report.memories.get(name)
        if row is None:
            return ["–"] * 11
        return [
            number(row.rtf, 3),
            number(row.cpu_rtf, 3),
            number(row.p50_s, 2),
            number(row.p95_s, 2),
            number(row.wer, 1),
            number(row.cer, 1),
            number(row.fallback, 0, "%"),
            number(row.hallucinated, 0, "%"),
            str(row.loops),
            str(row.dropped),
            number(memory.peak_mb if memory else None, 0),
        ]

    head = [
        "RTF",
        "CPU RTF",
        "p50, s",
        "p95, s",
        "WER, %",
        "CER, %",
        "fallback",
        "hallucinated",
        "loops",
        "dropped",
        "peak RSS, MB",
    ]
    overall = table(["configuration", *head], [[f"`{name}`", *cells(name)] for name in report.configurations])
    return (
        f"{overall}\n\nRTF: seconds per second of audio; CPU RTF: the same in processor seconds over all threads. "
        "Fallback: notes of which a window was decoded again. "
        "Hallucinated: recordings without speech that brought text. "
        "Loops: words and phrases that came three times in a row or more and were not said so. "
        "Dropped: sentences that were said and are not in the text."
    )


def _rates(report: Report, classes: Iterable[tuple[str, str]]) -> str:
    lines = []
    for language, length in classes:
        rows = [report.row(name, language, length) for name in report.configurations]
        present = [row for row in rows if row and row.clips]
        if present:
            what = [language, LENGTH_NAMES[length], str(present[0].clips), str(present[0].words)]
            lines.append([*what, *(number(row.wer, 1) for row in present), *(number(row.rtf, 3) for row in present)])
    head = [f"WER `{name}`" for name in report.configurations] + [f"RTF `{name}`" for name in report.configurations]
    return table(["language", "length", "notes", "words", *head], lines)


def _throughput(report: Report) -> str:
    what = "Short notes per minute (processor seconds per note), by how many people send at once"
    return _by_senders(report, what, lambda result: f"{result.notes_per_minute:.1f} ({result.cpu_s_per_note:.2f})")


def _lags(report: Report) -> str:
    what = "Milliseconds by which the event loop came late, 99th percentile / worst, by senders"
    return _by_senders(report, what, lambda result: f"{result.lag['p99_ms']} / {result.lag['worst_ms']}")


def _by_senders(report: Report, what: str, cell: Callable[[ThroughputResult], str]) -> str:
    senders = sorted({result.senders for result in report.throughputs})
    if not senders:
        return ""
    cells = {(result.configuration, result.senders): cell(result) for result in report.throughputs}
    lines = [[f"`{name}`", *(cells.get((name, count), "–") for count in senders)] for name in report.configurations]
    return f"{what}:\n\n{table(['configuration', *map(str, senders)], lines)}"


def _outliers(report: Report) -> str:
    lines = [
        [outlier.clip, outlier.language, f"{outlier.seconds:.0f}", str(outlier.ours), str(outlier.theirs)]
        for outlier in report.outliers[:MOST_OUTLIERS]
    ]
    if not lines:
        return "No note had more than twice the errors of `defaults` without one of its windows being decoded again."
    notes = table(["note", "language", "seconds", "errors", "errors of `defaults`"], lines)
    count = len(report.outliers)
    return f"{count} notes had more than twice the errors of `defaults`, and no fallback:\n\n{notes}"


def _recommendation(report: Report) -> str:
    advice = report.recommendation
    if advice is None:
        return ""
    lines = [
        [
            f"**`{candidate.model}`**" if candidate.model == advice.model else f"`{candidate.model}`",
            str(candidate.memory_mb),
            f"{candidate.minute_s:.0f}" + ("" if candidate.is_measured else ", estimated"),
        ]
        for candidate in advice.candidates
    ]
    return (
        f"**Recommended for this machine: `{advice.model}`**, the most exact that needs at most "
        f"{100 * FREE_SHARE:.0f} % of the free memory, and {60 * FAST_ENOUGH:.0f} s for a minute of speech while all "
        "workers are busy.\n\n" + table(["model", "memory, MB", "one minute takes, s"], lines)
    )
