"""Where the time of a short note goes that nothing else is sent beside: stage by stage, and against faster-whisper."""

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from benchmarks import machine
from benchmarks.configurations import CONFIGURATIONS, Transcribe
from benchmarks.corpus import Clip, read_corpus, samples_of
from benchmarks.end_to_end import send_note
from sandbox import RateLimits, SandboxOptions, SandboxServer, run_sandbox
from tests.bot_process import ROOT, BotProcess
from transcription.audio.ffmpeg import Samples

LONGEST_S = 12.0
STOCK = "fast"
"""The bare call that the note is measured against: no bot, no file to fetch, no decoding of the file."""
TIMED, SHOWN = "note timed", "result shown"
"""What the bot logs at DEBUG."""
WHOLE, PARTS, BETWEEN = "transcribe", ("features", "encoder", "language", "decoder", "align"), "batcher"
"""The stage that has the engine's within it; what those leave of it is the batcher's."""
REST = "rest"
"""Of the time from update to text: what no stage accounts for, as polling, answers of the server and waking up."""
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#999999")
"""Of Okabe and Ito's palette, which people with any colour vision can tell apart."""


async def measure(corpus: Path, repeats: int, most: int | None) -> dict[str, Any]:
    """Send each short note of a corpus so many times, with a stock call after each, and sum up in milliseconds."""
    clips = [clip for clip in read_corpus(corpus) if clip.seconds <= LONGEST_S and not clip.is_noise][:most]
    samples = [await samples_of(clip) for clip in clips]
    config = CONFIGURATIONS[STOCK]
    stock = config.load(ROOT / "var" / "models" / "base", config.run_config())
    with tempfile.TemporaryDirectory() as home:
        async with run_sandbox(SandboxOptions(rates=RateLimits(enabled=False))) as sandbox:
            bot = BotProcess(sandbox, Path(home), ROOT / "var" / "models", LOG_LEVEL="DEBUG")
            await bot.start()
            await send_note(sandbox.client, clips[0], salt=b"0")  # what is slow only once is not measured
            await stock(samples[0])
            pairs = [
                await _pair(sandbox, clip, heard, stock, salt=f"{repeat}".encode())
                for repeat in range(1, repeats + 1)
                for clip, heard in zip(clips, samples, strict=True)
            ]
            await bot.stop()
            stages = [
                without_overlap({**timed, **shown})
                for timed, shown in zip(*(_logged(bot, name) for name in (TIMED, SHOWN)), strict=True)
            ]
    return {"machine": machine.describe(), **summed_up(stages[1:], pairs)}


async def _pair(
    sandbox: SandboxServer, clip: Clip, samples: Samples, stock: Transcribe, salt: bytes
) -> tuple[float, float]:
    """Seconds from update to text, and of the stock call."""
    outcome = await send_note(sandbox.client, clip, salt)
    started = time.perf_counter()
    await stock(samples)
    return outcome.seconds, time.perf_counter() - started


def _logged(bot: BotProcess, name: str) -> list[dict[str, float]]:
    """What the bot timed, note by note."""
    return [
        {key.removesuffix("_ms"): ms for key, ms in event.items() if key.endswith("_ms")} for event in bot.events(name)
    ]


def without_overlap(stages: Mapping[str, float]) -> dict[str, float]:
    """Stages of which none lies within another, so that they add up."""
    parts_ms = sum(stages.get(part, 0.0) for part in PARTS)
    return {BETWEEN if stage == WHOLE else stage: ms - parts_ms * (stage == WHOLE) for stage, ms in stages.items()}


def summed_up(stages: Sequence[Mapping[str, float]], pairs: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """Medians over all notes, and how many times longer the stock call takes."""
    columns: defaultdict[str, list[float]] = defaultdict(list)
    for note, (total_s, _) in zip(stages, pairs, strict=True):
        for stage, ms in {**note, REST: 1000 * total_s - sum(note.values())}.items():
            columns[stage].append(ms)
    total_s, stock_s = (statistics.median(column) for column in zip(*pairs, strict=True))
    return {
        "notes": len(pairs),
        "stages_ms": {stage: round(statistics.median(column), 1) for stage, column in columns.items()},
        "total_ms": round(1000 * total_s, 1),
        "stock_ms": round(1000 * stock_s, 1),
        "times_faster": round(statistics.median(stock / ours for ours, stock in pairs), 2),
    }


def table(budgets: Mapping[str, Mapping[str, Any]]) -> str:
    """Budgets side by side, in Markdown."""
    stages = list(dict.fromkeys(stage for budget in budgets.values() for stage in budget["stages_ms"]))
    rows = [[stage, *(str(budget["stages_ms"].get(stage, "")) for budget in budgets.values())] for stage in stages]
    sums = ("total_ms", "stock_ms", "times_faster")
    rows += [[name, *(str(budget[name]) for budget in budgets.values())] for name in sums]
    head = ["median, ms", *budgets]
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---", *["---:"] * len(budgets)], *rows])


def draw(budgets: Mapping[str, Mapping[str, Any]], file: Path) -> None:
    """A bar for each budget, its stages one after the other."""
    figure = Figure(figsize=(9, 1.6 + 0.6 * len(budgets)), layout="constrained")
    axes = figure.subplots()
    left = dict.fromkeys(budgets, 0.0)
    stages = list(dict.fromkeys(stage for budget in budgets.values() for stage in budget["stages_ms"]))
    for number, stage in enumerate(stages):
        widths = [budget["stages_ms"].get(stage, 0.0) for budget in budgets.values()]
        hatch = "//" if number >= len(COLOURS) else None
        axes.barh(
            list(budgets),
            widths,
            left=list(left.values()),
            label=stage,
            color=COLOURS[number % len(COLOURS)],
            hatch=hatch,
        )
        left = {name: left[name] + width for name, width in zip(budgets, widths, strict=True)}
    axes.invert_yaxis()
    axes.set_xlabel("ms from update to text")
    figure.legend(loc="outside upper center", ncols=7, frameon=False)
    figure.savefig(file, metadata={"Date": None})


def main() -> None:
    """Parse arguments, measure, print the table and write the JSON and the drawing."""
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--corpus", type=Path, default=ROOT / "tests" / "data", help="folder with a manifest.tsv")
    add("--repeat", type=int, default=5, help="how often each note is sent")
    add("--most", type=int, help="only the first so many notes")
    add("--before", type=Path, help="the JSON of a former run, to stand beside this one")
    add("--out", type=Path, default=ROOT / "var" / "bench", help="folder of lone_note.json and lone_note.svg")
    options = parser.parse_args()
    budget = asyncio.run(measure(options.corpus, options.repeat, options.most))
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "lone_note.json").write_text(json.dumps(budget, indent=2))
    former = {"before": json.loads(options.before.read_text())} if options.before else {}
    budgets = {**former, "now": budget}
    draw(budgets, options.out / "lone_note.svg")
    print(table(budgets))


if __name__ == "__main__":
    main()
