"""Subtitle cues: a transcript cut by the subtitling norms, two lines at a time."""

import bisect
import itertools
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from transcription.segmentation import cheapest_stretches
from transcription.timed_words import TimedWord, columns, is_unspaced, sentences, text_of

LINE = 42
"""Columns of a line: the norm of Latin, Cyrillic and most other scripts."""
UNSPACED_LINE = 32
"""Those of a text mostly in a script of full-width characters: sixteen of them."""
SHORTEST_MS = 1000
LONGEST_MS = 7000
COLUMNS_PER_S = 21.0
"""What people can read, and see the picture as well."""
LONGEST_PAUSE_MS = 2000
"""No cue goes on over a longer silence."""

# What a cue costs, in cues: the fewer the better, as long as they end where the sense does.
CUE = 1.0
TOO_FAST = 8.0
"""Where there is no time to read it; half of that where there is half of the time."""
TWO_SPEAKERS = 2.0
"""Where each has too little time for a cue of their own."""
NEW_SENTENCE = 0.8
"""For each sentence that begins within it."""
PAUSE_S = 1.0
"""For each second of silence within it."""
FORBIDDEN = 1000.0

# What it costs to break a line or a cue between two words.
IN_SENTENCE = 2.0
AT_PAUSE = 1.0
AT_CLAUSE = 0.5
INSIDE_PHRASE = 2.0
"""On top, between words that belong together."""
SHORT_WORD = 3
"""Letters of most articles, prepositions and conjunctions, which belong to what follows."""
PAUSE_MS = 250
LINE_BREAK = 0.8
"""A break between two lines, beside one between two cues."""
UNEVEN = 0.8
"""On top, for two lines of which one is empty; half as uneven ones cost half of it."""
_HIRAGANA = re.compile("[\u3040-\u309f]")
"""In Japanese a phrase ends in these, and the next one mostly begins with others."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a cue, and who says it."""

    text: str
    speaker: int | None


@dataclass(frozen=True, slots=True)
class Cue:
    """One or two lines that are shown together. Times are milliseconds from the start of the recording."""

    start_ms: int
    end_ms: int
    lines: tuple[Line, ...]


def create_cues(words: Sequence[TimedWord]) -> list[Cue]:
    """The cues of a recording's words, in order; none begins before the one before it has ended.

    A cue has two lines of at most `LINE` columns, or `UNSPACED_LINE`, is shown for `SHORTEST_MS` to `LONGEST_MS`, and
    not faster than `COLUMNS_PER_S`; what two speakers say has a line each. Cues that are too short for that are joined
    or stay in the silence behind them. Where people talk too fast even so, the next cue comes in time all the same, and
    this one ends early. A word is at most `timed_words.WIDEST` columns wide.
    """
    layout = _Layout(words)
    return [layout.cue(first, last) for first, last in cheapest_stretches(len(words), layout.cost)]


class _Layout:
    """Words, and what it costs to show some of them as a cue."""

    def __init__(self, words: Sequence[TimedWord]) -> None:
        self._words = words
        self._reached = [0, *itertools.accumulate(word.columns for word in words)]
        self._line_ends = [*_line_ends(words, self._reached), len(words)]
        starts = set(itertools.accumulate(len(sentence) for sentence in sentences(words)))
        pairs = list(enumerate(itertools.pairwise(words), 1))
        self._breaks = [0.0, *(0.0 if index in starts else _break_cost(*pair) for index, pair in pairs), 0.0]
        """What it costs to break before a word."""
        inner = (_joint_cost(*pair) + (NEW_SENTENCE if index in starts else 0) for index, pair in pairs)
        self._inner = [0.0, *itertools.accumulate(inner)]
        """What it costs, in all, not to begin a cue with any of the words up to one."""

    def cost(self, first: int, last: int) -> float | None:
        """What it costs to show some words as one cue; None where they are too many."""
        inner = self._inner[last - 1] - self._inner[first]
        start_ms, end_ms, latest_ms = self._times(first, last)
        is_too_much = last > self._line_ends[self._line_ends[first]]
        if last - first > 1 and (is_too_much or inner >= FORBIDDEN or end_ms - start_ms > LONGEST_MS):
            return None
        haste = max(0.0, 1 - (latest_ms - start_ms) / self._reading_ms(first, last))
        line_cost, _ = self._second_line(first, last)
        return CUE + TOO_FAST * haste + inner + self._breaks[last] + line_cost

    def cue(self, first: int, last: int) -> Cue:
        """Some words as a cue."""
        start_ms, end_ms, latest_ms = self._times(first, last)
        end_ms = min(max(end_ms, start_ms + self._reading_ms(first, last)), latest_ms)
        _, at = self._second_line(first, last)
        lines = (self._words[first:at], self._words[at:last])
        return Cue(start_ms, end_ms, tuple(Line(text_of(line), line[0].speaker) for line in lines if line))

    def _times(self, first: int, last: int) -> tuple[int, int, int]:
        """Where some words begin and end, and until when they can be shown; milliseconds."""
        start_ms, end_ms = self._words[first].start_ms, self._words[last - 1].end_ms
        latest_ms = start_ms + LONGEST_MS
        if last < len(self._words):
            latest_ms = min(latest_ms, self._words[last].start_ms)
            end_ms = min(end_ms, self._words[last].start_ms)
        return start_ms, end_ms, latest_ms

    def _reading_ms(self, first: int, last: int) -> int:
        return max(SHORTEST_MS, math.ceil(self._width(first, last) * 1000 / COLUMNS_PER_S))

    def _width(self, first: int, last: int) -> int:
        return self._reached[last] - self._reached[first] - self._words[first].text[0].isspace()

    def _second_line(self, first: int, last: int) -> tuple[float, int]:
        """What it costs to break these words into lines, and the word to break before; `last` for one line."""
        filled = min(self._line_ends[first], last)
        if filled == last or self._words[filled - 1].speaker != self._words[filled].speaker:
            return 0.0, filled
        earliest = bisect.bisect_left(self._line_ends, last, first + 1, filled)
        middle, width = (self._reached[first] + self._reached[last]) / 2, self._width(first, last)
        return min(
            (LINE_BREAK * self._breaks[at] + UNEVEN * 2 * abs(self._reached[at] - middle) / width, at)
            for at in range(earliest, filled + 1)
        )


def _line_ends(words: Sequence[TimedWord], reached: Sequence[int]) -> Iterator[int]:
    """For each word, the one that a line ends before which begins with it, has one speaker, and holds all it can."""
    text = text_of(words)
    line = UNSPACED_LINE if columns(text) > 1.5 * len(text) else LINE
    for _, turn in itertools.groupby(range(len(words)), key=lambda index: words[index].speaker):
        indexes = list(turn)
        for index in indexes:
            most = reached[index] + words[index].text[0].isspace() + line
            yield max(index + 1, bisect.bisect(reached, most, index, indexes[-1] + 2) - 1)


def _break_cost(before: TimedWord, after: TimedWord) -> float:
    """What it costs to break between two words of a sentence."""
    if before.ends_clause or (after.text[0].isspace() and is_unspaced(before.text[-1])):
        return AT_CLAUSE
    cost = AT_PAUSE if after.start_ms - before.end_ms >= PAUSE_MS else IN_SENTENCE
    return cost + (INSIDE_PHRASE if _are_bound(before.text.strip(), after.text) else 0)


def _are_bound(before: str, after: str) -> bool:
    """Whether a word surely belongs to the one behind it: a short one or a number, or both inside a word."""
    if after[0].isspace():
        return len(before) <= SHORT_WORD or before[-1].isdecimal()
    return not (_HIRAGANA.match(before[-1]) and not _HIRAGANA.match(after))


def _joint_cost(before: TimedWord, after: TimedWord) -> float:
    """What it costs to show two words together, for the silence between them or their speakers."""
    pause_ms = max(0, after.start_ms - before.end_ms)
    if pause_ms > LONGEST_PAUSE_MS:
        return FORBIDDEN
    return PAUSE_S * pause_ms / 1000 + (TWO_SPEAKERS if before.speaker != after.speaker else 0)
