"""Paragraphs of a transcript, from its pauses, sentences and speakers."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from transcription.segmentation import cheapest_stretches
from transcription.timed_words import TimedWord, sentences, text_of, timed_words
from transcription.transcript import Transcript

LONGEST = 900
"""Columns of the longest paragraph; a full-width character takes two."""
USUAL = 450
"""Columns of a paragraph that reads well on a phone's screen: ten to fifteen lines."""
SHORT = 80
"""Columns below which a sentence is no paragraph of its own."""
LONGEST_SENTENCE = LONGEST - SHORT
"""A longer one is cut, so that a short sentence always finds room beside any other."""
TELLING_PAUSE_MS = 3000
"""A pause that long ends a paragraph of any length; what is longer says no more."""
PAUSE_GAIN = 1.0
"""What it is worth to end a paragraph there, where the wrong length costs up to 1."""
CUT_COST = 1.0
"""What it costs to end one inside a sentence, or a part of a sentence inside a clause."""
GROUP = 20
"""Columns, three or four words."""
TOO_SHORT_COST = 1000.0


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Some sentences of one speaker. Times are milliseconds from the start of the recording; `text` is stripped."""

    start_ms: int
    end_ms: int
    text: str
    speaker: int | None
    words: tuple[TimedWord, ...]


def split_paragraphs(transcript: Transcript) -> list[Paragraph]:
    """The paragraphs of a transcript, in order; together they hold all its words.

    None is wider than `LONGEST`, and none is one sentence shorter than `SHORT` unless its speaker says no more then.
    """
    found = []
    for _, turn in itertools.groupby(sentences(timed_words(transcript)), key=lambda sentence: sentence[0].speaker):
        parts = [part for sentence in turn for part in _parts(sentence)]
        for first, last in cheapest_stretches(len(parts), partial(_paragraph_cost, parts)):
            found.append(_paragraph([word for part in parts[first:last] for word in part.words]))
    return found


def _paragraph(words: Sequence[TimedWord]) -> Paragraph:
    end_ms = max(word.end_ms for word in words)
    return Paragraph(words[0].start_ms, end_ms, text_of(words), words[0].speaker, tuple(words))


@dataclass(frozen=True, slots=True)
class _Part:
    """A sentence, or a part of a long one."""

    words: Sequence[TimedWord]
    columns: int
    is_cut: bool
    """Whether its sentence goes on behind it."""


def _parts(sentence: Sequence[TimedWord]) -> Iterator[_Part]:
    """A sentence; one that is longer than `LONGEST_SENTENCE` in parts, cut at clauses and pauses where it has any."""
    width = sum(word.columns for word in sentence)
    if width <= LONGEST_SENTENCE:
        yield _Part(sentence, width, is_cut=False)
        return
    groups = _groups(sentence)
    reached = [0, *itertools.accumulate(sum(word.columns for word in group) for group in groups)]
    breaks = [0.0, *(_cut_cost(before[-1], after[0]) for before, after in itertools.pairwise(groups)), 0.0]

    def cost(first: int, last: int) -> float | None:
        width = reached[last] - reached[first]
        return _length_cost(width) + breaks[last] if width <= LONGEST_SENTENCE else None

    for first, last in cheapest_stretches(len(groups), cost):
        words = [word for group in groups[first:last] for word in group]
        yield _Part(words, reached[last] - reached[first], is_cut=last < len(groups))


def _groups(sentence: Sequence[TimedWord]) -> list[list[TimedWord]]:
    """Neighbouring words that are not cut apart, for the time's sake: an hour without a mark has many characters."""
    groups = [[sentence[0]]]
    width = sentence[0].columns
    for before, after in itertools.pairwise(sentence):
        if width >= GROUP or before.ends_clause or after.start_ms > before.end_ms:
            groups.append([])
            width = 0
        groups[-1].append(after)
        width += after.columns
    return groups


def _paragraph_cost(parts: Sequence[_Part], first: int, last: int) -> float | None:
    """What a paragraph of some parts costs: little, where it is of usual length and a pause ends it."""
    width = sum(part.columns for part in parts[first:last])
    if width > LONGEST and last - first > 1:
        return None
    cost = _length_cost(width)
    if last < len(parts):
        cost -= _pause_gain(parts[last - 1].words[-1], parts[last].words[0])
        cost += CUT_COST if parts[last - 1].is_cut else 0
    return cost


def _length_cost(columns: int) -> float:
    """0 for the usual length, 1 for none and the double; what is too short costs more than anything else."""
    return ((columns - USUAL) / USUAL) ** 2 + (TOO_SHORT_COST if columns < SHORT else 0)


def _cut_cost(before: TimedWord, after: TimedWord) -> float:
    """What it costs to cut a sentence between two words."""
    return (0 if before.ends_clause else CUT_COST) - _pause_gain(before, after)


def _pause_gain(before: TimedWord, after: TimedWord) -> float:
    pause_ms = min(max(after.start_ms - before.end_ms, 0), TELLING_PAUSE_MS)
    return PAUSE_GAIN * pause_ms / TELLING_PAUSE_MS
