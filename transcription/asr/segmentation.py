"""Segmentation of a transcript: windows of a recording, which end anywhere, become its sentences."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from transcription.asr.seams import mended
from transcription.asr.word_times import joined
from transcription.sentences import sentence_ends
from transcription.transcript import Segment, Word

MAX_SEGMENT_MS = 20_000
"""A longer sentence becomes several segments, divided where it pauses."""
CLAUSE_MS = 300
"""A mark inside a sentence is worth so much more of a pause."""
CLAUSE_MARKS = tuple(",;:–—，、；：،؛")


@dataclass(frozen=True, slots=True)
class _SourcedWord:
    """A word and the window that it is from."""

    word: Word
    window: Segment


def sentences_of(windows: Sequence[Segment]) -> tuple[Segment, ...]:
    """The segments of a recording's windows as sentences, with times from their words.

    A sentence that goes on in the next window is one segment. Windows without words stay as they are.
    """
    segments: list[Segment] = []
    for has_words, group in itertools.groupby(windows, key=lambda window: bool(window.words)):
        members = list(group)
        segments += _sentences(mended(members)) if has_words else members
    return tuple(segments)


def _sentences(windows: Sequence[Segment]) -> Iterator[Segment]:
    words = [_SourcedWord(word, window) for window in windows for word in window.words]
    text = "".join(each.word.text for each in words)
    ends = iter(sentence_ends(text))
    end, place, first = next(ends, 0), 0, 0
    for number, each in enumerate(words):
        place += len(each.word.text.rstrip())
        if place >= end:
            yield from _divided(words[first : number + 1])
            first, end = number + 1, next(ends, len(text))
        place += len(each.word.text) - len(each.word.text.rstrip())


def _divided(words: Sequence[_SourcedWord]) -> Iterator[Segment]:
    """A sentence as one segment, or as several where it is too long."""
    if words[-1].word.end_ms - words[0].word.start_ms <= MAX_SEGMENT_MS or len(words) == 1:
        yield _segment(words)
        return
    cut = max(range(1, len(words)), key=lambda number: _worth(words, number))
    yield from _divided(words[:cut])
    yield from _divided(words[cut:])


def _worth(words: Sequence[_SourcedWord], number: int) -> float:
    """How well a sentence is divided before a word: in a pause, behind a comma, and not close to an end of it."""
    before, after = words[number - 1].word, words[number].word
    pause_ms = after.start_ms - before.end_ms + CLAUSE_MS * before.text.endswith(CLAUSE_MARKS)
    length_ms = words[-1].word.end_ms - words[0].word.start_ms
    shorter_ms = min(before.end_ms - words[0].word.start_ms, words[-1].word.end_ms - after.start_ms)
    return (1 + pause_ms) * shorter_ms / length_ms


def _segment(words: Sequence[_SourcedWord]) -> Segment:
    """Scores are those of the window that most of the words are from."""
    own = [each.word for each in words]
    windows = [each.window for each in words]
    main = max(windows, key=windows.count) if windows[0] is not windows[-1] else windows[0]
    return replace(main, start_ms=own[0].start_ms, end_ms=own[-1].end_ms, text=joined(own), words=tuple(own))
