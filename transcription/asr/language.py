"""Language identification across the windows of a recording, and code-switching inside one window."""

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

LanguageProbs = Mapping[str, float]
"""Whisper's probability of each language, by its code (0..1)."""

LIKELY_LANGUAGE_PRIOR = 20.0
"""How much likelier a chat's likely language is than any other, before a window is decoded (decision 128)."""
APP_LANGUAGE_PRIOR = 5.0
"""The same of the language of the sender's app, in a chat without one: many speak another than they read (decision
138)."""
SHARED = 30.0
"""How much likelier the language of all other windows is: one must be this sure to differ."""
SURE = 0.9
OVERRULED = 2.0
"""A window is decoded again where another language turns out to be so many times as likely."""

SPOKEN = 0.03
"""A language with this probability may be spoken in a part of a window."""
HINTED = 0.0005
"""The same for a language that its chat or its other windows are in: of windows in two languages 97 % have as much of
the second one, of those in one language 27 % (decision 134)."""
CLEAR = 0.8
"""What a slice of a window must reach in the language that a part of it is said to be in."""
SWITCH = math.log(10)
"""What a change of language inside a window costs: as much as one slice that is so many times as likely."""
SHORTEST = 4
"""Slices (3 s of sound) of the shortest part that a language is believed for. Breaths, silence and single words sound
like another language, too, but for three slices at most (decision 129)."""
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


def choose(probs: LanguageProbs, weights: LanguageProbs) -> Choice:
    """The likeliest language. What `weights` does not name weighs 1."""
    weighted = {code: prob * weights.get(code, 1.0) for code, prob in probs.items()}
    language = max(weighted, key=lambda code: weighted[code])
    total = sum(weighted.values())
    return Choice(language, float(probs[language]), weighted[language] / total if total else 0.0)


class Languages:
    """Which languages the windows of a recording are in, all of them together.

    `likely` is that of its chat, `app` that of the sender's app, which counts where the chat has none.
    """

    def __init__(self, likely: str | None = None, app: str | None = None) -> None:
        self._prior = {likely: LIKELY_LANGUAGE_PRIOR} if likely else {app: APP_LANGUAGE_PRIOR} if app else {}
        self._windows: dict[int, tuple[LanguageProbs, float]] = {}

    def __len__(self) -> int:
        return len(self._windows)

    def add(self, number: int, probs: LanguageProbs, seconds: float) -> None:
        """Take the probabilities of a window of so many seconds of speech."""
        self._windows[number] = probs, seconds

    def count_after(self, number: int) -> int:
        """How many later windows were decoded."""
        return sum(other > number for other in self._windows)

    def weights(self, number: int | None = None) -> dict[str, float]:
        """How likely each language is in a window before it is decoded, as a multiple of one that no window has."""
        shares = self._shares(without=number)
        weights = {code: 1.0 + SHARED * share for code, share in shares.items()}
        return weights | {code: max(prior, weights.get(code, 1.0)) for code, prior in self._prior.items()}

    def choice(self, number: int) -> Choice:
        """The language of a window that was added, by itself and by all others."""
        return choose(self._windows[number][0], self.weights(number))

    def overrules(self, number: int, language: str) -> bool:
        """Whether another language has turned out to be much likelier in a window than this one."""
        probs, weights = self._windows[number][0], self.weights(number)
        best, before = (
            probs.get(code, 0.0) * weights.get(code, 1.0) for code in (choose(probs, weights).language, language)
        )
        return best > OVERRULED * before

    def main(self) -> Choice | None:
        """The language that most of the recording is in; None where no window was added."""
        seconds: dict[str, float] = {}
        certain_s: dict[str, float] = {}
        for number, (probs, length) in self._windows.items():
            language = self.choice(number).language
            seconds[language] = seconds.get(language, 0.0) + length
            certain_s[language] = certain_s.get(language, 0.0) + length * probs[language]
        if not seconds:
            return None
        language = max(seconds, key=lambda code: seconds[code])
        length = seconds[language]
        return Choice(language, certain_s[language] / length, length / sum(seconds.values()))

    def _shares(self, without: int | None) -> dict[str, float]:
        """How much of the recording each language takes (0..1). Surer windows count for more."""
        shares: dict[str, float] = {}
        total = 0.0
        for number, (probs, seconds) in self._windows.items():
            if number != without:
                weight = seconds * max(probs.values())
                total += weight
                for code, prob in probs.items():
                    shares[code] = shares.get(code, 0.0) + weight * prob
        return {code: share / total for code, share in shares.items()} if total else {}


def candidates(probs: LanguageProbs, weights: LanguageProbs) -> list[str]:
    """The languages that may alternate in a window: those that it sounds like, faintly if they are known."""
    known = {code for code, weight in weights.items() if weight >= 1.0 + SHARED / 10}
    return sorted(code for code, prob in probs.items() if prob >= (HINTED if code in known else SPOKEN))


def clear_in(slices: Sequence[LanguageProbs]) -> list[str]:
    """The languages that slices of a window are clearly in."""
    return sorted({code for probs in slices for code, prob in probs.items() if prob >= CLEAR})


def stretches_of(slices: Sequence[LanguageProbs], languages: Sequence[str]) -> list[Stretch]:
    """The languages that follow one another in a window, by Viterbi's algorithm.

    A language counts only if it has a stretch of `SHORTEST` slices or more, and a slice that is clear; otherwise its
    stretches belong to their neighbours.
    """
    if len(languages) < 2:
        return [Stretch(language, len(slices)) for language in languages]
    path = _likeliest_path(slices, languages)
    stretches = [Stretch(code, len(list(group))) for code, group in itertools.groupby(path)]
    clear = {code for code, probs in zip(path, slices, strict=True) if probs.get(code, 0.0) >= CLEAR}
    spoken = clear & {stretch.language for stretch in stretches if stretch.slices >= SHORTEST}
    if not spoken:
        return [Stretch(path[0], len(path))]
    return stretches if spoken == set(path) else stretches_of(slices, sorted(spoken))


def _likeliest_path(slices: Sequence[LanguageProbs], languages: Sequence[str]) -> list[str]:
    """The language of each slice."""
    best = dict.fromkeys(languages, 0.0)
    came_from: list[dict[str, str]] = []
    for probs in slices:
        steps = {
            code: max(languages, key=lambda other, code=code: best[other] - SWITCH * (other != code))  # type: ignore[misc]
            for code in languages
        }
        best = {
            code: best[steps[code]] - SWITCH * (steps[code] != code) + math.log(max(LEAST, probs.get(code, 0.0)))
            for code in languages
        }
        came_from.append(steps)
    return list(_backwards(came_from, max(best, key=lambda code: best[code])))[::-1]


def _backwards(came_from: Sequence[Mapping[str, str]], last: str) -> Iterator[str]:
    for steps in reversed(came_from):
        yield last
        last = steps[last]
