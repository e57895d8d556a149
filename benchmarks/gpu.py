"""Measure a GPU in one command: number formats, batches, notes a minute by senders, memory, and what to set.

python -m benchmarks.gpu --models base large-v3-turbo
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.cli import model_folder
from benchmarks.corpus import chosen, read_corpus
from benchmarks.gpu_report import to_markdown
from benchmarks.gpu_trial import Trial, TrialResult, measure
from benchmarks.machine import ROOT, describe
from transcription.errors import TranscriptionError
from transcription.host.gpus import gpus
from transcription.models import catalogue, sources
from transcription.models.sizing import supported_compute_types, usable_gpus

FORMATS = {"cuda": ("float16", "int8_float16"), "cpu": ("int8", "float32")}
"""Compute types to be compared, by device."""
NOTHING_MEASURED = 1


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line; exits with a message where it can't be."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gpu", description=__doc__)
    add = parser.add_argument
    add("--device", choices=FORMATS, default="cuda", help="cpu tries the same commands on the processor")
    add("--models", nargs="+", metavar="NAME", help="fetched where they are missing (default: those that are here)")
    add("--compute-types", nargs="+", metavar="TYPE", help="default: float16 int8_float16, on a CPU int8 float32")
    add("--batches", nargs="+", type=int, default=[1, 2, 4, 8, 16, 32, 64], metavar="N", help="windows in one call")
    add("--workers", nargs="+", type=int, default=[1, 2, 4], metavar="N", help="calls at the same time")
    add("--senders", nargs="+", type=int, default=[1, 4, 16, 64], metavar="N", help="who send note after note")
    add("--corpus", type=Path, default=ROOT / "tests" / "data", help="folder of recordings (default: tests/data)")
    add("--limit", type=int, metavar="N", help="at most N notes of each language and length")
    add("--repeat", type=int, default=3, metavar="N", help="runs of each; the fastest counts (default: 3)")
    add("--quick", action="store_true", help="one short note of each language, a few steps, once: does it work?")
    add("--out", type=Path, default=ROOT / "var" / "bench-gpu", help="folder for the results (default: var/bench-gpu)")
    options = parser.parse_args(arguments)
    if options.quick:
        options.limit, options.repeat = 1, 1
        options.batches, options.workers, options.senders = options.batches[:3], [1, 2], [1, 4]
    try:
        options.clips = [clip for clip in read_corpus(options.corpus) if not clip.is_noise]
    except (OSError, ValueError) as error:
        parser.error(f"--corpus: {error}")
    options.clips = chosen(options.clips, lengths=["short"] if options.quick else None, limit=options.limit)
    if not options.clips:
        parser.error("the corpus has no notes with speech")
    return options


def absent() -> str:
    """Why there is no GPU to be measured."""
    found = "; ".join(str(gpu) for gpu in gpus())
    if found:
        return (
            f"The driver has {found}, but CTranslate2 can't use it: are CUDA 12's cuBLAS and a new enough driver there?"
        )
    return "This machine has no NVIDIA GPU (nvidia-smi names none)."


def folders(names: Sequence[str] | None) -> list[Path]:
    """Folders of Whisper models, fetched where they are missing; what can't be had or measured is said."""
    models_dir, found = ROOT / "var" / "models", []
    whisper = {model.name: model for model in catalogue.MODELS.values() if model.engine == "whisper"}
    for name in names or [name for name, model in whisper.items() if sources.available(model, models_dir)]:
        if name in catalogue.MODELS and name not in whisper:
            print(f"{name}: only Whisper's models are measured here", file=sys.stderr)
            continue
        try:
            found.append(model_folder(name))
        except TranscriptionError as error:
            print(f"{name} can't be had: {type(error).__name__}", file=sys.stderr)
    return found


def trials(options: argparse.Namespace) -> list[Trial]:
    """One for each model and number format that the device has."""
    known = supported_compute_types(options.device)
    wanted = options.compute_types or FORMATS[options.device]
    for compute_type in wanted:
        if compute_type not in known:
            print(f"{compute_type}: not with this device; it can do {', '.join(sorted(known))}", file=sys.stderr)
    return [
        Trial(
            folder=folder,
            device=options.device,
            compute_type=compute_type,
            clips=tuple(options.clips),
            batches=tuple(options.batches),
            workers=tuple(options.workers),
            senders=tuple(options.senders),
            repeats=options.repeat,
        )
        for folder in folders(options.models)
        for compute_type in wanted
        if compute_type in known
    ]


def run(options: argparse.Namespace) -> list[TrialResult]:
    """All trials, each in a process of its own."""
    results = []
    for trial in trials(options):
        print(f"{trial.folder.name}, {trial.compute_type}…", file=sys.stderr, flush=True)
        results.append(result := measure(trial))
        if result.error:
            print(f"  {result.error}", file=sys.stderr)
    return results


def main() -> None:
    """Measure, write JSON and Markdown, print the latter."""
    options = parse(sys.argv[1:])
    if options.device == "cuda" and not usable_gpus():
        print(f"{absent()} Nothing was measured; --device cpu tries the same on the processor.", file=sys.stderr)
        sys.exit(NOTHING_MEASURED)
    machine = {**describe(), "gpu": "; ".join(gpu.name for gpu in gpus())}
    results = run(options)
    if not any(result.is_complete for result in results):
        print("Nothing could be measured.", file=sys.stderr)
        sys.exit(NOTHING_MEASURED)
    options.out.mkdir(parents=True, exist_ok=True)
    everything = {"machine": machine, "results": [asdict(result) for result in results]}
    (options.out / "results.json").write_text(json.dumps(everything, indent=1, default=str), encoding="utf-8")
    page = options.out / "results.md"
    page.write_text(to_markdown(machine, options.device, results), encoding="utf-8")
    print(page.read_text(encoding="utf-8"))
    print(f"{page} has this, results.json all figures.")


if __name__ == "__main__":
    main()
