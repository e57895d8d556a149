"""A long text as messages that Telegram takes: it counts UTF-16 code units, and so do we."""

import re
from collections.abc import Iterator

from handlers.message_units import MESSAGE_UNITS, head_within, utf16_units

# Where a text is best cut, best first: a paragraph, a sentence's end (also CJK, which needs no space), a word.
_CUTS = (re.compile(r"\n+"), re.compile(r"(?<=[.!?…])[\"»”')\]]*\s+|(?<=[。！？])"), re.compile(r"\s+"))


def tail_within(text: str, units: int) -> str:
    """The longest end of a text of at most so many units."""
    return head_within(text[::-1], units)[::-1]


def split_ranges(text: str, units: int = MESSAGE_UNITS) -> Iterator[tuple[int, int]]:
    """Where the parts of a text begin and end, in characters, without the white space around them.

    Each is of at most so many units, and cut at a paragraph's or a sentence's end where there is one; no word is lost.
    """
    start, end = _stripped(text, 0, len(text))
    while start < end and utf16_units(text[start:end]) > units:
        cut = _cut(text, start, start + len(head_within(text[start : start + units], units)))
        yield _stripped(text, start, cut)
        start, _ = _stripped(text, cut, end)
    if start < end:
        yield start, end


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    inside = text[start:end]
    return end - len(inside.lstrip()), start + len(inside.rstrip())


def _cut(text: str, start: int, most: int) -> int:
    """Where to cut, in the second half of what fits, so that no part is needlessly short."""
    for pattern in _CUTS:
        found = pattern.finditer(text, (start + most) // 2, most + 1)
        ends = [match.end() for match in found if match.start() <= most]
        if ends:
            return ends[-1]
    return most
