"""Models of several engines on the same notes: word error rate, speed and memory, clip by clip in turns.

    python -m benchmarks.engines --corpus FOLDER --models base gigaam-v3 --languages ru
    python -m benchmarks.engines --corpus FOLDER --models base --exported var/models/base-onnx

`--exported` is a folder that `scripts/export_whisper_onnx.py` wrote. Each clip is decoded alone, by one thread.
"""

import argparse
import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import psutil

from benchmarks.configurations import bot_sizing
from benchmarks.corpus import LENGTHS, Clip, chosen, read_corpus, samples_of
from benchmarks.machine import ROOT
from benchmarks.memory import peak_rss_mb
from benchmarks.scoring import Score, score
from runtime.models import ENGINES
from transcription.asr.base import DecodingOptions, Engine
from transcription.asr.batcher import Batcher
from transcription.asr.recording import Recording
from transcription.asr.thread_pool import ThreadPool
from transcription.asr.vad import detect_speech
from transcription.audio.ffmpeg import Samples
from transcription.host.memory import limit_malloc_arenas
from transcription.models import catalogue, sources
from transcription.models.onnx_models import OnnxModel
from transcription.models.options import ModelOptions
from transcription.models.whisper_models import BASE


@dataclass(slots=True)
class Measured:
    """An engine with a model, and what it has done."""

    name: str
    engine: Engine
    memory_mb: float
    """By how much loading it made the process larger."""
    total: Score = field(default_factory=Score)
    work_s: float = 0.0
    audio_s: float = 0.0

    def row(self) -> str:
        """A line of the table."""
        wer = f"{self.total.wer:.1f}" if self.total.wer is not None else "-"
        rtf = self.work_s / self.audio_s
        return f"| {self.name} | {wer} | {self.total.words} | {rtf:.3f} | {self.memory_mb:.0f} |"


def rss_mb() -> float:
    """What the process has in memory."""
    return float(psutil.Process().memory_info().rss / 1e6)


def load(names: Sequence[str], exported: Path | None) -> list[Measured]:
    """The engines of models, each with one thread."""
    models_dir, sizing = ROOT / "var" / "models", bot_sizing()
    options = ModelOptions(models_dir, device=sizing.device, compute_type=sizing.compute_type, cpu_threads=1)
    measured = []
    for name in names:
        model = catalogue.find(name)
        folder = sources.fetch(model, models_dir, lambda _stage, _fraction: None)
        before = rss_mb()
        engine = ENGINES[model.engine].load(folder, options)
        measured.append(Measured(model.name, engine, rss_mb() - before))
    if exported:
        from transcription.asr.onnx import load_model  # noqa: PLC0415 - only who has the extra

        before = rss_mb()
        engine = load_model(exported, _exported(exported.name), options)
        measured.append(Measured(f"{exported.name} (onnx)", engine, rss_mb() - before))
    return measured


def _exported(name: str) -> OnnxModel:
    return OnnxModel(
        name=name,
        kind="whisper",
        repo="",
        licence="MIT",
        languages=BASE.languages,
        word_times=False,
        parameters_m=BASE.parameters_m,
        disk_mb=0,
        relative_cost=1.0,
        resident_mb=0,
        working_mb=0,
    )


async def transcribe(each: Measured, clip: Clip, samples: Samples, pool: ThreadPool) -> str:
    """The text of a clip, with the language that the corpus has for it."""
    options = DecodingOptions(language=clip.language)
    spans = await pool.run(partial(detect_speech, samples))
    recording = Recording(samples, spans, options, max_window_s=each.engine.capabilities.max_window_s)
    start_s = time.perf_counter()
    await Batcher(pool).transcribe(recording, each.engine)
    each.work_s += time.perf_counter() - start_s
    each.audio_s += clip.seconds
    return recording.transcript(each.name).text


async def measure(engines: Sequence[Measured], clips: Sequence[Clip]) -> None:
    """All engines on each clip in turns."""
    pool = ThreadPool(1)
    for clip in clips:
        samples = await samples_of(clip)
        for each in engines:
            if clip.language in each.engine.capabilities.languages:
                text = await transcribe(each, clip, samples, pool)
                each.total += score(clip.text or "", text, clip.language)


def main() -> None:
    """Parse arguments, measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=ROOT / "tests" / "data")
    parser.add_argument("--models", nargs="+", default=["base"], metavar="NAME")
    parser.add_argument("--exported", type=Path, metavar="FOLDER")
    parser.add_argument("--languages", nargs="+", metavar="CODE")
    parser.add_argument("--lengths", nargs="+", choices=LENGTHS)
    parser.add_argument("--limit", type=int, metavar="N", help="at most N notes of each language and length")
    arguments = parser.parse_args()
    limit_malloc_arenas()
    clips = chosen(
        read_corpus(arguments.corpus), languages=arguments.languages, lengths=arguments.lengths, limit=arguments.limit
    )
    clips = [clip for clip in clips if clip.text]
    engines = load(arguments.models, arguments.exported)
    asyncio.run(measure(engines, clips))
    print(f"{len(clips)} notes, {sum(clip.seconds for clip in clips):.0f} s\n")
    print("| Model | WER, % | Words | RTF | Memory, MB |\n|---|---|---|---|---|")
    print("\n".join(each.row() for each in engines))
    print(f"\nAll of them in one process, at its peak: {peak_rss_mb():.0f} MB")


if __name__ == "__main__":
    main()
