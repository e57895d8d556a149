"""A long text as messages that Telegram takes: it counts UTF-16 code units, and so do we."""

import re
from collections.abc import Iterator

MESSAGE_UNITS = 4096
"""The most UTF-16 code units of one message's text."""

# Where a text is best cut, best first: a paragraph, a sentence's end (also CJK, which needs no space), a word.
_CUTS = (re.compile(r"\n+"), re.compile(r"(?<=[.!?…])[\"»”')\]]*\s+|(?<=[。！？])"), re.compile(r"\s+"))


def utf16_units(text: str) -> int:
    """The length of a text as Telegram counts it."""
    return len(text) + sum(character > "\uffff" for character in text)


def head_within(text: str, units: int) -> str:
    """The longest beginning of a text of at most so many units; a character of two units is never halved."""
    if utf16_units(text) <= units:
        return text
    for index, character in enumerate(text):
        units -= 2 if character > "\uffff" else 1
        if units < 0:
            return text[:index]
    return text


def tail_within(text: str, units: int) -> str:
    """The longest end of a text of at most so many units."""
    return head_within(text[::-1], units)[::-1]


def split_text(text: str, units: int = MESSAGE_UNITS) -> list[str]:
    """A text as parts of at most so many units, cut at sentence ends where there are any; no word is lost."""
    return list(_parts(text.strip(), units))


def _parts(text: str, units: int) -> Iterator[str]:
    while utf16_units(text) > units:
        head = head_within(text, units)
        cut = _cut(text, len(head))
        yield text[:cut].rstrip()
        text = text[cut:].lstrip()
    if text:
        yield text


def _cut(text: str, most: int) -> int:
    """Where to cut, in the second half of what fits, so that no part is needlessly short."""
    for pattern in _CUTS:
        ends = [match.end() for match in pattern.finditer(text, most // 2, most + 1) if match.start() <= most]
        if ends:
            return ends[-1]
    return most
