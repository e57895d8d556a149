"""Words of a window: anchoring their times to speech, and keeping them in step with a text that was changed."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from transcription.transcript import Word

TimeSpan = tuple[int, int]
"""Start and end of a stretch of speech, in milliseconds."""

EARLY = 0.5
"""What it costs to begin a word later, per millisecond; all else costs 1. Cross-attention gives a pause to the word
behind it, so that words rather begin too early."""
MOST_EARLY_MS = 1000
"""What is earlier costs no more: speech that the text left out is given to the word behind it as well, all of it."""
UNSAID = 0.2
"""What it costs, per millisecond, that nothing is said in a span: it may be noise."""
DRAG_MS = 1000
"""How far the first or last word of a span is moved to where that begins or ends."""


UNSPACED = re.compile(r"[\u0e00-\u109f\u1780-\u17ff\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")
"""Characters of scripts that set no space between words."""


def joined(words: Sequence[Word]) -> str:
    """The text that words make up."""
    return "".join(word.text for word in words).strip()


def shifted(words: Sequence[Word], by_ms: int) -> tuple[Word, ...]:
    """The same words, so much later."""
    return tuple(replace(word, start_ms=word.start_ms + by_ms, end_ms=word.end_ms + by_ms) for word in words)


def spaced(words: Sequence[Word]) -> tuple[Word, ...]:
    """The same words, with a space before the first, unless its script sets none."""
    if not words or UNSPACED.match(words[0].text.strip()):
        return tuple(words)
    return replace(words[0], text=f" {words[0].text.lstrip()}"), *words[1:]


def anchored(words: Sequence[Word], spans: Sequence[TimeSpan]) -> tuple[Word, ...]:
    """Words whose times agree with `spans`, where somebody speaks: none begins or ends in a pause.

    Cross-attention begins with the recording and ends with it, and gives a pause to one of its neighbours; voice
    activity detection knows when it is silent, but not which word that is. Times never decrease.
    """
    if not words or not spans:
        return tuple(words)
    placed = itertools.groupby(zip(_places(words, spans), words, strict=True), key=lambda each: each[0])
    return tuple(word for place, group in placed for word in _within([word for _, word in group], *spans[place]))


def _places(words: Sequence[Word], spans: Sequence[TimeSpan]) -> list[int]:
    """The number of the span in which each word is said, in order, by dynamic programming: where least is to be moved.

    A word may leave spans before it empty, at a cost.
    """
    empty = [0.0, *itertools.accumulate(UNSAID * (end - start) for start, end in spans)]
    best = [empty[place] + _cost(words[0], span) for place, span in enumerate(spans)]
    came_from: list[list[int]] = []
    for word in words[1:]:
        sources, costs, cheapest = [], [], 0
        for place, span in enumerate(spans):
            if place and best[place - 1] - empty[place] < best[cheapest] - empty[cheapest + 1]:
                cheapest = place - 1
            jump = best[cheapest] - empty[cheapest + 1] + empty[place]
            stays = not place or best[place] <= jump
            sources.append(place if stays else cheapest)
            costs.append((best[place] if stays else jump) + _cost(word, span))
        best = costs
        came_from.append(sources)
    places = [min(range(len(spans)), key=lambda place: best[place] - empty[place + 1])]
    for sources in reversed(came_from):
        places.append(sources[places[-1]])
    return places[::-1]


def _cost(word: Word, span: TimeSpan) -> float:
    start, end = span
    outside = max(0, word.start_ms - end) + max(0, word.end_ms - end) + max(0, start - word.end_ms)
    return EARLY * min(MOST_EARLY_MS, max(0, start - word.start_ms)) + outside


def _within(words: Sequence[Word], start_ms: int, end_ms: int) -> list[Word]:
    """Words of a stretch of speech, from its start to its end."""
    inside = [
        replace(
            word,
            start_ms=min(max(word.start_ms, start_ms), end_ms),
            end_ms=min(max(word.end_ms, start_ms), end_ms),
        )
        for word in words
    ]
    if inside[0].start_ms - start_ms <= DRAG_MS:
        inside[0] = replace(inside[0], start_ms=start_ms)
    if end_ms - inside[-1].end_ms <= DRAG_MS:
        inside[-1] = replace(inside[-1], end_ms=end_ms)
    return inside


def fit_words(words: Sequence[Word], text: str) -> tuple[Word, ...]:
    """Words that make up `text`, which was made of theirs: something was cut out, or written otherwise."""
    before = joined(words)
    if before == text or not words:
        return tuple(words)
    offset = len(words[0].text) - len(words[0].text.lstrip())
    owners = [number for number, word in enumerate(words) for _ in word.text][offset:]
    texts = [""] * len(words)
    for _, start, end, new_start, new_end in SequenceMatcher(None, before, text, autojunk=False).get_opcodes():
        for place in range(new_start, new_end):
            at = start + (place - new_start) * max(1, end - start) // (new_end - new_start)
            texts[owners[min(at, len(owners) - 1)]] += text[place]
    return _without_blanks(words, texts, words[0].text[:offset])


def _without_blanks(words: Sequence[Word], texts: Sequence[str], before: str) -> tuple[Word, ...]:
    """Words with new texts; what is left of a word without letters goes to its neighbour."""
    kept: list[Word] = []
    for word, text in zip(words, texts, strict=True):
        if any(character.isalnum() for character in text):
            kept.append(replace(word, text=before + text))
            before = ""
        elif kept and not text.isspace():
            kept[-1] = replace(kept[-1], text=kept[-1].text + before + text)
            before = ""
        else:
            before += text
    return tuple(kept)
