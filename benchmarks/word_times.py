"""Accuracy of word times: where sentences begin and end in recordings joined from single ones, and what that costs.

`python -m benchmarks.word_times --corpus FOLDER` compares our words with those of faster-whisper's
`word_timestamps=True`, on the same weights and recordings.
"""

import argparse
import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import jiwer
import numpy as np
from faster_whisper import WhisperModel
from numpy.typing import NDArray

from benchmarks.configurations import bot_sizing
from benchmarks.corpus import Clip, read_corpus, samples_of
from benchmarks.machine import ROOT
from benchmarks.scoring import normalized
from transcription.asr.base import DecodingOptions
from transcription.asr.batcher import Batcher
from transcription.asr.recording import Recording
from transcription.asr.thread_pool import ThreadPool
from transcription.asr.vad import detect_speech
from transcription.asr.whisper import load
from transcription.audio.ffmpeg import SAMPLE_RATE, Samples, as_floats
from transcription.models.options import ModelOptions
from transcription.sentences import split_sentences
from transcription.transcript import Word

LENGTHS_S = 2.0, 12.0
"""Of the clips that are joined,"""
JOINED = 6
"""so many to a recording,"""
GAPS_S = 0.3, 2.0
SEED = 9
"""with pauses between these lengths, drawn from this seed."""
NOISE = 10 ** (-55 / 20)
"""A room's noise over all of it: nobody's pauses are digital silence."""
AUDIBLE_DB = 32.0
QUIET_DB = 40.0
"""A clip's speech is where its level is no farther below its loud parts than the first; clips that are not as quiet as
the second before and behind it are left out, for nobody knows where their speech begins."""
FRAME = SAMPLE_RATE // 100
EDGE, STEADY = 15, 3
"""Frames: how many at an end tell whether it is quiet, and how many in a row are speech rather than a click."""


@dataclass(frozen=True, slots=True)
class Joined:
    """A recording made of sentences, and where each of them begins and ends, in seconds."""

    samples: Samples
    language: str
    sentences: Sequence[str]
    bounds: Sequence[tuple[float, float]]


@dataclass(slots=True)
class Errors:
    """How far, in milliseconds, sentences were said to begin and end from where they do, and the seconds it took."""

    starts: list[float] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)
    took_s: float = 0.0

    def row(self, name: str, audio_s: float) -> str:
        """A line of the table."""
        both = np.abs([*self.starts, *self.ends])
        if not len(both):
            return f"| {name} | | | | | | {self.took_s / audio_s:.3f} |"
        start, end = np.mean(np.abs(self.starts)), np.mean(np.abs(self.ends))
        return (
            f"| {name} | {start:.0f} | {end:.0f} | {both.mean():.0f} | {np.percentile(both, 95):.0f} | {len(both)}"
            f" | {self.took_s / audio_s:.3f} |"
        )


Run = Callable[[Joined], Coroutine[Any, Any, Sequence[Word]]]


def joined_from(clips: Sequence[tuple[str, NDArray[np.float32]]], language: str, random: np.random.Generator) -> Joined:
    """A recording of sentences in a row, each a text and the samples of its speech."""
    parts: list[NDArray[np.float32]] = []
    bounds = []
    at = 0
    for _, speech in clips:
        gap = np.zeros(round(random.uniform(*GAPS_S) * SAMPLE_RATE), np.float32)
        parts += [gap, speech]
        bounds.append(((at + len(gap)) / SAMPLE_RATE, (at + len(gap) + len(speech)) / SAMPLE_RATE))
        at += len(gap) + len(speech)
    row = np.concatenate([*parts, np.zeros(SAMPLE_RATE, np.float32)])
    row += NOISE * random.standard_normal(len(row)).astype(np.float32)
    pcm = (np.clip(row, -1, 1) * 32767).astype(np.int16)
    return Joined(pcm, language, [text for text, _ in clips], bounds)


def trimmed(samples: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """Samples without what is silent before and behind the speech, by level alone; None where no level tells."""
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
    level_db = 10 * np.log10((frames**2).mean(axis=1) + 1e-10)
    loud_db = np.percentile(level_db, 95)
    if level_db[:EDGE].min() > loud_db - QUIET_DB or level_db[-EDGE:].min() > loud_db - QUIET_DB:
        return None
    steady_db = np.lib.stride_tricks.sliding_window_view(level_db, STEADY).min(axis=1)
    audible = np.flatnonzero(steady_db > loud_db - AUDIBLE_DB)
    return samples[audible[0] * FRAME : (audible[-1] + STEADY) * FRAME]


def measure(errors: Errors, recording: Joined, words: Sequence[Word]) -> None:
    """Add the errors of each sentence whose first or last two words were recognised."""
    said = [token for sentence in recording.sentences for token in normalized(sentence, recording.language).split()]
    heard = [(token, word) for word in words for token in normalized(word.text, recording.language).split()]
    matches = dict(_matches(said, [token for token, _ in heard]))
    at = 0
    for sentence, (start_s, end_s) in zip(recording.sentences, recording.bounds, strict=True):
        last = at + len(normalized(sentence, recording.language).split()) - 1
        if at in matches and matches.get(at + 1) == matches[at] + 1:
            errors.starts.append(heard[matches[at]][1].start_ms - 1000 * start_s)
        if last in matches and matches.get(last - 1) == matches[last] - 1:
            errors.ends.append(heard[matches[last]][1].end_ms - 1000 * end_s)
        at = last + 1


def _matches(said: Sequence[str], heard: Sequence[str]) -> Iterator[tuple[int, int]]:
    if heard:
        for chunk in jiwer.process_words(" ".join(said), " ".join(heard)).alignments[0]:
            if chunk.type == "equal":
                yield from zip(
                    range(chunk.ref_start_idx, chunk.ref_end_idx),
                    range(chunk.hyp_start_idx, chunk.hyp_end_idx),
                    strict=True,
                )


def _ours(folder: Path) -> Run:
    sizing = bot_sizing()
    options = ModelOptions(folder.parent, 1, sizing.device, sizing.compute_type, 1, 1)
    engine, pool = load(folder, options), ThreadPool(1)
    batcher = Batcher(pool)

    async def transcribe(recording: Joined) -> Sequence[Word]:
        spans = await pool.run(partial(detect_speech, recording.samples))
        own = Recording(recording.samples, spans, DecodingOptions())
        await batcher.transcribe(own, engine)
        return [word for segment in own.transcript(folder.name).segments for word in segment.words]

    return transcribe


def _stock(folder: Path, *, word_timestamps: bool) -> Run:
    model = WhisperModel(str(folder), device=bot_sizing().device, compute_type="int8", cpu_threads=1)

    async def transcribe(recording: Joined) -> Sequence[Word]:
        segments, _ = await asyncio.to_thread(
            model.transcribe, as_floats(recording.samples), vad_filter=True, word_timestamps=word_timestamps
        )
        return [
            Word(word.word, round(1000 * word.start), round(1000 * word.end), word.probability)
            for segment in segments
            for word in segment.words or ()
        ]

    return transcribe


async def compare(recordings: Sequence[Joined], folder: Path, *, stock: bool) -> str:
    """The table: errors of starts, ends and both, and the real-time factor; a recording goes through all in turn."""
    ours = _ours(folder)

    async def without_words(recording: Joined) -> Sequence[Word]:
        with patch("transcription.asr.whisper_decoder.align", lambda *_, **__: ()):
            return await ours(recording)

    runs: dict[str, Run] = {"stenobot": ours, "stenobot without words": without_words}
    if stock:
        runs["faster-whisper, word_timestamps"] = _stock(folder, word_timestamps=True)
        runs["faster-whisper without"] = _stock(folder, word_timestamps=False)
    errors = {name: Errors() for name in runs}
    for run in runs.values():
        await run(recordings[0])
    for recording in recordings:
        for name, run in runs.items():
            began = time.monotonic()
            words = await run(recording)
            errors[name].took_s += time.monotonic() - began
            measure(errors[name], recording, words)
    audio_s = sum(len(recording.samples) for recording in recordings) / SAMPLE_RATE
    head = "| | starts ms | ends ms | mean ms | 95 % ms | edges | RTF |\n|---|---|---|---|---|---|---|"
    return "\n".join([head, *(each.row(name, audio_s) for name, each in errors.items())])


async def recordings_of(clips: Sequence[Clip], limit: int) -> list[Joined]:
    """So many recordings, joined from clips of one language in random order."""
    random = np.random.default_rng(SEED)
    sentences = [
        (clip.text or "", speech)
        for clip in clips
        if (speech := trimmed(as_floats(await samples_of(clip)))) is not None
    ]
    rounds = -(-limit * JOINED // len(sentences))
    order = [number for _ in range(rounds) for number in random.permutation(len(sentences))][: limit * JOINED]
    rows = [[sentences[number] for number in order[at : at + JOINED]] for at in range(0, len(order), JOINED)]
    return [joined_from(row, clips[0].language, random) for row in rows]


def sentences_in(clips: Sequence[Clip], language: str) -> list[Clip]:
    """The clips of a language that hold a single sentence."""
    return [
        clip
        for clip in clips
        if clip.language == language
        and clip.text
        and LENGTHS_S[0] <= clip.seconds <= LENGTHS_S[1]
        and len(split_sentences(clip.text)) == 1
        and "(" not in clip.text  # normalizing drops what stands in brackets
    ]


def main() -> None:
    """Parse arguments, and print a table for each language."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.word_times", description=__doc__)
    parser.add_argument("--corpus", type=Path, default=ROOT / "tests" / "data")
    parser.add_argument("--model", type=Path, default=ROOT / "var" / "models" / "base", help="a CTranslate2 folder")
    parser.add_argument("--languages", nargs="+", default=["ru", "en"])
    parser.add_argument("--limit", type=int, default=6, help="recordings of a language (default: 6)")
    parser.add_argument("--no-stock", action="store_true", help="leave faster-whisper out")
    options = parser.parse_args()
    for language in options.languages:
        clips = sentences_in(read_corpus(options.corpus), language)
        recordings = asyncio.run(recordings_of(clips, options.limit))
        print(f"\n{language}: {len(recordings)} recordings of {JOINED} sentences\n")
        print(asyncio.run(compare(recordings, options.model, stock=not options.no_stock)))


if __name__ == "__main__":
    main()
