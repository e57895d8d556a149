"""Where sentences end."""

import pytest

from transcription.sentences import ends_sentence, split_sentences


@pytest.mark.parametrize(
    "sentences",
    [
        ["It costs 3.50 dollars.", "Really?", "Yes!"],
        ["Mr. Smith met Dr. J. R. Brown at 5 p.m. in the U.S. Army."],
        ["He came in 1990.", "Then he left."],
        ["1. Buy bread.", "2. Sleep."],
        ["It was I.", "He left."],
        ["See no. 5 on p. 7.", "No.", "Никто не ест рис.", "Да."],
        ["Это А. С. Пушкин, род. в 1799 г. в Москве.", "Он писал стихи и т. д.", "Потом уехал."],
        ["Ну... я не знаю.", "«Куда ты?»", "Домой!.."],
        ["Живёт на ул. Ленина, д. 5, кв. 12.", "Всё."],
        ["我来自中国。", "你呢？", "「好！」", "走吧"],
        ["これはペンです。", "はい。"],
        ["كيف حالك؟", "أنا بخير."],
        ["नमस्ते।", "आप कैसे हैं?"],
        ["no marks at all"],
        ["Wait, what?!", "“Yes.”", "(No.)", "End"],
    ],
)
def test_sentences_end_at_their_marks_and_nowhere_else(sentences: list[str]) -> None:
    """Numbers, abbreviations and initials end no sentence, in any script."""
    space = "" if "。" in sentences[0] else " "
    assert split_sentences(space.join(sentences)) == sentences


def test_a_text_without_letters_is_harmless() -> None:
    """Nothing is made up for an empty text, and marks alone stay what they are."""
    assert split_sentences("  ") == []
    assert split_sentences("...") == ["..."]


@pytest.mark.parametrize(
    ("text", "expected"), [("Yes.", True), ("«Да?» ", True), ("好。", True), ("and", False), ("", False)]
)
def test_an_end_is_seen_in_quotes_too(text: str, expected: bool) -> None:
    """Closing quotes and spaces hide no mark."""
    assert ends_sentence(text) is expected
