"""Full-text search in transcripts: the terms of a text, what is asked for in words, and the place where it is said."""

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import Stemmer

MAX_WORDS = 16
"""Further words of a question are ignored."""
MIN_STEM = 4
"""Characters that a stem has at least that other words may begin with."""
SNIPPET = 160
"""Characters of a text around what was found."""
BEFORE = 50
"""How many of them come before it, at most."""

_WORD = re.compile(r"[^\W_]+")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Characters of scripts that write no space between words: Thai, Lao, Burmese, Khmer, Japanese, Chinese."""


@dataclass(frozen=True, slots=True)
class _Token:
    """A word of a text, from where to where it stands: lower case without accents, and its stem."""

    start: int
    end: int
    word: str
    stem: str


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A word that is looked for, in all its forms; with a `beginning`, also all words that begin so."""

    stem: str
    beginning: str | None

    def matches(self, token: _Token) -> bool:
        return token.stem == self.stem or (self.beginning is not None and token.word.startswith(self.beginning))

    @property
    def expression(self) -> str:
        return f'"{self.stem}"' if self.beginning is None else f'("{self.stem}" OR "{self.beginning}"*)'


@dataclass(frozen=True, slots=True)
class TextQuery:
    """What texts are asked for: those in which all of the words occur, in any order; without words, all."""

    wanted: tuple[_Wanted, ...] = ()

    @classmethod
    def parse(cls, words: str, *, by_prefix: bool = False, is_typing: bool = False) -> "TextQuery":
        """What somebody wrote: a star after a word, as in `graf*`, finds all that begins like it.

        With `is_typing` the last word is such a beginning; with `by_prefix` every word is, or its stem is one, for
        stems of a word's forms differ now and then (сарай, сарая).
        """
        words = unicodedata.normalize("NFC", words)
        tokens = list(_tokens(words))[:MAX_WORDS]

        def beginning(token: _Token) -> str | None:
            if by_prefix and len(token.stem) >= MIN_STEM and token.word.startswith(token.stem):
                return token.stem
            is_lone = len(token.word) == 1 and _is_unspaced(token.word)  # texts have pairs of these
            is_typed = words.startswith("*", token.end) or (is_typing and token is tokens[-1])
            return token.word if by_prefix or is_typed or is_lone else None

        return cls(tuple(_Wanted(token.stem, beginning(token)) for token in tokens))

    def expression(self, user_id: int) -> str:
        """The same in the language of FTS5, for the texts of one person."""
        return " AND ".join([f'"{owner_term(user_id)}"', *(each.expression for each in self.wanted)])

    def snippet(self, text: str) -> list[tuple[str, bool]]:
        """The place in a text where most of the words are found, in pieces; True for those that are what was found.

        Where nothing is found, or was asked for, that is the beginning.
        """
        text = " ".join(unicodedata.normalize("NFC", text).split())
        hits = [(token, found) for token in _tokens(text) if (found := self._found(token))]
        start, end = _place(text, hits)
        pieces = [("…", False)] if start else []
        for first, last in _joined(token for token, _ in hits if start <= token.start and token.end <= end):
            pieces += [(text[start:first], False), (text[first:last], True)]
            start = last
        pieces += [(text[start:end], False), ("…" if end < len(text) else "", False)]
        return [piece for piece in pieces if piece[0]]

    def _found(self, token: _Token) -> frozenset[_Wanted]:
        return frozenset(each for each in self.wanted if each.matches(token))


def owner_term(user_id: int) -> str:
    """The term that all texts of a person have, and no text says: an underscore is part of no word."""
    return f"_{user_id}"


def search_terms(transcript: str) -> str:
    """What a transcript, given as the JSON that is stored, is found by: its words and their stems, once each."""
    text = " ".join(segment["text"] for segment in json.loads(transcript)["segments"])
    tokens = _tokens(unicodedata.normalize("NFC", text))
    return " ".join(sorted({form for token in tokens for form in (token.word, token.stem)}))


def _tokens(text: str) -> Iterator[_Token]:
    """The words of a text; where there is no space between them, each two neighbouring characters."""
    russian, english = Stemmer.Stemmer("russian"), Stemmer.Stemmer("english")
    for match in _WORD.finditer(text):
        if _is_unspaced(match.group()):
            for start in range(match.start(), max(match.end() - 1, match.start() + 1)):
                pair = _folded(text[start : min(start + 2, match.end())])
                yield _Token(start, min(start + 2, match.end()), pair, pair)
        else:
            word = match.group().casefold().replace("ё", "е")
            stemmer = russian if "а" <= word[0] <= "я" else english
            yield _Token(match.start(), match.end(), _folded(word), _folded(stemmer.stemWord(word)))


def _is_unspaced(word: str) -> bool:
    return _UNSPACED.match(word) is not None


def _folded(word: str) -> str:
    """A word in lower case, without accents and whatever else would end it for FTS5, such as the stroke of ½."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", word.casefold()))) or word


def _place(text: str, hits: Sequence[tuple[_Token, frozenset[_Wanted]]]) -> tuple[int, int]:
    """From where to where a text is shown, cut between words."""
    anchor, most = 0, 0
    for index, (token, _) in enumerate(hits):
        found: set[_Wanted] = set()
        for other, wanted in hits[index : index + SNIPPET]:
            if other.end - token.start > SNIPPET - BEFORE:
                break
            found |= wanted
        if len(found) > most:
            anchor, most = token.start, len(found)
    start = max(0, min(anchor - BEFORE, len(text) - SNIPPET))
    if start:
        space = text.find(" ", start, anchor)
        start = space + 1 if space >= 0 else start
    end = min(len(text), start + SNIPPET)
    if end < len(text):
        space = text.rfind(" ", max(start, anchor) + 1, end)
        end = space if space >= 0 else end
    return start, end


def _joined(tokens: Iterator[_Token]) -> Iterator[tuple[int, int]]:
    """Where tokens stand; those that overlap are one."""
    first = last = None
    for token in tokens:
        if last is not None and token.start < last:
            last = token.end
            continue
        if first is not None and last is not None:
            yield first, last
        first, last = token.start, token.end
    if first is not None and last is not None:
        yield first, last
