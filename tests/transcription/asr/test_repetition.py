"""Loops are seen at every length, and what people repeat is left alone."""

import pytest

from transcription.asr.repetition import confirms, is_loop, repetitions, shortened

LOOPS = [
    "da komm'n, da komm'n, da komm'n, da komm'n",
    "Mae'r gweithio. Mae'r gweithio. Mae'r gweithio. Mae'r gweithio.",
    "Und dann sind wir nach Hause, und dann sind wir nach Hause, und dann sind wir nach Hause.",
    "好的好的好的好的好的",
    "and he said that he said that I said that she said that he said that I said that she said he said that I",
]
SPOKEN = [
    "No, no, no!",
    "Ха-ха-ха, ха-ха-ха!",
    "Тук, тук, тук. Кто там?",
    "words words words words",
    "Раз, два, три. Раз, два, три, четыре, пять.",
    "你好你好,谢谢。",
]


@pytest.mark.parametrize("text", LOOPS)
def test_a_loop_is_seen(text: str) -> None:
    """Words, phrases, sentences and characters; also where only few different words are left."""
    assert is_loop(text, -0.3)


@pytest.mark.parametrize("text", SPOKEN)
def test_what_people_repeat_is_no_loop(text: str) -> None:
    """Unless the text is unlikely anyway."""
    assert not is_loop(text, -0.3)
    assert is_loop(text, -0.8) == bool(repetitions(text))


def test_a_loop_is_cut_to_its_first_rounds() -> None:
    """What stands around it stays as it is."""
    assert shortened("Also, da komm'n, da komm'n, da komm'n. Und so.") == "Also, da komm'n, da komm'n. Und so."
    assert shortened("Ja. Nein.") == "Ja. Nein."


def test_a_second_text_confirms_the_phrase_not_the_number_of_rounds() -> None:
    """Nobody counts a laugh."""
    assert confirms("ha ha ha ha ha", "Ha, ha, ha!")
    assert not confirms("ha ha ha ha", "He laughed.")
