"""Names of the languages that Whisper knows, and search by name."""

from collections.abc import Sequence

from babel import Locale

from transcription import LANGUAGES

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
