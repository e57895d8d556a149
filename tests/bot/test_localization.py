"""Sentences and languages."""

from pathlib import Path

import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

from bot.localization import FALLBACK, FOLDER, Locales
from transcription import errors

LOCALES = Locales.load()
EVERY_ERROR = [
    error.code
    for error in vars(errors).values()
    if isinstance(error, type) and issubclass(error, errors.TranscriptionError)
]


class Arguments(Visitor):
    """The arguments that a sentence mentions."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802 - fluent.syntax's name
        self.names.add(node.id.name)


def sentences(locale: str) -> dict[str, set[str]]:
    """Keys of a locale's sentences, each with the arguments it mentions."""
    resource = FluentParser().parse((FOLDER / f"{locale}.ftl").read_text(encoding="utf-8"))
    assert not [entry for entry in resource.body if isinstance(entry, ast.Junk)]
    found = {}
    for entry in resource.body:
        if isinstance(entry, ast.Message):
            arguments = Arguments()
            arguments.visit(entry)
            found[entry.id.name] = arguments.names
    return found


@pytest.mark.parametrize("locale", sorted(set(LOCALES.codes) - {FALLBACK}))
def test_every_language_says_the_same(locale: str) -> None:
    """Each locale has the sentences of the English one, with the same arguments."""
    assert sentences(locale) == sentences(FALLBACK)


@pytest.mark.parametrize("code", EVERY_ERROR)
def test_every_error_has_a_sentence(code: str) -> None:
    """Whatever ends a note can be told to its sender."""
    assert f"error-{code}" in sentences(FALLBACK)


@pytest.mark.parametrize(
    ("code", "picked"),
    [
        ("ru", "ru"),
        ("ru-RU", "ru"),
        ("RU_ru", "ru"),
        ("en-x-pirate", "en"),
        ("zh-hans", "en"),
        ("uk-UA", "uk"),
        ("es-419", "es"),
        ("pl", "en"),
        ("", "en"),
        ("-", "en"),
        ("../ru", "en"),
        (None, "en"),
    ],
)
def test_any_language_code_is_answered(code: str | None, picked: str) -> None:
    """Exact and regional codes find their language; everything else, however odd, is answered in English."""
    assert LOCALES.pick(code) == picked


@pytest.mark.parametrize(
    ("locale", "position", "eta", "said"),
    [
        ("en", 1, 20, "In queue: 1st, about 20 s"),
        ("en", 2, 62, "In queue: 2nd, about 1 min"),
        ("en", 3, 0, "In queue: 3rd"),
        ("en", 11, 3.2, "In queue: 11th, about 3 s"),
        ("en", 22, 4000, "In queue: 22nd, about 1 h 5 min"),
        ("ru", 3, 18, "В очереди: 3-й, примерно 20 с"),
        ("ru", 1, 200, "В очереди: 1-й, примерно 3 мин"),
        ("uk", 4, 200, "У черзі: 4-й, приблизно 3 хв"),
        ("es", 2, 18, "En cola: 2.º lugar, unos 20 s"),
        ("de", 3, 0, "In der Warteschlange: Platz 3"),
    ],
)
def test_a_place_in_the_queue_reads_well(locale: str, position: int, eta: float, said: str) -> None:
    """Ordinals are those of the language, times are rounded as people would, and an unknown time is left out."""
    assert LOCALES.say(locale)("status-queued", position=position, eta=eta) == said


@pytest.mark.parametrize(
    ("locale", "count", "said"),
    [
        ("ru", 0, "Отменять нечего."),
        ("ru", 1, "Отменена 1 запись."),
        ("ru", 3, "Отменены 3 записи."),
        ("ru", 5, "Отменено 5 записей."),
        ("ru", 12, "Отменено 12 записей."),
        ("ru", 21, "Отменена 21 запись."),
        ("uk", 1, "Скасовано 1 запис."),
        ("uk", 22, "Скасовано 22 записи."),
        ("uk", 11, "Скасовано 11 записів."),
        ("es", 1, "Cancelada 1 grabación."),
        ("es", 2, "Canceladas 2 grabaciones."),
        ("de", 1, "1 Aufnahme abgebrochen."),
        ("de", 21, "21 Aufnahmen abgebrochen."),
    ],
)
def test_plurals_are_right(locale: str, count: int, said: str) -> None:
    """Nought, one, few and many, also above ten and twenty."""
    assert LOCALES.say(locale)("cancel-done", count=count) == said


def test_sizes_read_well() -> None:
    """Megabytes are whole, gigabytes have one digit after the point, which is a comma in Russian."""
    assert "the 20 MB I" in LOCALES.say("en")("error-too-big", limit_mb=20)
    assert "больше 1,6 ГБ" in LOCALES.say("ru")("error-too-big", limit_mb=1624)


def test_a_language_is_one_file(tmp_path: Path) -> None:
    """A file that is dropped in is a language; what it does not say yet is said in English."""
    (tmp_path / "en.ftl").write_text("cancelled = Cancelled.\nno-speech = Nothing heard.\n")
    (tmp_path / "eo.ftl").write_text("cancelled = Nuligita.\n")
    say = Locales.load(tmp_path).say("eo")
    assert say("cancelled") == "Nuligita."
    assert say("no-speech") == "Nothing heard."


def test_what_people_copy_has_no_invisible_marks() -> None:
    """Arguments are not wrapped in Unicode's isolation marks."""
    assert "\u2068" not in LOCALES.say("en")("error-unknown", incident="ab12")
