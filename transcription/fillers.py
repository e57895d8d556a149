"""Filler words: the sounds that fill a pause, such as "um", left out of a transcript, and its punctuation repaired."""

import functools
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from transcription.sentences import sentence_ends
from transcription.transcript import Segment, Transcript, Word

FOLDER = Path(__file__).parent / "filler_words"
"""A file for each language, by Whisper's code: a regular expression a line, of a whole filler in small letters.

A line that begins with a comma has words that lead on to the next one: hardly ever a comma follows but for a filler.
"""

_Token = list[Word]
"""What stands between two spaces."""
_PLAIN = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*)([,.;:…—–-]*)")
"""A word and the marks behind it. What is quoted, asked or called out is meant, and no filler."""
_CLAUSE_MARKS = ",;:—–-"
_DASHES = frozenset({"-", "–", "—"})


def without_fillers(transcript: Transcript) -> Transcript:
    """The transcript without the fillers of its language; itself where it has none, or nothing else.

    Words are kept whole with their times. Fillers are words that can be nothing else, in small letters or at the start
    of a sentence.
    """
    fillers = _fillers("en" if transcript.is_translated else transcript.language)
    if fillers is None:
        return transcript
    segments = [_clean(segment, fillers) for segment in transcript.segments]
    kept = tuple(segment for segment in segments if segment.text)
    return replace(transcript, segments=kept) if kept and kept != transcript.segments else transcript


@functools.cache
def _languages() -> frozenset[str]:
    return frozenset(file.stem for file in FOLDER.glob("*.txt"))


@dataclass(frozen=True, slots=True)
class _Fillers:
    """What matches the fillers of a language, and the words that lead on."""

    pattern: re.Pattern[str]
    leading: frozenset[str]


@functools.cache
def _fillers(language: str) -> _Fillers | None:
    """Those of a language; None where they are not known."""
    if language not in _languages():
        return None
    lines = (FOLDER / f"{language}.txt").read_text(encoding="utf-8").splitlines()
    leading = (word for line in lines if line.startswith(",") for word in line[1:].split())
    return _Fillers(re.compile("|".join(line for line in lines if line[:1] not in "#,")), frozenset(leading))


def _clean(segment: Segment, fillers: _Fillers) -> Segment:
    """A segment without fillers; its text is empty where it has nothing else."""
    has_words = "".join(word.text for word in segment.words).strip() == segment.text
    words = segment.words if has_words else _words_of(segment)
    tokens = list(_tokens(words))
    left = _leave_out(tokens, fillers)
    if left == tokens:
        return segment
    kept = tuple(word for token in left for word in token)
    return replace(segment, text=_text(kept), words=kept if has_words else ())


def _words_of(segment: Segment) -> Sequence[Word]:
    """The words of a text of which no times are known."""
    return [Word(text, segment.start_ms, segment.end_ms, 1.0) for text in re.findall(r"\s*\S+", segment.text)]


def _tokens(words: Sequence[Word]) -> Iterator[_Token]:
    """Words by what stands between two spaces: an engine may have cut it."""
    token: _Token = []
    for word in words:
        if token and (word.text[:1].isspace() or token[-1].text[-1:].isspace()):
            yield token
            token = []
        token.append(word)
    if token:
        yield token


def _leave_out(tokens: Sequence[_Token], fillers: _Fillers) -> list[_Token]:
    """Tokens without fillers: the marks of these go over to what is before them, a capital to what comes after."""
    kept: list[_Token] = []
    begins, is_capital, is_dropped = True, False, False
    for token, is_last in zip(tokens, _ends_sentence(tokens), strict=True):
        match = _PLAIN.fullmatch(_text(token))
        if match and _is_filler(match[1], fillers.pattern, begins=begins):
            is_dropped, is_capital = True, is_capital or match[1][0].isupper()
            if not begins:
                end = match[2].lstrip(_CLAUSE_MARKS) if is_last else ""
                kept[-1] = _take_over(kept[-1], end, fillers.leading)
        elif not (begins and is_dropped and _text(token) in _DASHES):
            kept.append(_capitalized(token) if is_capital else token)
            begins = is_capital = is_dropped = False
        begins = begins or is_last
    return kept


def _ends_sentence(tokens: Sequence[_Token]) -> list[bool]:
    """For each token, whether a sentence ends with it."""
    texts = ["".join(word.text for word in token) for token in tokens]
    ends = set(sentence_ends("".join(texts)))
    reached = itertools.accumulate(len(text) for text in texts)
    return [end - len(text) + len(text.rstrip()) in ends for text, end in zip(texts, reached, strict=True)]


def _is_filler(word: str, pattern: re.Pattern[str], *, begins: bool) -> bool:
    """Whether a word is a filler; a name or an abbreviation that reads like one has other capitals."""
    is_small = word.islower() or (begins and word == word[0].upper() + word[1:].lower())
    return is_small and pattern.fullmatch(word.lower()) is not None


def _take_over(token: _Token, end: str, leading: frozenset[str]) -> _Token:
    """What stands before a filler, with the marks that are right without that; `end` is how it ended a sentence.

    Of a comma before and one behind the filler one is left, and none after a word that leads on: "the, um, house".
    """
    word, comma, _ = _text(token).lower().partition(",")
    return _marked(token, end) if end or (comma and word in leading) else token


def _marked(token: _Token, mark: str) -> _Token:
    """A token with this mark in place of its own."""
    *others, last = token
    return [*others, replace(last, text=last.text.rstrip(_CLAUSE_MARKS) + mark)]


def _capitalized(token: _Token) -> _Token:
    """A token with a capital, unless it has one somewhere, as "iPhone" does."""
    first, *others = token
    if not _text(token).islower():
        return token
    at = next((index for index, letter in enumerate(first.text) if letter.isalpha()), 0)
    return [replace(first, text=first.text[:at] + first.text[at:].capitalize()), *others]


def _text(words: Sequence[Word]) -> str:
    return "".join(word.text for word in words).strip()
