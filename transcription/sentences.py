"""Sentence segmentation: where sentences end in a text of any language."""

import itertools
import re

ENDERS = ".!?…。！？｡．؟۔।॥։።"
"""Marks that end a sentence, in the scripts that Whisper writes."""
WIDE_ENDERS = "。！？｡．"
"""Those behind which no space is set."""
CLOSERS = "\"'”’»)]）】」』〉》"

TITLES = frozenset(
    {"mr", "mrs", "ms", "dr", "prof", "rev", "hon", "gen", "sgt", "capt", "lt", "gov", "st", "mt", "vs", "cf", "approx"}
    | {"г-н", "г-жа", "проф", "акад", "доц", "ул", "напр", "тов", "св", "hr", "bzw", "sra", "mme", "mlle"}
)
"""Abbreviations that stand before something, so that no sentence ends with them."""
NUMBERED = frozenset(
    {"no", "nos", "nr", "fig", "vol", "p", "pp", "ch", "sec", "д", "кв", "стр", "рис", "гл", "ст", "п", "пп"}
)
"""Those that stand before a number; before anything else they are words."""
UNITS = frozenset(
    {"etc", "inc", "ltd", "co", "corp", "jr", "sr", "am", "pm", "ave", "ft", "usw", "др", "пр", "г", "гг", "в", "вв"}
    | {"э", "руб", "коп", "тыс", "млн", "млрд", "трлн", "сек", "мин", "ч", "чел", "шт", "кг", "км", "см", "м", "т", "д"}
)
"""Those that may be the last word: a sentence ends with them where a capital letter follows."""
PRONOUNS = frozenset("IЯ")
"""Single capital letters that are words; all others are initials."""

_END = re.compile(rf"[{re.escape(ENDERS)}]+[{re.escape(CLOSERS)}]*")
_LAST_WORD = re.compile(r"[^\W_]+(?:[-.’'][^\W_]+)*$")
_OPENERS = "\"'“‘«([（【「『〈《—–-¿¡ \t\n\u00a0"


def split_sentences(text: str) -> list[str]:
    """The sentences of a text, stripped; what follows the last mark is one, too."""
    starts = [0, *sentence_ends(text)]
    pieces = (text[start:end].strip() for start, end in itertools.pairwise(starts))
    return [piece for piece in pieces if piece]


def sentence_ends(text: str) -> list[int]:
    """Offsets right behind each sentence with its marks and closing quotes; the last one is the end of the text.

    Numbers (3.14), abbreviations, initials and marks before a small letter end none.
    """
    text = text.rstrip()
    ends: list[int] = []
    for mark in _END.finditer(text):
        if mark.end() < len(text) and _ends_sentence(
            text[ends[-1] if ends else 0 : mark.start()], mark[0], text[mark.end() :]
        ):
            ends.append(mark.end())
    return [*ends, len(text)] if text else []


def ends_sentence(text: str) -> bool:
    """Whether a text ends with the mark of a sentence's end, in closing quotes or not."""
    return text.rstrip(CLOSERS + " \n\t")[-1:] in set(ENDERS)


def _ends_sentence(before: str, mark: str, after: str) -> bool:
    """Whether `mark` ends the sentence that `before` is the beginning of; `after` is not empty."""
    if mark[0] in WIDE_ENDERS:
        return True
    if not after[0].isspace():
        return False
    following = after.lstrip(_OPENERS)[:1]
    if following.islower():
        return False
    return mark.rstrip(CLOSERS) != "." or not _is_shortened(before, following)


def _is_shortened(before: str, following: str) -> bool:
    """Whether the full stop behind `before` belongs to its last word."""
    found = _LAST_WORD.search(before)
    if not found:
        return False
    word = found[0]
    is_first = not before[: found.start()].strip(_OPENERS)
    if word.isdecimal():
        return is_first or not following.isalpha()  # the number of an item of a list
    if len(word) == 1 and word.isupper():
        return word not in PRONOUNS
    if "." in word and all(len(part) == 1 for part in word.split(".")):
        return word.isupper() or not following.isupper()  # U.S., т.д.
    word = word.casefold()
    if word in UNITS and not following.isupper():
        return True
    return word in TITLES or (word in NUMBERED and following.isdecimal())
