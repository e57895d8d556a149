import pytest

from benchmarks.scoring import Score, dropped_sentences, loops, normalized, score


@pytest.mark.parametrize(
    ("language", "reference", "hypothesis"),
    [
        ("ru", "Нажмите 1. Ёлка!", "нажмите один, елка"),
        ("ru", "8 916 204", "восемь девятьсот шестнадцать двести четыре"),
        ("de", "Es sind 1.250 Leute", "es sind eintausendzweihundertfünfzig leute"),
        ("fr", "le 91", "Le quatre-vingt-onze."),
        ("ru", "код 05", "код ноль пять"),
        ("ja", "21年", "二十一年"),
        ("en", "Press 1, that's 25 people", "press one that is twenty-five people"),
    ],
)
def test_two_ways_to_write_the_same_are_no_error(language: str, reference: str, hypothesis: str) -> None:
    """Case, punctuation, ё and digits make no difference."""
    assert score(reference, hypothesis, language).word_errors == 0


def test_errors_are_counted_in_words_and_characters() -> None:
    """A wrong, a missing and an added word are one error each."""
    assert score("раз два три", "рас три четыре пять", "ru").word_errors == 4
    assert score("мир", "мор", "ru") == Score(words=1, word_errors=1, characters=3, character_errors=1)


def test_unspaced_languages_count_characters() -> None:
    """Where no spaces tell words apart, each character is a word, and spaces that somebody set don't count."""
    assert score("你好吗", "你 号吗", "zh") == Score(words=3, word_errors=1, characters=3, character_errors=1)


def test_the_rate_of_a_corpus_weighs_notes_by_their_words() -> None:
    """Errors are summed before they are divided; without any words there is no rate."""
    assert (score("a b c d", "a b c d", "de") + score("e f", "g h", "de")).wer == pytest.approx(100 * 2 / 6)
    assert score("", "etwas", "de").wer is None


def test_brackets_hold_speech_where_the_reference_has_them() -> None:
    """A reference's aside is speech; an annotation that only Whisper made is none."""
    assert score("gone (as they say) home", "gone as they say home", "en") == score(
        *["gone as they say home"] * 2, "en"
    )
    assert score("hello", "[music] hello", "en").word_errors == 0


def test_numbers_are_left_where_they_cannot_be_spelled() -> None:
    """A language that num2words cannot count in keeps its digits."""
    assert normalized("12 kitoblar", "xx") == "12 kitoblar"


def test_loops_are_repetitions_that_nobody_said() -> None:
    """However few words they have."""
    assert loops("Wir kommen dann.", "da komm'n, da komm'n, da komm'n") == 1
    assert loops("no, no, no", "No no no no!") == 0


def test_a_sentence_that_is_not_in_the_text_is_dropped() -> None:
    """One that was misheard is not, nor one of a word or two, nor one that follows another."""
    said = "Сегодня мы едем на дачу. Возьми с собой ключи и воду. Да."
    assert dropped_sentences(said, "Сегодня мы едем на дачу.", "ru") == 1
    assert dropped_sentences(said, "Сегодня мы едем на дачу, возьми собой ключ воду", "ru") == 0
    assert dropped_sentences(said, "Возьми с собой ключи и воду", "ru") == 1
    assert dropped_sentences(said, "", "ru") == 2
