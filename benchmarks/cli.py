"""Compare Stenobot's engine with faster-whisper on a corpus of voice notes, and recommend a model for this machine."""

import argparse
import asyncio
import logging
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import ctranslate2
from rich.console import Console
from rich.markdown import Markdown
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from benchmarks.configurations import CONFIGURATIONS
from benchmarks.corpus import LENGTHS, chosen, read_corpus
from benchmarks.machine import ROOT
from benchmarks.report import Report, put_between_markers, summary, to_json, to_markdown
from benchmarks.run import THROUGHPUT_CLIPS, Advance, Plan, measure
from transcription.errors import TranscriptionError
from transcription.models import catalogue, sources

WIDTH = 110
"""Columns that the tables need in a terminal."""


def parse(arguments: Sequence[str]) -> tuple[Plan, argparse.Namespace]:
    """The plan that a command line describes, and where the results go; exits with a message where it can't be."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    add = parser.add_argument
    add("--corpus", type=Path, default=ROOT / "tests" / "data", help="folder of recordings (default: tests/data)")
    add("--model", default="base", help="name of a model, or a CTranslate2 folder (default: base)")
    add("--configs", nargs="+", choices=CONFIGURATIONS, default=list(CONFIGURATIONS), help="what to compare")
    add("--languages", nargs="+", metavar="CODE", help="only notes of these; none is noise")
    add("--lengths", nargs="+", choices=LENGTHS, help="only notes of these: up to 15 s, up to 60 s, longer")
    add("--limit", type=int, metavar="N", help="at most N notes of each language and length")
    add("--repeat", type=int, default=3, metavar="N", help="runs over each note; medians count (default: 3)")
    add(
        "--senders",
        nargs="*",
        type=int,
        default=[1, 2, 4, 8],
        metavar="N",
        help="default: 1 2 4 8; nothing leaves it out",
    )
    add("--threads", type=int, metavar="N", help="threads for one note at a time (default: what suits each)")
    add("--quick", action="store_true", help="one note of each class, transcribed once, and two senders: a first look")
    add("--out", type=Path, default=ROOT / "var" / "bench", help="folder for the results (default: var/bench)")
    add("--readme", type=Path, metavar="FILE", help="also put the summary between the markers of this file")
    options = parser.parse_args(arguments)
    if options.quick:
        options.limit, options.repeat, options.senders = options.limit or 1, 1, [1, 2]
    try:
        clips = read_corpus(options.corpus)
    except (OSError, ValueError) as error:
        parser.error(f"--corpus: {error}")
    clips = chosen(clips, languages=options.languages, lengths=options.lengths, limit=options.limit)
    if not any(not clip.is_noise for clip in clips):
        parser.error("the corpus has no such notes with speech")
    try:
        folder = model_folder(options.model)
    except TranscriptionError as error:
        parser.error(f"{type(error).__name__}: {options.model}")
    shared = 8 if options.quick else THROUGHPUT_CLIPS
    plan = Plan(
        options.corpus, clips, folder, options.configs, options.senders, options.repeat, options.threads, shared
    )
    return plan, options


def model_folder(name: str) -> Path:
    """A folder as it is, or that of a model in the catalogue, which is fetched where it is missing."""
    if (folder := Path(name)).is_dir():
        return folder.resolve()
    return sources.fetch(catalogue.find(name), ROOT / "var" / "models", lambda _stage, _fraction: None)


def write(measured: Report, out: Path, readme: Path | None) -> Path:
    """Write JSON, plots and Markdown into a folder, and the summary into a README; returns the Markdown file."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "results.json").write_text(to_json(measured), encoding="utf-8")
    from benchmarks.plots import draw  # noqa: PLC0415 - only who draws needs matplotlib

    plots = draw(measured, out)
    page = out / "results.md"
    page.write_text(to_markdown(measured, {title: file.name for title, file in plots.items()}), encoding="utf-8")
    if readme:
        images = readme.parent / "docs" / "images"
        images.mkdir(parents=True, exist_ok=True)
        paths = {}
        for title, file in plots.items():
            shutil.copy(file, images / f"bench-{file.name}")
            paths[title] = f"docs/images/bench-{file.name}"
        put_between_markers(readme, summary(measured, paths))
    return page


def main() -> None:
    """Parse arguments, measure with a progress bar, write and print the results."""
    plan, options = parse(sys.argv[1:])
    ctranslate2.set_log_level(logging.ERROR)  # it says for each model that the CPU has no float16
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), refresh_per_second=2) as progress:

        def stage(title: str, steps: int) -> Advance:
            task = progress.add_task(title, total=steps)
            return lambda: progress.advance(task)

        measured = asyncio.run(measure(plan, stage))
    page = write(measured, options.out, options.readme)
    console = Console()
    console.width = max(console.width, WIDTH)
    console.print(Markdown(summary(measured, {})))
    print(f"\n{page} has all tables, {page.with_suffix('.json').name} everything, beside the plots.")
