"""Text from the tokens of a model: words and their times, scripts, and letters that a vocabulary lacks."""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from transcription.transcript import Word

UNKNOWN = "<unk>"
CLOSING = re.compile(r"[.,!?;:…%)\]}»”’]+")
"""What a vocabulary may write with a space before it, and nobody does."""
SENTENCE_END = re.compile(r"[.!?…]\s*$|^\s*$")
LONGEST_TOKEN_S = 0.24
"""How long after its last token a word ends at most; a token is told by the moment at which it was certain."""

LETTERS = {
    "cyrillic": re.compile(r"[\u0400-\u052f]"),
    "greek": re.compile(r"[\u0370-\u03ff]"),
    "latin": re.compile(r"[A-Za-z\u00c0-\u024f]"),
}
_SCRIPTS = {"el": "greek"} | dict.fromkeys(("be", "bg", "kk", "mk", "ru", "uk"), "cyrillic")


@dataclass(frozen=True, slots=True)
class Token:
    """A token of a model: text with the space before a word, second at which it was told, log probability."""

    text: str
    at_s: float
    logprob: float


def script_of(language: str) -> str:
    """The script of a European language, by its code."""
    return _SCRIPTS.get(language, "latin")


def is_written(text: str, script: str) -> bool:
    """Whether at least half of the letters of a text are of a script."""
    plain = text.replace(UNKNOWN, "")
    counts = {each: len(letters.findall(plain)) for each, letters in LETTERS.items()}
    return 2 * counts[script] >= sum(counts.values())


def is_written_in(token: str, language: str) -> bool:
    """Whether a token has no letter of a script in which a language is not written."""
    own = script_of(language)
    return not any(letters.search(token) for script, letters in LETTERS.items() if script != own)


def guessed(text: str) -> str:
    """A text of unknown language, with "ё" for what its vocabulary lacks, if it is Cyrillic: that makes it Russian."""
    return text.replace(UNKNOWN, "ё" if is_written(text, "cyrillic") else "")


def with_known_letters(tokens: Iterable[Token], language: str) -> Iterator[Token]:
    """Tokens without `<unk>`: in Russian text it is "ё", which Parakeet's vocabulary lacks."""
    before = ""
    for token in tokens:
        text = token.text
        if UNKNOWN in text:
            letter = "" if language != "ru" else "Ё" if SENTENCE_END.search(before) else "ё"
            text = text.replace(UNKNOWN, letter)
        before += text
        yield Token(text, token.at_s, token.logprob)


def words_of(tokens: Iterable[Token], end_s: float) -> tuple[Word, ...]:
    """The words that tokens make up; `end_s` is when the sound ends. Times are not below zero."""
    groups: list[list[Token]] = []
    is_new = True
    for token in tokens:
        text = token.text.strip()
        begins = token.text.startswith(" ") and not CLOSING.fullmatch(text)
        is_new = is_new or begins
        if not text:
            continue
        if is_new or not groups:
            groups.append([])
        groups[-1].append(token)
        is_new = token.text.endswith(" ")
    starts = [group[0].at_s for group in groups]
    return tuple(
        _word(group, min(next_s, group[-1].at_s + LONGEST_TOKEN_S, end_s))
        for group, next_s in zip(groups, [*starts[1:], math.inf], strict=False)
    )


def _word(tokens: Sequence[Token], end_s: float) -> Word:
    start_ms = max(0, round(tokens[0].at_s * 1000))
    return Word(
        " " + "".join(token.text.strip() for token in tokens),
        start_ms,
        max(start_ms, round(end_s * 1000)),
        math.exp(sum(token.logprob for token in tokens) / len(tokens)),
    )
