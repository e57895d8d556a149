"""Local agreement: of speech that is decoded again as it grows, what two successive texts agree on is final."""

import re
import unicodedata
from collections.abc import Sequence

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
_WORD = re.compile(rf"\s*(?:[{_UNSPACED}][^\w\s]*|[^\s{_UNSPACED}]+)")
"""A word with the space before it and its punctuation; where a language writes no spaces, a character."""

Words = Sequence[str]


class LocalAgreement:
    """The text of a stretch of speech: `final` words never change, `tentative` ones may.

    `final` may begin with words that were final before the stretch was cut off from a longer one.
    """

    def __init__(self, final: Words = ()) -> None:
        self.final = list(final)
        self._former: list[str] = []

    @property
    def tentative(self) -> str:
        """What the last text has beyond the final words."""
        return "".join(self._former)

    def push(self, text: str) -> list[str]:
        """The words that are final with this text of the stretch so far.

        Its last word never is: more sound may show that it goes on, or what stands behind it. A single word that both
        texts write differently is as the newer one has it once they agree on the two words behind it.
        """
        rest = self._beyond(text)
        agreed = _agreed(rest[:-1], self._former)
        self._former = rest[agreed:]
        self.final += rest[:agreed]
        return rest[:agreed]

    def finish(self, text: str) -> list[str]:
        """The words that are final with the text of the whole stretch; what was final stays so."""
        rest = self._beyond(text)
        self._former = []
        self.final += rest
        return rest

    def cut(self, text: str) -> tuple[list[str], "LocalAgreement"]:
        """Cut off the stretch's beginning, whose whole text this is.

        The words that are final with it, and what goes on behind it: words there that were final before still are.
        """
        words = split_words(text)
        of_final, of_words = overlap(self.final, words)
        return words[of_words:], LocalAgreement(self.final[of_final:])

    def _beyond(self, text: str) -> list[str]:
        words = split_words(text)
        return words[overlap(self.final, words)[1] :]


def split_words(text: str) -> list[str]:
    """The words of a text, each with the space before it and the punctuation behind it."""
    return _WORD.findall(text)


def continuation(text: str, words: Words) -> str:
    """What words add to a text, with a space between the two where their language writes one."""
    added = "".join(words)
    if not text:
        return added.lstrip()
    return f" {added}" if added and re.match(rf"[^\s{_UNSPACED}]", added) else added


def overlap(before: Words, after: Words) -> tuple[int, int]:
    """How many words of each of two texts that begin together lie before the end of the other one.

    One number is that text's length. Of the alignments with the fewest edits the longest is taken.
    """
    a, b = [_plain(word) for word in before], [_plain(word) for word in after]
    rows = [list(range(len(b) + 1))]
    for i, word in enumerate(a, 1):
        row = [i]
        for j, other in enumerate(b, 1):
            row.append(min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (word != other)))
        rows.append(row)
    ends = [(i, len(b)) for i in range(len(a) + 1)] + [(len(a), j) for j in range(len(b) + 1)]
    return min(ends, key=lambda end: (rows[end[0]][end[1]], -sum(end)))


def _agreed(newer: Words, older: Words) -> int:
    """How many words of the newer text the older one agrees with."""
    same = [_same(word, other) for word, other in zip(newer, older, strict=False)]
    count = 0
    while count < len(same) and (same[count] or same[count + 1 : count + 3] == [True, True]):
        count += 1
    return count


def _same(word: str, other: str) -> bool:
    return _plain(word) == _plain(other)


def _plain(word: str) -> str:
    """A word in lower case without punctuation; what is only punctuation stays as it is."""
    folded = unicodedata.normalize("NFKC", word.strip().casefold())
    return re.sub(r"\W+", "", folded) or folded
