"""Seams between windows: punctuation, capitals and doubled words where a recording was cut, decided by both sides."""

from collections.abc import Sequence
from dataclasses import replace

from transcription.asr.word_times import UNSPACED, joined
from transcription.sentences import CLOSERS, ends_sentence, split_sentences
from transcription.transcript import Segment, Word

BREATH_MS = 160
"""Voice activity detection takes no shorter silence for a pause: between two words this close the cut was forced."""
DANGLING = frozenset(
    {
        "a",
        "an",
        "the",
        "in",
        "of",
        "to",
        "and",
        "or",
        "but",
        "with",
        "from",
        "at",
        "by",
        "for",
        "my",
        "your",
        "if",
        "because",
    }
    | {
        "и",
        "а",
        "но",
        "или",
        "в",
        "во",
        "на",
        "с",
        "со",
        "к",
        "ко",
        "о",
        "об",
        "от",
        "до",
        "из",
        "у",
        "за",
        "для",
        "по",
    }
    | {"что", "чтобы", "если", "потому", "при", "про", "без", "не"}
)
"""Words that end no sentence."""
SUBORDINATE = frozenset(
    {"which", "whose", "whom", "than", "чтобы", "но", "а"}
    | {"который", "которая", "которое", "которые", "которого", "которой", "которых", "которому", "которым", "которую"}
)
"""Words that hardly ever begin one behind such a pause, unless it is a question."""
OBJECT = frozenset({"that", "что"})
"""Words that begin none behind a word of saying."""
SAYING = frozenset(
    {"say", "says", "said", "think", "thinks", "thought", "know", "knows", "knew", "told", "believe", "hope"}
    | {"говорит", "говорят", "говорил", "сказал", "сказала", "сказали", "ответил", "ответила", "думаю", "думает"}
    | {"знаю", "знает", "считаю", "считает", "понял", "поняла", "кажется", "надеюсь", "то", "потому"}
)
COMMA_BEFORE = frozenset({"but", "что"}) | SUBORDINATE - {"than", "whom"}
"""Words that a comma stands before."""


def mended(windows: Sequence[Segment]) -> list[Segment]:
    """Windows whose texts read on from one to the next; all of them have words.

    Whisper ends a window like a last one and begins the next like a text of its own. A sentence goes on where the next
    window begins small, where the former has no mark at its end, or where either has a word there that neither ends nor
    begins one. Otherwise it ends. No word that may be a name is written small, and a word that was cut through, so that
    both windows have it, is there once.
    """
    usual = (
        DANGLING
        | SUBORDINATE
        | OBJECT
        | {_plain(word) for window in windows for word in window.words if word.text.strip()[:1].islower()}
    )
    result = list(windows[:1])
    for window in windows[1:]:
        before, after = result[-1].words, _without_double(result[-1].words, window.words)
        if not UNSPACED.match(before[-1].text.strip()[-1:]) and not UNSPACED.match(after[0].text.strip()):
            before, after = _joined(before, after, usual)
        result[-1] = _with_words(result[-1], before)
        result.append(_with_words(window, after))
    return result


def _without_double(before: Sequence[Word], after: tuple[Word, ...]) -> tuple[Word, ...]:
    """The words behind a seam without the first, if that is the last before it, and there was no pause between them."""
    is_close = after[0].start_ms - before[-1].end_ms < BREATH_MS
    return after[1:] if is_close and len(after) > 1 and _plain(before[-1]) == _plain(after[0]) else after


def _joined(
    before: tuple[Word, ...], after: tuple[Word, ...], usual: frozenset[str]
) -> tuple[tuple[Word, ...], tuple[Word, ...]]:
    """Words on both sides of a seam, written as one sentence or as two; `usual` words are no names."""
    last, first = before[-1], after[0]
    small = first.text.strip()[:1].islower()
    if (small or _plain(first) in usual) and _goes_on(before, after):
        comma = "," if _plain(first) in COMMA_BEFORE else ""
        return (*before[:-1], _ended(last, comma)), (begun(first, capital=False), *after[1:])
    if _plain(last) in DANGLING:
        return (*before[:-1], _ended(last, "")), after
    if ends_sentence(last.text):
        return before, (begun(first, capital=True), *after[1:])
    return before, after


def _goes_on(before: Sequence[Word], after: Sequence[Word]) -> bool:
    """Whether a sentence goes on behind a seam."""
    last, first = _plain(before[-1]), _plain(after[0])
    if before[-1].text.rstrip(CLOSERS).endswith(("?", "!")):
        return False
    if after[0].text.strip()[:1].islower() or not ends_sentence(before[-1].text) or last in DANGLING:
        return True
    if split_sentences(joined(after))[0].endswith("?"):
        return False
    return first in SUBORDINATE or (first in OBJECT and last in SAYING) or before[-1].text.endswith(("...", "…"))


def _ended(word: Word, mark: str) -> Word:
    """A word inside a sentence: with another mark than one that ends it."""
    bare = word.text.rstrip(".…")
    return replace(word, text=bare + mark) if bare[-1:].isalnum() else word


def begun(word: Word, *, capital: bool) -> Word:
    """A word at the beginning of a sentence, or inside one."""
    start = len(word.text) - len(word.text.lstrip())
    letter = word.text[start : start + 1]
    return replace(
        word, text=word.text[:start] + (letter.upper() if capital else letter.lower()) + word.text[start + 1 :]
    )


def _plain(word: Word) -> str:
    return "".join(each for each in word.text.casefold() if each.isalnum() or each in "'’-")


def _with_words(window: Segment, words: tuple[Word, ...]) -> Segment:
    return replace(window, start_ms=words[0].start_ms, end_ms=words[-1].end_ms, text=joined(words), words=words)
