"""Live transcription of real clips in real time: delay of final words, WER beside the whole recording's, two at once.

`python -m benchmarks.live CORPUS [CLIP …]`; without clips, those below.
"""

import argparse
import asyncio
import difflib
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from faster_whisper import WhisperModel

from benchmarks.corpus import Clip, read_corpus, samples_of
from benchmarks.scoring import Score, normalized, score
from transcription.asr import whisper
from transcription.asr.base import DecodingOptions
from transcription.asr.batcher import Batcher
from transcription.asr.local_agreement import split_words
from transcription.asr.thread_pool import ThreadPool
from transcription.asr.vad import detect_speech
from transcription.audio.ffmpeg import SAMPLE_RATE, as_floats
from transcription.live.decoder import LiveDecoder
from transcription.live.events import ItemCompleted, LiveOptions, TextChanged
from transcription.live.session import Pcm
from transcription.live.transcriber import LiveTranscriber
from transcription.models.options import ModelOptions
from transcription.models.registry import ModelRegistry

CLIPS = ("en_sonnet_3", "en_mfa_cold_corpus3", "ru_giga_long", "ru_spont_ok", "de_az_tr_audio1")
CHUNK = SAMPLE_RATE // 10
MODEL = "base"


@dataclass(frozen=True, slots=True)
class Run:
    """What came of one stream: final words with the second at which each came, and the text."""

    clip: Clip
    words: list[tuple[str, float]]
    text: str
    score: Score


async def stream(live: LiveTranscriber, clip: Clip, samples: Pcm) -> Run:
    """Feed a clip as a microphone would."""
    started, words, texts = time.monotonic(), [], []

    async def feed() -> None:
        for start in range(0, len(samples), CHUNK):
            await asyncio.sleep(max(0.0, started + (start + CHUNK) / SAMPLE_RATE - time.monotonic()))
            await session.feed(samples[start : start + CHUNK])
        session.close()

    async with live.open(LiveOptions(MODEL)) as session, asyncio.TaskGroup() as group:
        group.create_task(feed())
        async for event in session.events():
            if isinstance(event, TextChanged):
                words += [(word, time.monotonic() - started) for word in split_words(event.delta)]
            if isinstance(event, ItemCompleted):
                texts.append(event.text)
    text = " ".join(texts)
    return Run(clip, words, text, score(clip.text or "", text, clip.language))


def spoken(model: WhisperModel, samples: Pcm) -> list[tuple[str, float]]:
    """The words of a clip and when each ends (seconds), by faster-whisper's own alignment."""
    segments, _ = model.transcribe(as_floats(samples), beam_size=1, word_timestamps=True, vad_filter=True)
    return [(word.word, word.end) for segment in segments for word in segment.words or ()]


def delays(run: Run, reference: Sequence[tuple[str, float]]) -> list[float]:
    """Seconds from the end of a word to its being final, of the words that both texts have."""
    ours, theirs = ([normalized(word, run.clip.language) for word, _ in words] for words in (run.words, reference))
    blocks = difflib.SequenceMatcher(a=ours, b=theirs, autojunk=False).get_matching_blocks()
    return [
        run.words[block.a + offset][1] - reference[block.b + offset][1]
        for block in blocks
        for offset in range(block.size)
    ]


def show(title: str, waited: Sequence[float], live: Score, whole: Score) -> None:
    """One line of the report."""
    median, p90 = statistics.median(waited), statistics.quantiles(waited, n=10)[8]
    print(
        f"{title:22} final words {len(waited):4}  delay median {median:5.2f} s  p90 {p90:5.2f} s"
        f"  WER live {live.wer or 0:5.1f} %  whole {whole.wer or 0:5.1f} %"
    )


async def main(folder: Path, models_dir: Path, names: Sequence[str]) -> None:
    """Each clip alone, then the first two at the same time."""
    sizing = ModelOptions(models_dir, 1, device="cpu", compute_type="int8", cpu_threads=1, num_workers=2)
    models = ModelRegistry(sizing, {"whisper": whisper.load})
    decoder = LiveDecoder(models, Batcher(ThreadPool(2)))
    live = LiveTranscriber(decoder.decode, max_sessions=4)
    yardstick = WhisperModel(str(models_dir / MODEL), device="cpu", compute_type="int8", cpu_threads=2)
    chosen = {clip.name: clip for clip in read_corpus(folder)}
    everything: list[float] = []
    live_score, of_wholes = Score(), []
    loaded = [(chosen[name], np.asarray(await samples_of(chosen[name]))) for name in names]
    for clip, samples in loaded:
        whole = await decoder.decode(samples, detect_speech(samples), MODEL, DecodingOptions())
        reference = spoken(yardstick, samples)
        run = await stream(live, clip, samples)
        of_whole = score(clip.text or "", whole.text, clip.language)
        show(clip.name, delays(run, reference), run.score, of_whole)
        everything += delays(run, reference)
        live_score += run.score
        of_wholes.append(of_whole)
    show("all, one at a time", everything, live_score, sum(of_wholes, Score()))
    runs = await asyncio.gather(*(stream(live, clip, samples) for clip, samples in loaded[:2]))
    both = [
        delay
        for run, (_, samples) in zip(runs, loaded, strict=False)
        for delay in delays(run, spoken(yardstick, samples))
    ]
    show("two at once", both, sum((run.score for run in runs), Score()), sum(of_wholes[:2], Score()))
    await models.aclose()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("clips", nargs="*", default=CLIPS)
    parser.add_argument("--models-dir", type=Path, default=Path("var/models"))
    arguments = parser.parse_args()
    asyncio.run(main(arguments.corpus, arguments.models_dir, arguments.clips or CLIPS))
