"""Repetition loops: words and phrases that a text has over and over, as Whisper's do where it lost the thread."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LEAST = 3
"""Times in a row that make a repetition; people say a thing twice."""
LONGEST_UNIT = 16
"""Words of the longest phrase that is looked for."""
EXCUSED = 6
"""Words: "no, no, no" and "ha ha ha ha" are what people say; a likely text may have so many."""
UNLIKELY = -0.5
"""Mean log probability below which no repetition is excused."""
TELLING = 24
VARIETY = 0.34
"""Of so many words at least this share should be different ones. No text of the corpus has fewer."""
KEPT = 2
"""Of a loop so many rounds stay."""

WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0eff]|[^\W_]+(?:['’\-][^\W_]+)*")
"""A word, or one character of a script that sets no spaces."""


@dataclass(frozen=True, slots=True)
class Repetition:
    """A phrase that follows itself: its rounds take up the words from `start` to `end`."""

    start: int
    end: int
    unit: int
    """Words of the phrase."""

    def __len__(self) -> int:
        return self.end - self.start

    @property
    def times(self) -> int:
        """How often the phrase is said."""
        return len(self) // self.unit


def repetitions(text: str) -> list[Repetition]:
    """Each phrase that is said three times in a row or more, in order."""
    return list(_repetitions([match[0].casefold() for match in WORD.finditer(text)]))


def is_loop(text: str, logprob: float) -> bool:
    """Whether a text repeats itself as speech hardly does; `logprob` is its mean log probability."""
    words = [match[0].casefold() for match in WORD.finditer(text)]
    if len(words) >= TELLING and len(set(words)) < VARIETY * len(words):
        return True
    excused = EXCUSED if logprob >= UNLIKELY else 0
    return any(len(repetition) > excused for repetition in _repetitions(words))


def confirms(text: str, other: str) -> bool:
    """Whether two texts repeat the same phrases: then somebody may really say so."""
    return _phrases(text) == _phrases(other)


def shortened(text: str) -> str:
    """`text` with only the first rounds of each repetition."""
    places = list(WORD.finditer(text))
    kept, at = "", 0
    for repetition in repetitions(text):
        kept += text[at : places[repetition.start + KEPT * repetition.unit - 1].end()]
        at = places[repetition.end - 1].end()
    return kept + text[at:]


def _phrases(text: str) -> list[tuple[str, ...]]:
    words = [match[0].casefold() for match in WORD.finditer(text)]
    return [tuple(words[each.start : each.start + each.unit]) for each in _repetitions(words)]


def _repetitions(words: Sequence[str]) -> Iterator[Repetition]:
    start = 0
    while start < len(words):
        found = max((_at(words, start, unit) for unit in range(1, LONGEST_UNIT + 1)), key=len)
        if found.times >= LEAST:
            yield found
        start = found.end if found.times >= LEAST else start + 1


def _at(words: Sequence[str], start: int, unit: int) -> Repetition:
    """The rounds of a phrase that begins here; none, where there are too few."""
    end = start + unit
    while words[end : end + unit] == words[start : start + unit] and end + unit <= len(words):
        end += unit
    return Repetition(start, end if (end - start) // unit >= LEAST else start, unit)
