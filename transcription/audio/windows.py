"""Splitting a recording into windows for the engine, in its pauses, so that no word is lost or doubled."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from transcription.audio.ffmpeg import SAMPLE_RATE, Samples, as_floats

MAX_WINDOW = 20 * SAMPLE_RATE
"""Base makes as few errors on windows of 20 s as of 28 s, in three quarters of the time (decision 053)."""
MIN_WINDOW = 8 * SAMPLE_RATE
"""What a cut leaves before it, for context,"""
MIN_TAIL = 5 * SAMPLE_RATE
"""and behind it, for on a tiny last window Whisper invents. Less of both where windows have to be shorter."""
MAX_KEPT_SILENCE = 4 * SAMPLE_RATE
"""Of a longer silence `SILENCE_PADDING` at each end is kept. Shorter ones stay whole: Whisper errs more without."""
SILENCE_PADDING = 2 * SAMPLE_RATE
SEARCH_RANGE = 5 * SAMPLE_RATE
ENERGY_WINDOW = SAMPLE_RATE // 10
"""Speech without a pause is cut where these samples are quietest, in the last `SEARCH_RANGE` of it."""

Span = tuple[int, int]
"""Start and end of a stretch of speech, in samples from the recording's start."""


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a recording and what is spoken there; all in samples, `start` and `end` from the recording's start."""

    start: int
    end: int
    spans: tuple[Span, ...]

    def __len__(self) -> int:
        return self.end - self.start

    @property
    def spoken(self) -> int:
        """How much of it is speech."""
        return sum(end - start for start, end in self.spans)


def split(samples: Samples, spans: Sequence[Span], max_window: int = MAX_WINDOW) -> list[Window]:
    """The windows of a recording in which `spans` are spoken, in order; none where nobody speaks. Blocks.

    None has more than `max_window` samples.
    """
    windows = []
    breaks = [index for index in range(1, len(spans)) if spans[index][0] - spans[index - 1][1] > MAX_KEPT_SILENCE]
    for first, last in itertools.pairwise([0, *breaks, len(spans)]):
        stretch = spans[first:last]
        if not stretch:
            continue
        before = stretch[0][0] - (spans[first - 1][1] if first else 0)
        after = (spans[last][0] if last < len(spans) else len(samples)) - stretch[-1][1]
        start, end = stretch[0][0] - _kept_silence(before), stretch[-1][1] + _kept_silence(after)
        bounds = [start, *_split_points(samples, stretch, start, end, max_window), end]
        windows += [Window(a, b, tuple(_within(stretch, a, b))) for a, b in itertools.pairwise(bounds)]
    return windows


def _kept_silence(silence: int) -> int:
    return silence if silence <= MAX_KEPT_SILENCE else SILENCE_PADDING


def _split_points(samples: Samples, spans: Sequence[Span], start: int, end: int, max_window: int) -> Iterator[int]:
    """Where a stretch is cut: in the longest pause within reach, or else where it is quietest."""
    pauses = [(after - before, (before + after) // 2) for (_, before), (after, _) in itertools.pairwise(spans)]
    min_window, min_tail = min(MIN_WINDOW, 2 * max_window // 5), min(MIN_TAIL, max_window // 4)
    while end - start > max_window:
        latest = min(start + max_window, end - min_tail)
        reachable = [pause for pause in pauses if start + min_window <= pause[1] <= latest]
        start = (
            max(reachable)[1]
            if reachable
            else quietest(samples, max(start + min_window, latest - SEARCH_RANGE), latest)
        )
        yield start


def quietest(samples: Samples, start: int, end: int) -> int:
    """Where between two samples a breath's length is faintest."""
    power = as_floats(samples[start:end]) ** 2
    return start + ENERGY_WINDOW // 2 + int(np.argmin(np.convolve(power, np.ones(ENERGY_WINDOW), "valid")))


def _within(spans: Sequence[Span], start: int, end: int) -> Iterator[Span]:
    for span_start, span_end in spans:
        if span_start < end and span_end > start:
            yield max(span_start, start), min(span_end, end)
