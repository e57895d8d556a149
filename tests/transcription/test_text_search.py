"""What is found by which words, and what is shown of it."""

import json

import pytest

from transcription.text_search import SNIPPET, TextQuery, search_terms


def is_found(words: str, text: str, **how: bool) -> bool:
    """Whether a text has something that is shown as found."""
    return any(is_hit for _, is_hit in TextQuery.parse(words, **how).snippet(text))


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("квартиру", "В новой Квартире тихо."),
        ("елка", "Нарядили ёлку."),
        ("ЁЛКИ", "елка"),
        ("running", "She runs."),
        ("cafe", "un café"),
        ("граф*", "Графана упала"),
        ("runn*", "running late"),
        ("日本", "私は日本語が好き"),
        ("語", "私は日本語が好き"),
        ("2024", "в 2024 году"),
    ],
)
def test_forms_of_a_word_are_one(words: str, text: str) -> None:
    """Cases, ё, accents, a typed beginning, and scripts without spaces; the index has the terms that are shown."""
    assert is_found(words, text)
    terms = search_terms(json.dumps({"segments": [{"text": text}]})).split()
    (wanted,) = TextQuery.parse(words).wanted
    assert wanted.stem in terms or any(term.startswith(wanted.beginning or "-") for term in terms)


def test_a_beginning_is_one_only_where_it_is_meant() -> None:
    """A star, or the last word of those that are being typed; without them a cat is no cutlet."""
    assert not is_found("кот", "котлета")
    assert is_found("кот", "котлета", is_typing=True)
    assert not is_found("кот дом", "котлета", is_typing=True)
    assert is_found("кот дом", "котлета", by_prefix=True)
    assert is_found("сарай", "возле сарая", by_prefix=True)


@pytest.mark.parametrize("words", ['"', "NOT", "a AND (", "NEAR(x y)", "terms:x", "'; --", "*", "_7", "{}", "-5", "😀"])
def test_what_people_write_is_no_syntax(words: str) -> None:
    """FTS5 gets quoted words only, and never another person's mark."""
    expression = TextQuery.parse(words).expression(1)
    assert expression.startswith('"_1"')
    assert expression.count('"') % 2 == 0
    assert "_7" not in expression


def test_the_place_with_most_words_is_shown() -> None:
    """In about so many characters, cut between words; joined, the pieces are a stretch of the text."""
    text = "новая песня. " + "и так далее " * 40 + "новая квартира у моря " + "и ещё много слов " * 40
    pieces = TextQuery.parse("квартира новая").snippet(text)
    assert [piece for piece, is_hit in pieces if is_hit] == ["новая", "квартира"]
    shown = "".join(piece for piece, _ in pieces)
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert shown.strip("…") in text
    assert len(shown) <= SNIPPET + 2
