"""Dialogues of which it is known who speaks when: those of a corpus, and ones joined from clips of one speaker."""

import csv
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.corpus import Clip, samples_of
from transcription.audio.ffmpeg import SAMPLE_RATE, as_floats
from transcription.audio.windows import quietest

TURN_S = (1.5, 8.0)
GAP_S = (0.1, 0.9)
"""Seconds that a turn, and the silence behind it, may take in a joined dialogue."""
SEARCH_S = 0.75
"""A clip is cut into turns at the quietest moment this close to the length that was drawn."""
LOUDNESS = 0.05
"""Root mean square that all turns have, so that loudness tells nobody who speaks."""
FAINT = 10 ** (-35 / 10)
"""Power below a turn's greatest that is silence at its ends."""
FRAME = SAMPLE_RATE // 50
PAUSE = 25
"""Frames of silence that end a turn, for its speaker may go on behind them: half a second."""
MIN_SPOKEN_S = 15.0
"""Speakers of whom a corpus has less are left out of joined dialogues."""

Known = tuple[float, float, str]
"""Start and end of a turn in seconds, and the speaker's name."""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A recording and who speaks when."""

    name: str
    samples: NDArray[np.int16]
    turns: tuple[Known, ...]

    @property
    def speakers(self) -> int:
        """How many people speak."""
        return len({speaker for _, _, speaker in self.turns})


async def recorded(clips: Sequence[Clip], folder: Path) -> list[Dialogue]:
    """The dialogues of a corpus that have an RTTM file."""
    found = []
    for clip in clips:
        if (path := folder / "rttm" / f"{clip.name}.rttm").exists():
            lines = [line.split() for line in path.read_text().splitlines()]
            turns = tuple((float(line[3]), float(line[3]) + float(line[4]), line[7]) for line in lines)
            found.append(Dialogue(clip.name, np.asarray(await samples_of(clip)), turns))
    return found


async def voices(clips: Sequence[Clip], folder: Path) -> dict[str, list[NDArray[np.int16]]]:
    """Clips by their one speaker, under names such as `ru:nsh`. One whose speaker has no name is its own.

    Of those without a name only one is taken for each language, for two could be the same person.
    """
    with (folder / "manifest.tsv").open(encoding="utf-8") as file:
        rows = {row["id"]: row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}
    by_speaker: defaultdict[str, list[Clip]] = defaultdict(list)
    for clip in clips:
        speaker = rows[clip.name]["speaker"]
        if rows[clip.name]["kind"] in {"read", "spontaneous"} and (speaker or clip.seconds >= MIN_SPOKEN_S):
            key = f"{clip.language}:{speaker or '?'}"
            if speaker or key not in by_speaker:
                by_speaker[key].append(clip)
    return {
        speaker: [np.asarray(await samples_of(clip)) for clip in found]
        for speaker, found in sorted(by_speaker.items())
        if sum(clip.seconds for clip in found) >= MIN_SPOKEN_S
    }


def join(by_speaker: dict[str, list[NDArray[np.int16]]], people: int, seconds: float, seed: int) -> Dialogue:
    """A dialogue of so many people, of one language where it has enough of them, drawn by `seed`."""
    draw = random.Random(seed)
    pools = defaultdict(list)
    for speaker in by_speaker:
        pools[speaker.split(":")[0]].append(speaker)
    fitting = [pool for pool in pools.values() if len(pool) >= people] or [[*by_speaker]]
    chosen = draw.sample(draw.choice(fitting), people)
    parts = {speaker: _pieces(by_speaker[speaker], draw) for speaker in chosen}
    turns: list[Known] = []
    order: list[str] = []
    sound: list[NDArray[np.float32]] = []
    length = 0
    while length < seconds * SAMPLE_RATE:
        others = [speaker for speaker in chosen if speaker not in order[-1:]]
        speaker = chosen[len(order)] if len(order) < people else draw.choice(others or chosen)
        order.append(speaker)
        piece = next(parts[speaker])
        gap = round(draw.uniform(*GAP_S) * SAMPLE_RATE)
        turns += [
            ((length + start) / SAMPLE_RATE, (length + end) / SAMPLE_RATE, speaker) for start, end in _runs(piece)
        ]
        sound += [piece, np.zeros(gap, np.float32)]
        length += len(piece) + gap
    samples = np.clip(np.concatenate(sound) * 32768, -32768, 32767).astype(np.int16)
    return Dialogue(f"joined_{people}_{seed}", samples, tuple(turns))


def _pieces(clips: Sequence[NDArray[np.int16]], draw: random.Random) -> Iterator[NDArray[np.float32]]:
    """Turns of one speaker without end, each as loud as any other; all clips are used before one comes again."""
    while True:
        for clip in draw.sample(list(clips), len(clips)):
            start = 0
            while len(clip) - start > TURN_S[0] * SAMPLE_RATE:
                end = start + round(draw.uniform(*TURN_S) * SAMPLE_RATE)
                reach = round(SEARCH_S * SAMPLE_RATE)
                end = len(clip) if end + reach > len(clip) else quietest(clip, end - reach, end + reach)
                piece = _without_silence(as_floats(clip[start:end]))
                if len(piece) >= SAMPLE_RATE:
                    yield piece
                start = end


def _without_silence(piece: NDArray[np.float32]) -> NDArray[np.float32]:
    """A piece from its first sound to its last, at the common loudness."""
    heard = _heard(piece)
    spoken = piece[heard[0] * FRAME : (heard[-1] + 1) * FRAME]
    louder: NDArray[np.float32] = spoken * (LOUDNESS / np.sqrt((spoken**2).mean()))
    return louder


def _runs(piece: NDArray[np.float32]) -> Iterator[tuple[int, int]]:
    """Where somebody speaks in a piece, in samples: pauses of half a second are none of it."""
    heard = _heard(piece)
    for run in np.split(heard, np.flatnonzero(np.diff(heard) > PAUSE) + 1):
        yield run[0] * FRAME, (run[-1] + 1) * FRAME


def _heard(piece: NDArray[np.float32]) -> NDArray[np.intp]:
    """The frames that are not silent."""
    power = (piece[: len(piece) // FRAME * FRAME].reshape(-1, FRAME) ** 2).mean(axis=1)
    return np.flatnonzero(power > FAINT * power.max())
