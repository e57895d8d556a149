"""The language of each window of a note: all of them decide together, and one that is clear decides for itself."""

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

Chances = Mapping[str, float]
"""Whisper's probability of each language, by its code (0..1)."""

USUAL = 10.0
"""How much likelier a chat's usual language is than any other, before a word was heard."""
SHARED = 30.0
"""How much likelier the language of all other windows is: one must be this sure to differ."""
SURE = 0.9
OVERRULED = 2.0
"""A window is heard again where another language turns out to be so many times as likely."""

SPOKEN = 0.03
"""A language with this probability may be spoken in a part of a window."""
CLEAR = 0.8
"""What a slice of a window must reach in the language that a part of it is said to be in."""
SWITCH = math.log(10)
"""What a change of language inside a window costs: as much as one slice that is so many times as likely."""
LEAST = 0.01
"""The least that a slice's probability is taken for, so that no single one forces a change."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A language and how it was chosen."""

    language: str
    probability: float
    """Whisper's own (0..1)."""
    likelihood: float
    """The same with what the other windows are in (0..1)."""

    @property
    def is_sure(self) -> bool:
        """Whether no further window can be expected to change it."""
        return self.likelihood >= SURE


@dataclass(frozen=True, slots=True)
class Stretch:
    """So many slices of a window, one after the other, in one language."""

    language: str
    slices: int


def choose(chances: Chances, weights: Chances) -> Choice:
    """The likeliest language. What `weights` does not name weighs 1."""
    weighted = {code: chance * weights.get(code, 1.0) for code, chance in chances.items()}
    language = max(weighted, key=lambda code: weighted[code])
    total = sum(weighted.values())
    return Choice(language, float(chances[language]), weighted[language] / total if total else 0.0)


class Languages:
    """What the windows of one note say about its languages; `usual` is that of its chat."""

    def __init__(self, usual: str | None = None) -> None:
        self._usual = usual
        self._heard: dict[int, tuple[Chances, float]] = {}

    def __len__(self) -> int:
        return len(self._heard)

    def add(self, number: int, chances: Chances, seconds: float) -> None:
        """What a window of so many seconds of speech sounds like."""
        self._heard[number] = chances, seconds

    def count_after(self, number: int) -> int:
        """How many later windows were decoded."""
        return sum(other > number for other in self._heard)

    def weights(self, number: int | None = None) -> dict[str, float]:
        """How likely each language is in a window before it is heard itself, as a multiple of one nobody spoke yet."""
        shares = self._shares(without=number)
        weights = {code: 1.0 + SHARED * share for code, share in shares.items()}
        if self._usual:
            weights[self._usual] = max(USUAL, weights.get(self._usual, 1.0))
        return weights

    def choice(self, number: int) -> Choice:
        """The language of a window that was heard, by itself and by all others."""
        return choose(self._heard[number][0], self.weights(number))

    def overrules(self, number: int, language: str) -> bool:
        """Whether another language has turned out to be much likelier in a window than this one."""
        chances, weights = self._heard[number][0], self.weights(number)
        best, before = (
            chances.get(code, 0.0) * weights.get(code, 1.0) for code in (choose(chances, weights).language, language)
        )
        return best > OVERRULED * before

    def main(self) -> Choice | None:
        """The language that most of the note is in; None where nothing was heard."""
        seconds: dict[str, float] = {}
        certain_s: dict[str, float] = {}
        for number, (chances, length) in self._heard.items():
            language = self.choice(number).language
            seconds[language] = seconds.get(language, 0.0) + length
            certain_s[language] = certain_s.get(language, 0.0) + length * chances[language]
        if not seconds:
            return None
        language = max(seconds, key=lambda code: seconds[code])
        length = seconds[language]
        return Choice(language, certain_s[language] / length, length / sum(seconds.values()))

    def _shares(self, without: int | None) -> dict[str, float]:
        """How much of the note each language takes (0..1). Surer windows count for more."""
        shares: dict[str, float] = {}
        total = 0.0
        for number, (chances, seconds) in self._heard.items():
            if number != without:
                weight = seconds * max(chances.values())
                total += weight
                for code, chance in chances.items():
                    shares[code] = shares.get(code, 0.0) + weight * chance
        return {code: share / total for code, share in shares.items()} if total else {}


def candidates(chances: Chances, weights: Chances) -> list[str]:
    """The languages that may alternate in a window: those that it sounds like, and those that others are in."""
    likely = {code for code, chance in chances.items() if chance >= SPOKEN}
    return sorted(likely | {code for code, weight in weights.items() if weight >= 1.0 + SHARED / 10})


def clear_in(slices: Sequence[Chances]) -> list[str]:
    """The languages that slices of a window are clearly in."""
    return sorted({code for chances in slices for code, chance in chances.items() if chance >= CLEAR})


def stretches_of(slices: Sequence[Chances], languages: Sequence[str]) -> list[Stretch]:
    """The languages that follow one another in a window, by Viterbi's algorithm.

    A stretch counts only if one of its slices is clear; otherwise it belongs to its neighbour.
    """
    if len(languages) < 2:
        return [Stretch(language, len(slices)) for language in languages]
    best = dict.fromkeys(languages, 0.0)
    came_from: list[dict[str, str]] = []
    for chances in slices:
        steps = {
            code: max(languages, key=lambda other, code=code: best[other] - SWITCH * (other != code))  # type: ignore[misc]
            for code in languages
        }
        best = {
            code: best[steps[code]] - SWITCH * (steps[code] != code) + math.log(max(LEAST, chances.get(code, 0.0)))
            for code in languages
        }
        came_from.append(steps)
    path = list(_backwards(came_from, max(best, key=lambda code: best[code])))[::-1]
    clear = {code for code, chances in zip(path, slices, strict=True) if chances.get(code, 0.0) >= CLEAR}
    if not clear:
        return [Stretch(path[0], len(path))]
    if clear != set(path):
        return stretches_of(slices, sorted(clear))
    return [Stretch(code, len(list(group))) for code, group in itertools.groupby(path)]


def _backwards(came_from: Sequence[Mapping[str, str]], last: str) -> Iterator[str]:
    for steps in reversed(came_from):
        yield last
        last = steps[last]
