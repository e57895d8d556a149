"""Wrong languages: what notes are taken for, whole and cut short, by ours and by faster-whisper's detection.

`python -m benchmarks.languages --corpus FOLDER` has both tell the language of each clip with speech: all of it, and the
first seconds of its speech alone. Ours is asked as in a new chat, where the sender's app is in no known language, in
that one or in another, and as in a chat of that language.
"""

import argparse
import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from faster_whisper import WhisperModel

from benchmarks.configurations import bot_sizing
from benchmarks.corpus import UNDETERMINED, Clip, chosen, read_corpus, samples_of
from benchmarks.machine import ROOT
from transcription.asr.base import DecodingOptions
from transcription.asr.batcher import Batcher
from transcription.asr.recording import Recording
from transcription.asr.thread_pool import ThreadPool
from transcription.asr.vad import detect_speech
from transcription.asr.whisper import load
from transcription.audio.ffmpeg import SAMPLE_RATE, Samples, as_floats
from transcription.models.options import ModelOptions

STOCK, OURS = "faster-whisper", "Stenobot"
KNOWN: Mapping[str, Callable[[str], DecodingOptions]] = {
    OURS: lambda _spoken: DecodingOptions(),
    "Stenobot, app in that language": lambda spoken: DecodingOptions(app_language=spoken),
    "Stenobot, app in another language": lambda spoken: DecodingOptions(app_language=_another(spoken)),
    "Stenobot, in a chat of that language": lambda spoken: DecodingOptions(likely_language=spoken),
}
"""What ours may know before it hears a note in a language."""
WAYS = (STOCK, *KNOWN)
NO_SPEECH = "-"
"""What a note is taken for in which nothing is said; faster-whisper's detection has no such answer."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one way to tell languages took a clip for, of which so many seconds were played (0 for all)."""

    clip: str
    cut_s: float
    way: str
    spoken: str
    language: str

    @property
    def is_wrong(self) -> bool:
        """Whether it was taken for another language."""
        return self.language not in {self.spoken, NO_SPEECH}


class Detectors:
    """The ways that are compared, on the same weights."""

    def __init__(self, folder: Path) -> None:
        sizing = bot_sizing()
        options = ModelOptions(folder.parent, 1, sizing.device, sizing.compute_type, 1, sizing.workers)
        self._engine, self._pool = load(folder, options), ThreadPool(sizing.workers)
        self._batcher = Batcher(self._pool)
        self._stock = WhisperModel(str(folder), sizing.device, compute_type=sizing.compute_type, local_files_only=True)

    async def stock(self, samples: Samples) -> str:
        """What faster-whisper's `detect_language` says with its defaults."""
        language, _, _ = await self._pool.run(partial(self._stock.detect_language, as_floats(samples)))
        return str(language)

    async def ours(self, samples: Samples, options: DecodingOptions) -> str:
        """The language of the transcript that a chat would get."""
        spans = await self._pool.run(partial(detect_speech, samples))
        recording = Recording(samples, spans, options)
        await self._batcher.transcribe(recording, self._engine)
        return recording.transcript("").language or NO_SPEECH


def first_seconds(samples: Samples, seconds: float) -> Samples:
    """So many seconds from where somebody begins to speak; all for 0."""
    spans = detect_speech(samples) if seconds else ()
    return samples[spans[0][0] :][: round(seconds * SAMPLE_RATE)] if spans else samples


async def tell(clips: Sequence[Clip], cuts_s: Sequence[float], folder: Path) -> list[Told]:
    """What each way takes each clip for, at each length."""
    detectors = Detectors(folder)
    told: list[Told] = []
    for clip in clips:
        whole = await samples_of(clip)
        for cut_s in cuts_s:
            samples = first_seconds(whole, cut_s)
            answers = {STOCK: await detectors.stock(samples)}
            for way, known in KNOWN.items():
                answers[way] = await detectors.ours(samples, known(clip.language))
            told += [Told(clip.name, cut_s, way, clip.language, language) for way, language in answers.items()]
    return told


def to_markdown(told: Sequence[Told]) -> str:
    """How many notes were taken for another language, and which for which."""
    lines = [
        "| played | way | notes | wrong language | no speech found | spoken → taken for |",
        "|---|---|---|---|---|---|",
    ]
    for cut_s in dict.fromkeys(each.cut_s for each in told):
        for way in WAYS:
            these = [each for each in told if (each.cut_s, each.way) == (cut_s, way)]
            wrong = Counter((each.spoken, each.language) for each in these if each.is_wrong)
            silent = sum(each.language == NO_SPEECH for each in these)
            pairs = ", ".join(f"{spoken} → {heard} {count}" for (spoken, heard), count in wrong.most_common())
            lines.append(f"| {_played(cut_s)} | {way} | {len(these)} | {wrong.total()} | {silent} | {pairs} |")
    return "\n".join(lines)


def draw(told: Sequence[Told], path: Path) -> None:
    """The confusion matrices as an SVG file: a row for each length, a column for each way."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - only who draws needs it

    cuts_s, ways = list(dict.fromkeys(each.cut_s for each in told)), (STOCK, OURS)
    spoken = sorted({each.spoken for each in told})
    heard = [*spoken, *sorted({each.language for each in told if each.way in ways} - set(spoken))]
    figure = Figure(
        figsize=(0.24 * len(heard) * len(ways) + 2, 0.27 * len(spoken) * len(cuts_s) + 2), layout="constrained"
    )
    panels = figure.subplots(len(cuts_s), len(ways), squeeze=False, sharex=True, sharey=True)
    for row, cut_s in zip(panels, cuts_s, strict=True):
        for axes, way in zip(row, ways, strict=True):
            these = [each for each in told if (each.cut_s, each.way) == (cut_s, way)]
            counts = Counter((each.spoken, each.language) for each in these)
            notes = Counter(each.spoken for each in these)
            axes.imshow([[counts[one, other] / notes[one] for other in heard] for one in spoken], cmap="Blues", vmax=1)
            for (one, other), count in counts.items():
                place = heard.index(other), spoken.index(one)
                axes.text(
                    *place,
                    str(count),
                    ha="center",
                    va="center",
                    fontsize=6,
                    color="#D55E00" if one != other else "white",
                )
            axes.set_xticks(range(len(heard)), heard, fontsize=7, rotation=90)
            axes.set_yticks(range(len(spoken)), spoken, fontsize=7)
            axes.set_title(f"{way}, {_played(cut_s)}", fontsize=9, loc="left")
    figure.supxlabel("taken for", fontsize=9)
    figure.supylabel("spoken", fontsize=9)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None})


def _another(language: str) -> str:
    """The language that most apps are in whose owners speak another; Russian for English."""
    return "ru" if language == "en" else "en"


def _played(cut_s: float) -> str:
    return f"first {cut_s:g} s" if cut_s else "all"


def main() -> None:
    """Parse arguments, print the table, and draw the matrices where matplotlib is there."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.languages", description=__doc__)
    add: Callable[..., object] = parser.add_argument
    add("--corpus", type=Path, default=ROOT / "tests" / "data")
    add("--model", type=Path, default=ROOT / "var" / "models" / "base", help="a CTranslate2 folder")
    add(
        "--cuts",
        nargs="+",
        type=float,
        default=[0, 3, 1],
        metavar="S",
        help="seconds played; 0 is all (default: 0 3 1)",
    )
    add("--limit", type=int, metavar="N", help="at most N clips of each language and length")
    add("--plot", type=Path, metavar="FILE", help="draw the confusion matrices as an SVG file")
    options = parser.parse_args()
    clips = [clip for clip in read_corpus(options.corpus) if not clip.is_noise and clip.language != UNDETERMINED]
    told = asyncio.run(tell(chosen(clips, limit=options.limit), options.cuts, options.model))
    print(to_markdown(told))
    if options.plot:
        draw(told, options.plot)


if __name__ == "__main__":
    main()
