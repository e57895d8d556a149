"""The words of a transcript with their times and speakers, also where its engine knew no words."""

import itertools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from transcription.sentences import sentence_ends
from transcription.transcript import Segment, Transcript, Word

WIDEST = 30
"""Columns after which a word without an end is cut: a loop of letters, an address."""
KEPT_WHOLE = 16
"""Columns up to which a word of the engine stays whole whatever is in it."""

_UNSPACED_RANGES = (
    *((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF)),  # Thai and Lao, Burmese, Khmer
    *((0x3040, 0x30FF), (0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF)),  # kana, Chinese characters
)
_UNSPACED = "".join(f"{chr(first)}-{chr(last)}" for first, last in _UNSPACED_RANGES)
_MARKS = "".join(
    chr(code)
    for first, last in _UNSPACED_RANGES[:4]
    for code in range(first, last + 1)
    if unicodedata.category(chr(code)).startswith("M")
)
_FULL_WIDTH_MARKS = "、。，．！？｡：；）」』】〉》"
_NEVER_FIRST = _MARKS + _FULL_WIDTH_MARKS + "”’ー々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮะาำๆ,.!?:;)"
"""Characters that no line begins with."""
_NEVER_LAST = "「『（【〈《“‘เแโใไ"
_WORD = re.compile(
    rf"\s*(?:[{_NEVER_LAST}]*[{_UNSPACED}][{re.escape(_NEVER_FIRST)}]{{0,6}}"
    rf"|(?:(?![{_NEVER_LAST}][{_UNSPACED}])[^\s{_UNSPACED}]){{1,{WIDEST}}}[{re.escape(_NEVER_FIRST)}]{{0,2}})"
)
"""A word and the space before it, or one character of a script that sets no spaces, with its marks."""

_CLAUSE_END = re.compile(r"[,;:，、；：،؛—–][\"'”’»)]*$")


@dataclass(frozen=True, slots=True)
class TimedWord(Word):
    """A word and who says it. It begins with the space between it and the word before, if there is to be one."""

    speaker: int | None = None

    @property
    def columns(self) -> int:
        """Its width, space and all."""
        return columns(self.text)

    @property
    def ends_clause(self) -> bool:
        """Whether a comma, a dash or the like follows."""
        return _CLAUSE_END.search(self.text) is not None


def columns(text: str) -> int:
    """The width of a text in a font of one width: a full-width character, as Chinese ones are, takes two columns."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def is_unspaced(character: str) -> bool:
    """Whether its script sets no spaces between words."""
    return any(first <= ord(character) <= last for first, last in _UNSPACED_RANGES) or character in _FULL_WIDTH_MARKS


def text_of(words: Sequence[Word]) -> str:
    """Words as text, stripped."""
    return "".join(word.text for word in words).strip()


def timed_words(transcript: Transcript) -> list[TimedWord]:
    """All words in order; none begins before, or at the same millisecond as, the one before it.

    Where the engine knew no words, those of the text are laid over their segment's time by their widths; they are taken
    for certain. Joined they are the transcript's text, but for a space between segments in scripts that set none.
    """
    words: list[TimedWord] = []
    for segment in transcript.segments:
        ends_in_space = bool(words)
        for index, word in enumerate(_words_of(segment)):
            text = " ".join(word.text.split())
            is_run_on = index == 0 and words and is_unspaced(words[-1].text[-1]) and is_unspaced(text[0])
            space = " " if (ends_in_space or word.text[0].isspace()) and not is_run_on and words else ""
            start_ms = max(word.start_ms, words[-1].start_ms + 1 if words else 0)
            end_ms = max(word.end_ms, start_ms + 1)
            words.append(TimedWord(space + text, start_ms, end_ms, word.probability, segment.speaker))
            ends_in_space = word.text[-1].isspace()
    return words


def sentences(words: Sequence[TimedWord]) -> list[Sequence[TimedWord]]:
    """The words sentence by sentence; where another speaker goes on, that is a sentence of its own."""
    ends = iter(sentence_ends("".join(word.text for word in words)))
    found, first, offset = [], 0, 0
    end = next(ends, 0)
    for index, word in enumerate(words, 1):
        offset += len(word.text)
        is_last = index == len(words) or words[index].speaker != word.speaker
        if is_last or offset >= end:
            found.append(words[first:index])
            first = index
        while offset >= end and (following := next(ends, None)) is not None:
            end = following
    return found


def split_word(word: TimedWord, widest: int = KEPT_WHOLE) -> Iterator[TimedWord]:
    """A word that takes up more columns in parts, each with its share of the time."""
    parts = _parts(word.text) if word.columns > widest else []
    yield from _lay_out(word, parts) if len(parts) > 1 else (word,)


def _words_of(segment: Segment) -> Iterator[TimedWord]:
    whole = TimedWord(segment.text, segment.start_ms, segment.end_ms, 1.0)
    if text_of(segment.words) != segment.text:
        yield from _lay_out(whole, _parts(segment.text))
        return
    for word in _joined(segment.words):
        yield from split_word(word)


def _joined(words: Sequence[Word]) -> Iterator[TimedWord]:
    """The engine's words, pieces of one joined: engines cut scripts without spaces by their own tokens."""
    joined: list[TimedWord] = []
    for word in words:
        if joined and _are_one(joined[-1].text, word.text):
            last = joined[-1]
            probability = min(last.probability, word.probability)
            joined[-1] = replace(last, text=last.text + word.text, end_ms=word.end_ms, probability=probability)
        else:
            joined.append(TimedWord(word.text, word.start_ms, word.end_ms, word.probability))
    return iter(joined)


def _are_one(before: str, after: str) -> bool:
    """Whether nothing lies between two words of an engine."""
    if not before.strip() or not after.strip():
        return True
    if after[0].isspace() or before[-1].isspace():
        return False
    return after[0] in _NEVER_FIRST or not (is_unspaced(before[-1]) or is_unspaced(after[0]))


def _parts(text: str) -> list[str]:
    """The words of a text, or its characters; none is wider than `WIDEST` and two marks."""
    parts = []
    for word in _WORD.findall(text):
        step = WIDEST // 2 if columns(word) > WIDEST + 2 else len(word)  # of full-width letters
        parts += [word[start : start + step] for start in range(0, len(word), step)]
    return parts


def _lay_out(whole: TimedWord, parts: Sequence[str]) -> Iterator[TimedWord]:
    """Parts of a text, each with a share of its time that corresponds to its width."""
    reached = [0, *itertools.accumulate(columns(part) for part in parts)]
    length_ms = whole.end_ms - whole.start_ms
    times = [whole.start_ms + length_ms * width // max(reached[-1], 1) for width in reached]
    for part, (start_ms, end_ms) in zip(parts, itertools.pairwise(times), strict=True):
        yield replace(whole, text=part, start_ms=start_ms, end_ms=end_ms)
