"""The languages that Whisper knows, and what people call them."""

from collections.abc import Sequence

from babel import Locale

_MOST_SPOKEN = "en ru uk es de fr it pt pl tr ar fa hi zh ja ko id uz kk nl cs ro el he sv vi th"
_OTHERS = (
    "af am as az ba be bg bn bo br bs ca cy da et eu fi fo gl gu ha haw hr ht hu hy is jw ka km kn la lb ln lo lt lv mg"
    " mi mk ml mn mr ms mt my ne nn no oc pa ps sa sd si sk sl sn so sq sr su sw ta te tg tk tl tt ur yi yo yue"
)

LANGUAGES = (*_MOST_SPOKEN.split(), *_OTHERS.split())
"""Whisper's codes, in the order in which they are offered."""

BABEL_CODES = {"jw": "jv", "no": "nb", "tl": "fil"}
"""Languages that the rest of the world gives another code."""

OTHER_NAMES = {"bengali": "bn", "farsi": "fa", "mandarin": "zh", "norwegian": "no", "tagalog": "tl"}


def native_name(code: str) -> str:
    """What its speakers call a language."""
    return _name(code, BABEL_CODES.get(code, code))


def matching(text: str, locales: Sequence[str]) -> list[str]:
    """Codes of the languages that may be meant: the one of that name, else all whose names begin so.

    Names are known in the languages themselves, in English and in those of `locales`.
    """
    wanted = text.strip().casefold()
    names = {code: _names(code, locales) for code in LANGUAGES}
    exact = [code for code, known in names.items() if wanted in known]
    return exact or [code for code, known in names.items() if any(name.startswith(wanted) for name in known)]


def _names(code: str, locales: Sequence[str]) -> set[str]:
    others = {name for name, meant in OTHER_NAMES.items() if meant == code}
    spoken = (BABEL_CODES.get(code, code), "en", *locales)
    return {code, *others} | {_name(code, locale).casefold() for locale in spoken}


def _name(code: str, locale: str) -> str:
    """A language's name in the language of `locale`."""
    babel_code = BABEL_CODES.get(code, code)
    name = str(Locale.parse(locale).languages[babel_code])
    return name[0].title() + name[1:]
