"""Long texts as messages."""

import pytest

from bot.delivery.splitting import split_ranges, tail_within
from handlers.message_units import MESSAGE_UNITS, head_within, utf16_units


def split_text(text: str, units: int = MESSAGE_UNITS) -> list[str]:
    return [text[start:end] for start, end in split_ranges(text, units)]


def test_units_are_those_of_telegram() -> None:
    """A character outside the basic plane counts twice, as UTF-16 has it."""
    assert utf16_units("aя€") == 3
    assert utf16_units("🎙️") == len("🎙️".encode("utf-16-le")) // 2 == 3


def test_a_character_of_two_units_is_never_halved() -> None:
    """What does not fit whole is left out."""
    assert head_within("a🎙b", 2) == "a"
    assert head_within("a🎙b", 3) == "a🎙"
    assert tail_within("a🎙b", 2) == "b"


def test_parts_end_at_sentences() -> None:
    """Each part is cut behind the last sentence that fits."""
    assert split_text("Один два. Три четыре! Пять шесть? Семь", 24) == ["Один два. Три четыре!", "Пять шесть? Семь"]


def test_a_short_text_is_one_part_and_an_empty_one_none() -> None:
    """Nothing is cut that fits, and nothing is sent for nothing."""
    assert split_text(" слово ") == ["слово"]
    assert split_text("  ") == []


@pytest.mark.parametrize("word", ["слово ", "Слово. ", "а", "🎙", "文。", "line\n"])
@pytest.mark.parametrize("units", [10, 11, 100])
def test_every_part_fits_and_no_word_is_lost(word: str, units: int) -> None:
    """Whatever the text is made of, the parts together say the same and none is too long."""
    text = word * 200
    parts = split_text(text, units)
    assert all(0 < utf16_units(part) <= units for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
