"""Base direction of a line, for right-to-left text that begins with a name, a number or a Latin word."""

import unicodedata

RIGHT_TO_LEFT_MARK = "\u200f"
_STRONG = {"L": False, "R": True, "AL": True}


def is_right_to_left(text: str) -> bool:
    """Whether most letters of a text are of a script that runs from right to left."""
    strong = [_STRONG[kind] for kind in map(unicodedata.bidirectional, text) if kind in _STRONG]
    return 2 * sum(strong) > len(strong)


def directed(line: str, text: str | None = None) -> str:
    """A line so that players and editors lay it out in the direction of its text, which is all of it unless given.

    They go by the first letter; where that one runs the other way, an invisible mark goes before it.
    """
    first = next((_STRONG[kind] for kind in map(unicodedata.bidirectional, line) if kind in _STRONG), False)
    return RIGHT_TO_LEFT_MARK + line if not first and is_right_to_left(line if text is None else text) else line
