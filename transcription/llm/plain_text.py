"""What a language model wrote, as plain text: without thoughts, Markdown and characters that change how text runs."""

import re
import unicodedata

OPENING = re.compile(r"\s*<(think|thinking|thought)>")
THOUGHTS = re.compile(OPENING.pattern + r".*?(?:</\1>|\Z)", re.DOTALL)
"""Servers that do not know a model's thoughts for what they are leave them before its answer."""
HEADING = re.compile(r"^ {0,3}#{1,6} +", re.MULTILINE)
BOLD = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
BULLET = re.compile(r"^( *)[-*] +(?:\[[ xX]\] +)?", re.MULTILINE)
FENCE = re.compile(r"^```.*\n?", re.MULTILINE)
EMPTY_LINES = re.compile(r"\n{3,}")
DIRECTIONS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Characters by which a text could show another order than it has."""


def begins_with_thoughts(text: str) -> bool:
    """Whether an answer begins with what the model thought first."""
    return OPENING.match(text) is not None


def plain_text(text: str) -> str:
    """The answer in a text that may still grow; empty while there are thoughts only."""
    if thoughts := THOUGHTS.match(text):
        text = text[thoughts.end() :]
    text = "".join(each for each in text.translate(DIRECTIONS) if each == "\n" or _is_shown(each))
    text = BULLET.sub(r"\1• ", BOLD.sub(r"\2", HEADING.sub("", FENCE.sub("", text))))
    return EMPTY_LINES.sub("\n\n", text).strip()


def _is_shown(character: str) -> bool:
    """Whether a character is none of control, and no half of one, which JSON can smuggle in."""
    return unicodedata.category(character) not in {"Cc", "Cs"}
