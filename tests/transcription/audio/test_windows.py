"""Where a note is cut."""

import itertools

import numpy as np
import pytest

from transcription.audio.ffmpeg import SAMPLE_RATE, Samples
from transcription.audio.windows import MAX_WINDOW, MIN_TAIL, MIN_WINDOW, SILENCE_PADDING, Span, Window, split

S = SAMPLE_RATE


def note(seconds: float) -> Samples:
    """Sound that is nowhere quiet."""
    return np.full(round(seconds * S), 9000, dtype=np.int16)


def spoken(*spans: tuple[float, float]) -> list[Span]:
    return [(round(start * S), round(end * S)) for start, end in spans]


def bounds(windows: list[Window]) -> list[tuple[float, float]]:
    return [(window.start / S, window.end / S) for window in windows]


def test_nobody_speaks() -> None:
    """Without speech there is nothing to hear."""
    assert split(note(30), []) == []


def test_a_short_note_is_one_window_with_its_silence() -> None:
    """Short silences before, in and after speech belong to it."""
    (window,) = split(note(12), spoken((1, 3), (5.5, 9)))
    assert (window.start, window.end) == (0, 12 * S)
    assert window.spoken == 5.5 * S


def test_long_silence_is_not_heard() -> None:
    """Of a silence between, before or after speech only its edges are left."""
    windows = split(note(100), spoken((20, 24), (60, 63)))
    edge = SILENCE_PADDING / S
    assert bounds(windows) == [(20 - edge, 24 + edge), (60 - edge, 63 + edge)]


def test_long_speech_is_cut_in_its_longest_pause_within_reach() -> None:
    """Not in a longer one that comes too early, and in the middle of it."""
    windows = split(note(30), spoken((0, 4), (6, 12), (13, 16), (16.4, 30)))
    assert bounds(windows) == [(0, 12.5), (12.5, 30)]


def test_a_word_that_lies_across_no_pause_is_cut_where_it_is_quietest() -> None:
    """Speech without any pause is still cut in time, in its faintest moment."""
    samples = note(30)
    samples[17 * S : 17 * S + S // 5] = 10
    windows = split(samples, spoken((0, 30)))
    assert bounds(windows) == [(0, pytest.approx(17.1, abs=0.1)), (pytest.approx(17.1, abs=0.1), 30)]


@pytest.mark.parametrize("seconds", [20.5, 24, 41, 63, 600])
@pytest.mark.parametrize("every_s", [0.7, 3.1, 19, 10_000])
@pytest.mark.parametrize("max_window", [MAX_WINDOW, 10 * S])
def test_nothing_is_lost_or_heard_twice(seconds: float, every_s: float, max_window: int) -> None:
    """Windows follow one another without a gap, none is too long, none tiny, and all speech lies in them."""
    starts = np.arange(0, seconds, every_s)
    spans = spoken(*((start, min(start + every_s - 0.2, seconds)) for start in starts))
    windows = split(note(seconds), spans, max_window)
    assert windows[0].start == 0
    assert windows[-1].end == round(seconds * S)
    assert all(one.end == other.start for one, other in itertools.pairwise(windows))
    least, least_tail = min(MIN_WINDOW, 0.4 * max_window), min(MIN_TAIL, 0.25 * max_window)
    assert all(least <= len(window) <= max_window for window in windows[:-1])
    assert least_tail <= len(windows[-1]) <= max_window
    assert sum(window.spoken for window in windows) == sum(end - start for start, end in spans)
