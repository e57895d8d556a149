"""Bad joins: where windows meet, sentence ends and capitals that the reference does not have, before and after mending.

`python -m benchmarks.seams --corpus FOLDER` transcribes the clips whose reference has punctuation (`punct` in the
manifest) in windows of several lengths, so that there are many joins.
"""

import argparse
import asyncio
import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import jiwer

from benchmarks.configurations import bot_sizing
from benchmarks.corpus import Clip, read_corpus, samples_of
from benchmarks.machine import ROOT
from benchmarks.scoring import UNSPACED, normalized
from transcription.asr.base import DecodingOptions
from transcription.asr.batcher import Batcher
from transcription.asr.recording import Recording
from transcription.asr.seams import mended
from transcription.asr.thread_pool import ThreadPool
from transcription.asr.vad import detect_speech
from transcription.asr.whisper import load
from transcription.models.options import ModelOptions
from transcription.sentences import ends_sentence
from transcription.transcript import Segment

WINDOWS_S = 20.0, 16.0, 12.0
"""The bot's, and shorter ones."""


@dataclass(frozen=True, slots=True)
class Join:
    """The words around a join, in the reference and in the transcript."""

    said: tuple[str, str]
    heard: tuple[str, str]

    @property
    def is_broken(self) -> bool:
        """Whether it reads wrong by itself: a small letter behind a sentence's end, or a capital inside one."""
        if ends_sentence(self.heard[0]):
            return self.heard[1].strip()[:1].islower()
        return _is_capital(self.heard[1]) and not _is_capital(self.said[1])

    @property
    def is_bad(self) -> bool:
        """Whether it differs from the reference: in a sentence's end, or in the capital of a word inside a sentence."""
        said, heard = ends_sentence(self.said[0]), ends_sentence(self.heard[0])
        return said != heard or (not said and _is_capital(self.said[1]) != _is_capital(self.heard[1]))


def joins(reference: str, windows: Sequence[Segment], language: str) -> list[Join]:
    """The joins at which the words on both sides were recognised."""
    said = _tokens(reference.split(), language)
    heard = _tokens([word.text for window in windows for word in window.words], language)
    if not said or not heard:
        return []
    alignment = jiwer.process_words(" ".join(each for each, _ in said), " ".join(each for each, _ in heard))
    matches = {
        chunk.hyp_start_idx + offset: chunk.ref_start_idx + offset
        for chunk in alignment.alignments[0]
        if chunk.type == "equal"
        for offset in range(chunk.ref_end_idx - chunk.ref_start_idx)
    }
    found = []
    place = 0
    for window in windows[:-1]:
        place += len(_tokens([word.text for word in window.words], language))
        before, after = matches.get(place - 1), matches.get(place)
        if before is not None and after == before + 1:
            found.append(Join((said[before][1], said[after][1]), (heard[place - 1][1], heard[place][1])))
    return found


def _tokens(words: Sequence[str], language: str) -> list[tuple[str, str]]:
    """Each word as it is scored, and as it is written; a word may be scored as several, or not at all."""
    return [(token, word) for word in words for token in normalized(word, language).split()]


def _is_capital(word: str) -> bool:
    return next((each.isupper() for each in word if each.isalpha()), False)


async def windows_of(clips: Sequence[Clip], folder: Path, window_s: float) -> list[Sequence[Segment]]:
    """The windows of each clip as they were decoded."""
    sizing = bot_sizing()
    options = ModelOptions(folder.parent, 1, sizing.device, sizing.compute_type, 1, sizing.workers)
    engine, pool = load(folder, options), ThreadPool(sizing.workers)
    batcher = Batcher(pool)
    found: list[Sequence[Segment]] = []
    for clip in clips:
        samples = await samples_of(clip)
        windows: list[Segment] = []
        spans = await pool.run(partial(detect_speech, samples))
        decoding = DecodingOptions(language=clip.language)
        recording = Recording(samples, spans, decoding, lambda each, _, to=windows: to.append(each), window_s)  # type: ignore[misc]
        await batcher.transcribe(recording, engine)
        found.append(windows)
    return found


def punctuated(folder: Path, languages: Sequence[str]) -> list[Clip]:
    """The clips whose reference has punctuation, and which are long enough for two windows."""
    with (folder / "manifest.tsv").open(encoding="utf-8") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        names = {row["id"] for row in rows if row.get("punct") == "yes"}
    return [
        clip
        for clip in read_corpus(folder)
        if clip.text
        and clip.name in names
        and clip.seconds > min(WINDOWS_S)
        and clip.language not in UNSPACED
        and (not languages or clip.language in languages)
    ]


def main() -> None:
    """Parse arguments, and print the counts."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.seams", description=__doc__)
    parser.add_argument("--corpus", type=Path, default=ROOT / "tests" / "data")
    parser.add_argument("--model", type=Path, default=ROOT / "var" / "models" / "base", help="a CTranslate2 folder")
    parser.add_argument("--languages", nargs="*", default=[])
    parser.add_argument("--show", action="store_true", help="print each bad join")
    options = parser.parse_args()
    clips = punctuated(options.corpus, options.languages)
    print(
        "| windows | joins | broken before | after | unlike the reference before | after |\n|---|---|---|---|---|---|"
    )
    for window_s in WINDOWS_S:
        decoded = asyncio.run(windows_of(clips, options.model, window_s))
        pairs = list(zip(clips, decoded, strict=True))
        before = [join for clip, windows in pairs for join in joins(clip.text or "", windows, clip.language)]
        after = [join for clip, windows in pairs for join in joins(clip.text or "", mended(windows), clip.language)]
        counts = [sum(join.is_broken for join in each) for each in (before, after)]
        counts += [sum(join.is_bad for join in each) for each in (before, after)]
        if options.show:
            print(*(f"{join.said} as {join.heard}" for join in after if join.is_bad or join.is_broken), sep="\n")
        print(f"| {window_s:.0f} s | {len(after)} | {' | '.join(map(str, counts))} |")


if __name__ == "__main__":
    main()
