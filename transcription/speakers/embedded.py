"""The diarizer that needs no download: sliding windows through the voice encoder, clusters, and a path through them."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from transcription.audio.ffmpeg import SAMPLE_RATE, Samples, as_floats
from transcription.audio.windows import Span
from transcription.errors import Cancelled
from transcription.speakers.base import OnFraction, Turn, any_fraction, never
from transcription.speakers.clustering import average_linkage, find_speakers, most_likely_path
from transcription.speakers.encoder import BANDS, FFT, HOP, LOUDNESS, Vectors, VoiceEncoder, mel_frames
from transcription.speakers.turns import create_turns

STEP = 20
"""Frames from one window to the next: 0.2 s. A cell of the result is as long."""
CELLS = 5
"""Cells that a window covers: a second has as much of a voice as 1.6 s, and fewer changes in it (decision 096)."""
WEIGHTS = np.array([0.2, 0.6, 1.0, 0.6, 0.2])
"""Of a window's vote for each of its cells."""
BATCH = 16
"""Windows that are encoded together; more gains nothing."""
MIN_VOICED = 0.5
"""Share of a window that has to be speech."""
CLUSTERED = 2
"""Windows from one that is clustered to the next, in all but long recordings:"""
MOST_CLUSTERED = 1500
"""so many take half a second and 20 MB."""
MIN_VOICE_S = 2.0
"""A voice that is heard for less is not told apart."""
SWITCH_COST = 0.3
"""What a change of speaker has to gain, in cosines of a cell."""
CLEARLY_S = 4.0
"""Seconds that a voice which is clearly there is heard for,"""
CLEARLY = 0.575
"""and mean cosine between voices that are clearly two."""
GLANCE = 150
"""Windows that `voices` looks at."""
BLOCK = 10 * SAMPLE_RATE


class EmbeddedDiarizer:
    """A `Diarizer` by the voice encoder; the memory that it takes hardly depends on the recording's length."""

    def __init__(self) -> None:
        self._encoder = VoiceEncoder()

    def label(
        self,
        samples: Samples,
        spans: Sequence[Span],
        *,
        at_least: int = 1,
        at_most: int | None = None,
        stopped: Callable[[], bool] = never,
        on_fraction: OnFraction = any_fraction,
    ) -> list[Turn]:
        """As `Diarizer` says."""
        starts = _windows(len(samples), spans)
        if not len(starts):
            return []
        windows = self._embed_all(samples, spans, starts, stopped, on_fraction)
        every = max(CLUSTERED, -(-len(windows) // MOST_CLUSTERED))
        min_windows = max(2.0, MIN_VOICE_S * 100 / STEP / every)
        found = find_speakers(windows[::every], min_windows, at_least, at_most)
        cells = _cells(windows @ found.T, starts // STEP)
        path = most_likely_path(cells, SWITCH_COST)
        # Once more, with voices as they sound in all windows.
        voices = _voices(windows, path[np.minimum(starts // STEP + CELLS // 2, len(path) - 1)], found)
        cells = _cells(windows @ voices.T, starts // STEP)
        return create_turns(spans, most_likely_path(cells, SWITCH_COST), cells, STEP * HOP)

    def voices(self, samples: Samples, spans: Sequence[Span], *, stopped: Callable[[], bool] = never) -> int:
        """As `Diarizer` says."""
        starts = _windows(len(samples), spans)
        if not len(starts):
            return 0
        every = max(CELLS, -(-len(starts) // GLANCE))
        windows = self._embed_all(samples, spans, starts[::every], stopped)
        clusters = average_linkage(windows, CLEARLY)
        return max(1, sum(len(cluster) * every * STEP / 100 >= CLEARLY_S for cluster in clusters))

    def _embed_all(
        self,
        samples: Samples,
        spans: Sequence[Span],
        starts: NDArray[np.intp],
        stopped: Callable[[], bool],
        on_fraction: OnFraction = any_fraction,
    ) -> Vectors:
        """The embeddings of windows that begin at these frames, batch by batch. Raises `Cancelled` once stopped."""
        gain, parts = _gain(samples, spans), []
        for first in range(0, len(starts), BATCH):
            if stopped():
                raise Cancelled
            parts.append(self._embed(samples, starts[first : first + BATCH], gain))
            on_fraction(min(1.0, (first + BATCH) / len(starts)))
        return np.concatenate(parts)

    def _embed(self, samples: Samples, starts: NDArray[np.intp], gain: float) -> Vectors:
        """The embeddings of windows that begin at these frames; frames that they share are made once."""
        frames = CELLS * STEP
        windows = np.empty((len(starts), frames, BANDS), np.float32)
        for group in np.split(np.arange(len(starts)), np.flatnonzero(np.diff(starts) > frames) + 1):
            first, last = int(starts[group[0]]), int(starts[group[-1]]) + frames
            # Half of a frame's samples lie before its place.
            begin = first * HOP - FFT // 2
            part = as_floats(samples[max(0, begin) : last * HOP + FFT // 2])
            part = np.pad(part, (max(0, -begin), 0))
            mels = mel_frames(np.pad(part, (0, max(0, (last - first) * HOP + FFT - len(part)))))
            for row in group:
                windows[row] = mels[starts[row] - first :][:frames]
        return self._encoder.embed(windows * np.float32(gain**2))


def _windows(length: int, spans: Sequence[Span]) -> NDArray[np.intp]:
    """The first frames of windows that are mostly speech; of a few words, the one that has most of them."""
    voiced = np.zeros(max(-(-length // HOP), CELLS * STEP) + 1)
    for start, end in spans:
        voiced[start // HOP + 1 : -(-end // HOP) + 1] = 1
    if not voiced.any():
        return np.zeros(0, np.intp)
    so_far = voiced.cumsum()
    starts = np.arange(0, len(voiced) - CELLS * STEP, STEP)
    shares = (so_far[starts + CELLS * STEP] - so_far[starts]) / (CELLS * STEP)
    mostly: NDArray[np.intp] = starts[shares >= min(MIN_VOICED, shares.max())]
    return mostly


def _gain(samples: Samples, spans: Sequence[Span]) -> float:
    """What raises faint speech to the encoder's loudness."""
    power = sum(float((block**2).sum()) for block in _blocks(samples, spans))
    length = sum(end - start for start, end in spans)
    return max(1.0, LOUDNESS / float(np.sqrt(power / length))) if power else 1.0


def _blocks(samples: Samples, spans: Sequence[Span]) -> Iterator[NDArray[np.float32]]:
    for start, end in spans:
        for begin in range(start, end, BLOCK):
            yield as_floats(samples[begin : min(end, begin + BLOCK)])


def _cells(scores: NDArray[np.float32], firsts: NDArray[np.intp]) -> NDArray[np.float64]:
    """How like each speaker each cell is (cosine), by the windows over it; zero where there are none."""
    total = np.zeros((int(firsts[-1]) + CELLS, scores.shape[1]))
    weight = np.zeros((len(total), 1))
    for offset, share in enumerate(WEIGHTS):
        total[firsts + offset] += share * scores
        weight[firsts + offset] += share
    cells: NDArray[np.float64] = np.divide(total, weight, out=total, where=weight > 0)
    return cells


def _voices(windows: Vectors, labels: NDArray[np.intp], former: Vectors) -> Vectors:
    """Each speaker's mean window, of length one, or the former vector of one who has none."""
    sums = np.stack([windows[labels == speaker].sum(axis=0) for speaker in range(len(former))])
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    return np.where(lengths > 0, sums / np.maximum(lengths, 1e-9), former).astype(np.float32)
