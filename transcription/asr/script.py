"""Scripts: one in one recording, where Whisper changes between two (Chinese, Serbian), and letters of foreign ones."""

import functools
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from babel import Locale, UnknownLocaleError

from transcription.languages import IN_TWO_SCRIPTS

HAN = re.compile(r"[\u3400-\u9fff]")
NOT_CHINESE = frozenset({"ja", "ko"})
"""Languages that have Han characters, but of their own."""

SCRIPT_TAGS = {
    "zh": (frozenset({"hans", "cn", "sg"}), frozenset({"hant", "tw", "hk", "mo"})),
    "sr": (frozenset({"cyrl"}), frozenset({"latn"})),
}
"""Subtags of BCP 47 that name a script, or a country with one; in the order of `_scripts`."""

CYRILLIC = "абвгдђежзијклљмнњопрстћуфхцчџш"
LATIN = "abvgdđežzijkl?mn?oprstćufhcč?š"
_TO_LATIN = dict(zip(CYRILLIC, LATIN, strict=True)) | {"љ": "lj", "њ": "nj", "џ": "dž"}
_TO_LATIN |= {letter.upper(): latin.capitalize() for letter, latin in _TO_LATIN.items()}
_TO_CYRILLIC = {latin: letter for letter, latin in _TO_LATIN.items()}
_TO_CYRILLIC |= {latin.upper(): letter for latin, letter in _TO_CYRILLIC.items() if latin[0].isupper()}
_LATIN_LETTER = re.compile("|".join(sorted(_TO_CYRILLIC, key=len, reverse=True)))
"""Serbian letters. Where n and j meet by chance ("injekcija") they become one letter, too: such words are few."""


MIXED = re.compile(r"[A-Za-z][^\W\d_A-Za-z]|[^\W\d_A-Za-z][A-Za-z]")
"""Inside a word a letter of ASCII beside another one."""
_SCRIPTS = (
    "ARABIC ARMENIAN BENGALI CJK CYRILLIC DEVANAGARI ETHIOPIC GEORGIAN GREEK GUJARATI GURMUKHI HANGUL HEBREW HIRAGANA"
    " KANNADA KATAKANA KHMER LAO LATIN MALAYALAM MYANMAR SINHALA TAMIL TELUGU THAI TIBETAN"
)
SCRIPTS = frozenset(_SCRIPTS.split())
"""Those of Whisper's languages, as the Unicode names of their letters begin."""


@dataclass(frozen=True, slots=True)
class Script:
    """A way to write a language. `shown` counts what a text has of it, `write` turns the others into it."""

    shown: Callable[[str], int]
    write: Callable[[str], str]


class OneScript:
    """Writes all of a recording in one script: the reader's, else that of its first text in that language.

    `tag` is the language tag of the reader's app, which may name a script or a country.
    """

    def __init__(self, tag: str | None = None) -> None:
        self._chosen: dict[str, Script] = {}
        self._wanted = _script_of(tag)

    def write(self, text: str, language: str) -> str:
        """A text of a window in the recording's script; `language` is a Whisper code."""
        kind = _kind(text, language)
        if kind is None:
            return text
        likeliest, *others = sorted(_scripts()[kind], key=lambda script: -script.shown(text))
        if likeliest.shown(text) == max(script.shown(text) for script in others):
            return text
        wanted = _scripts()[kind][self._wanted[1]] if self._wanted and self._wanted[0] == kind else likeliest
        chosen = self._chosen.setdefault(kind, wanted)
        return text if chosen is likeliest else chosen.write(text)


def has_foreign_letters(text: str, language: str) -> bool:
    """Whether a text has letters of a script that its language is not written in. Words in those of ASCII may be names.

    Languages with several scripts have none that is foreign, and nor have those whose script is not known.
    """
    own = _own_script(language)
    if own is None:
        return False
    return bool(_scripts_in(text) - {own}) or (own != "LATIN" and MIXED.search(text) is not None)


@functools.cache
def _own_script(language: str) -> str | None:
    """The script of a language's own name, which CLDR knows."""
    if language in {*IN_TWO_SCRIPTS, *NOT_CHINESE}:
        return None
    try:
        name = Locale.parse(language).get_language_name() or ""
    except (UnknownLocaleError, ValueError):
        return None
    return "LATIN" if name.isascii() else min(_scripts_in(name), default=None)


def _scripts_in(text: str) -> set[str]:
    """The scripts of its letters but those of ASCII."""
    names = {unicodedata.name(letter, "").partition(" ")[0] for letter in text if not letter.isascii()}
    return names & SCRIPTS


def _kind(text: str, language: str) -> str | None:
    if language == "sr":
        return "sr"
    return "zh" if language not in NOT_CHINESE and HAN.search(text) else None


def _script_of(tag: str | None) -> tuple[str, int] | None:
    """The kind of script that a language tag names, and its place among `_scripts`; None where it names none."""
    base, *subtags = (tag or "").replace("_", "-").lower().split("-")
    found = [place for place, names in enumerate(SCRIPT_TAGS.get(base, ())) if names.intersection(subtags)]
    return (base, found[0]) if found else None


@functools.cache
def _scripts() -> dict[str, Sequence[Script]]:
    return {"sr": (Script(_cyrillic, _to_cyrillic), Script(_latin, _to_latin)), "zh": _chinese()}


def _chinese() -> Sequence[Script]:
    """Simplified and traditional characters, the latter as in Taiwan. A text has of each what the other differs in."""
    from opencc import OpenCC  # noqa: PLC0415 - only Chinese needs its dictionaries

    to_simplified, to_traditional = OpenCC("t2s").convert, OpenCC("s2tw").convert
    return (
        Script(lambda text: _differences(text, to_traditional(text)), to_simplified),
        Script(lambda text: _differences(text, to_simplified(text)), to_traditional),
    )


def _differences(text: str, other: str) -> int:
    return sum(a != b for a, b in zip(text, other, strict=False))


def _cyrillic(text: str) -> int:
    return sum(letter in _TO_LATIN for letter in text)


def _latin(text: str) -> int:
    return sum(letter.isascii() and letter.isalpha() for letter in text)


def _to_latin(text: str) -> str:
    return "".join(_TO_LATIN.get(letter, letter) for letter in text)


def _to_cyrillic(text: str) -> str:
    return _LATIN_LETTER.sub(lambda letter: _TO_CYRILLIC[letter[0]], text)
