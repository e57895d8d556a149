"""Plots: WER against real-time factor, latency against length, and throughput against senders."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from benchmarks.configurations import OURS
from benchmarks.lag import percentile
from benchmarks.report import Report
from benchmarks.summary import ALL

COLOURS = {"stenobot": "#0072B2", "defaults": "#D55E00", "fast": "#009E73", "batched": "#CC79A7"}
"""Of Okabe and Ito's palette, which people with any colour vision can tell apart."""
MARKS = {"stenobot": "o", "defaults": "s", "fast": "^", "batched": "D"}
MOST_PANELS = 4
STYLE: dict[Any, Any] = {
    "figure.facecolor": "white",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.titlelocation": "left",
    "grid.color": "#E5E5E5",
    "font.size": 10,
    "legend.frameon": False,
    "svg.hashsalt": "stenobot",  # the same numbers make the same file
}


def draw(report: Report, folder: Path) -> dict[str, Path]:
    """Draw what there are numbers for as SVG files into a folder; returns them by title."""
    with mpl.rc_context(STYLE):
        figures = {
            "Word error rate against real-time factor": ("wer_rtf.svg", _errors_and_speed(report)),
            "Seconds until the text against length of the note": ("latency.svg", _latency(report)),
            "Notes per minute against senders": ("throughput.svg", _throughput(report)),
        }
        drawn = {}
        for title, (name, figure) in figures.items():
            if figure:
                figure.savefig(folder / name, metadata={"Date": None}, bbox_inches="tight", pad_inches=0.15)
                drawn[title] = folder / name
    return drawn


def _errors_and_speed(report: Report) -> Figure | None:
    """A panel for all notes and one for each of the main languages: left and down is better."""
    languages = [ALL, *report.languages()][:MOST_PANELS]
    figure = Figure(figsize=(max(7.5, 2.9 * len(languages)), 3.6), layout="constrained")
    panels = figure.subplots(1, len(languages), sharex=True, squeeze=False)[0]
    empty = True
    for axes, language in zip(panels, languages, strict=True):
        for name in report.configurations:
            row = report.row(name, language)
            if row and row.rtf is not None and row.wer is not None:
                axes.plot(row.rtf, row.wer, linestyle="none", markersize=11 if name == OURS else 9, **_look(name))
                empty = False
        axes.set_title("all notes" if language == ALL else language)
        axes.set_xlabel("real-time factor")
        axes.xaxis.set_major_locator(MaxNLocator(4))
        axes.margins(0.2)
        axes.set_ylim(bottom=0)
    panels[0].set_xlim(left=0)  # of all panels, now that each has its marks
    panels[0].set_ylabel("word error rate, %")
    _legend(figure, panels[0])
    return None if empty else figure


def _latency(report: Report) -> Figure | None:
    """Each note a dot; the line joins the medians of notes that are about equally long."""
    figure = Figure(figsize=(7.5, 4.4), layout="constrained")
    axes = figure.subplots()
    for name in report.configurations:
        dots = [
            (result.clip.seconds, result.seconds)
            for result in report.results
            if result.configuration == name and not result.clip.is_noise
        ]
        if not dots:
            return None
        look = _look(name)
        axes.plot(*zip(*dots, strict=True), linestyle="none", markersize=3.5, alpha=0.35, **{**look, "label": None})
        axes.plot(*zip(*_medians(dots), strict=True), linewidth=2.4 if name == OURS else 1.6, markersize=6, **look)
    axes.set_xscale("log")
    axes.set_yscale("log")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axis.set_minor_locator(NullLocator())
    axes.set_xlabel("length of the note, s")
    axes.set_ylabel("time until the text, s")
    _legend(figure, axes)
    return figure


def _medians(dots: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Medians of length and time in bins of equal width on a logarithmic axis."""
    bins: dict[int, list[tuple[float, float]]] = {}
    for dot in dots:
        bins.setdefault(round(3 * math.log2(dot[0]) / 2), []).append(dot)
    return [
        (percentile([x for x, _ in members], 0.5), percentile([y for _, y in members], 0.5))
        for _, members in sorted(bins.items())
    ]


def _throughput(report: Report) -> Figure | None:
    if not report.throughputs:
        return None
    figure = Figure(figsize=(7.5, 4.0), layout="constrained")
    axes = figure.subplots()
    for name in report.configurations:
        dots = sorted(
            (result.senders, result.notes_per_minute) for result in report.throughputs if result.configuration == name
        )
        axes.plot(*zip(*dots, strict=True), linewidth=2.4 if name == OURS else 1.6, markersize=7, **_look(name))
    axes.set_xticks(sorted({result.senders for result in report.throughputs}))
    axes.set_ylim(bottom=0)
    axes.set_xlabel("people who send at once")
    axes.set_ylabel("short notes per minute")
    _legend(figure, axes)
    return figure


def _look(name: str) -> dict[str, Any]:
    return {
        "color": COLOURS[name],
        "marker": MARKS[name],
        "markeredgecolor": "white",
        "label": "Stenobot" if name == OURS else f"faster-whisper, {name}",
        "zorder": 4 if name == OURS else 3,
    }


def _legend(figure: Figure, axes: Axes) -> None:
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=len(labels))
