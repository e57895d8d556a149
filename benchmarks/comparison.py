"""Paired bootstrap: whether Stenobot makes more word errors than the best of the other configurations."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.configurations import OURS
from benchmarks.corpus import LENGTHS
from benchmarks.latency import LatencyResult
from benchmarks.markdown import table
from benchmarks.scoring import Score
from benchmarks.summary import ALL

COMPARED_WORDS = 300
"""A language with fewer words than this is not compared: its interval would span everything."""
RESAMPLES = 10_000
SEED = 0
"""The same results have the same intervals."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Stenobot beside the best of the others on one class of clips; differences are in percent of the words."""

    language: str
    length: str
    words: int
    best: str
    """The other configuration with the fewest errors."""
    difference: float
    """Stenobot's word error rate less that of `best`."""
    low: float
    high: float
    """The 95 % interval of the difference."""

    @property
    def is_worse(self) -> bool:
        """Whether chance alone hardly explains that Stenobot makes more errors."""
        return self.low > 0


def comparisons(results: Iterable[LatencyResult]) -> list[Comparison]:
    """For all clips, each length, and each language with enough words; none without Stenobot and another one."""
    classes: defaultdict[tuple[str, str], dict[str, dict[str, Score]]] = defaultdict(lambda: defaultdict(dict))
    for result in results:
        clip = result.clip
        if clip.text:
            for key in {(ALL, ALL), (ALL, clip.length), (clip.language, ALL)}:
                classes[key][result.configuration][clip.name] = result.score
    found = [_compared(*key, scores) for key, scores in classes.items() if OURS in scores and len(scores) > 1]
    order = (ALL, *LENGTHS)
    return sorted(
        (each for each in found if each.language == ALL or each.words >= COMPARED_WORDS),
        key=lambda each: (each.language != ALL, order.index(each.length), -each.words),
    )


def comparison_table(found: Sequence[Comparison], length_names: Mapping[str, str]) -> str:
    """The comparisons in Markdown, and how to read them."""
    if not found:
        return "There is nothing to compare with."
    lines = [
        [
            each.language if each.length == ALL else length_names[each.length],
            str(each.words),
            f"`{each.best}`",
            f"{each.difference:+.1f}",
            f"{each.low:+.1f} to {each.high:+.1f}",
            "**yes**" if each.is_worse else "no",
        ]
        for each in found
    ]
    head = ["notes", "words", "best of the others", "difference", "95 % interval", "worse"]
    return (
        f"{table(head, lines)}\n\nDifference: the word error rate of `{OURS}` less that of the one with the fewest "
        "errors there. The interval is that of a paired bootstrap over the notes; worse: all of it lies above zero. "
        f"Languages with fewer than {COMPARED_WORDS} words are left out."
    )


def _compared(language: str, length: str, scores: Mapping[str, Mapping[str, Score]]) -> Comparison:
    ours = scores[OURS]
    others = {name: sum(each.word_errors for each in of.values()) for name, of in scores.items() if name != OURS}
    best = min(others, key=lambda name: others[name])
    words = np.array([score.words for score in ours.values()])
    more = np.array([score.word_errors - scores[best][clip].word_errors for clip, score in ours.items()])
    picked = np.random.default_rng(SEED).integers(len(words), size=(RESAMPLES, len(words)))
    low, high = np.percentile(100 * more[picked].sum(axis=1) / words[picked].sum(axis=1), [2.5, 97.5])
    total = int(words.sum())
    return Comparison(language, length, total, best, float(100 * more.sum() / total), float(low), float(high))
