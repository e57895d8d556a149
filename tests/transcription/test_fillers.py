"""Texts without the sounds that fill a pause."""

from dataclasses import replace

import pytest

from tests.transcription.transcripts import real_transcripts
from transcription.fillers import without_fillers
from transcription.transcript import Segment, Transcript, Word


def said(text: str, language: str = "en", *, has_words: bool = True) -> Transcript:
    """A recording of one segment, with the times of its words or without."""
    words = tuple(Word(f" {each}", at, at + 1, 0.9) for at, each in enumerate(text.split()))
    return Transcript((Segment(0, 9, text, words if has_words else ()),), language, 1.0, 9, "base")


@pytest.mark.parametrize("has_words", [True, False])
@pytest.mark.parametrize(
    ("language", "text", "left"),
    [
        ("en", "So, um, I think so.", "So, I think so."),
        ("en", "Um, we should go.", "We should go."),
        ("en", "Uh, um, uhh, we should go.", "We should go."),
        ("en", "I went to the, uh, store.", "I went to the store."),
        ("en", "So um I went um, home.", "So I went home."),
        ("en", "Apples, um, oranges and pears, uh.", "Apples, oranges and pears."),
        ("en", "I was, um… Then it rained. Um. It did.", "I was… Then it rained. It did."),
        ("en", "I was um… going home.", "I was going home."),
        ("en", "Um, iPhone sales rose.", "iPhone sales rose."),
        ("en", "I hope that, um, it has. Has, uh, it?", "I hope that it has. Has it?"),
        ("ru", "Э-э, я думаю, э-э, что это в, ммм, магазине.", "Я думаю, что это в магазине."),
        ("ru", "Да, э-э, пойдём. Ээ – это дом.", "Да, пойдём. Это дом."),
        ("uk", "Я, е-е, бачив його, м-м, учора.", "Я бачив його, учора."),
        ("es", "Ehm, no lo sé, mmm, todavía.", "No lo sé, todavía."),
        ("de", "Ich glaube, äh, dass wir uns um acht, ähm, treffen.", "Ich glaube, dass wir uns um acht, treffen."),
        ("fr", "Euh, je ne sais pas.", "Je ne sais pas."),
    ],
)
def test_fillers_go_and_the_sentence_is_repaired(language: str, text: str, left: str, *, has_words: bool) -> None:
    """Of two commas one is left, none behind "the" and the like; a capital and a sentence's end are handed on."""
    clean = without_fillers(said(text, language, has_words=has_words))
    assert clean.text == left
    assert "".join(word.text for word in clean.segments[0].words).strip() == (left if has_words else "")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Uh-huh, the ER is open, and Mr. Um is there. Hmm, ah, er."),
        ("en", 'He says "um" a lot. Um? Uh!'),
        ("de", "Wir treffen uns um acht, er kommt eh."),
        ("ru", "Э, куда? Буква эм, пять мм. Ну вот, хм, её э2."),
        ("es", "¿Vienes, eh? Em va bé."),
        ("pt", "Um, dois, três."),
        ("../ru", "Э-э, да."),
        ("en", "Um, uh. Um…"),
    ],
)
def test_what_may_say_something_stays(language: str, text: str) -> None:
    """Words of other languages, names, quotes, questions and letters; and a recording that holds nothing else."""
    assert without_fillers(transcript := said(text, language)) is transcript


def test_a_segment_of_fillers_goes_and_times_stay() -> None:
    """What is left begins and ends when it did; an engine's pieces of one word go together."""
    um = Segment(0, 5, "Э-э.", (Word(" Э", 0, 2, 0.9), Word("-э.", 2, 5, 0.9)))
    rest = Segment(5, 9, "Да, э-э.", (Word(" Да,", 5, 6, 0.9), Word(" э", 6, 7, 0.9), Word("-э.", 7, 9, 0.9)))
    clean = without_fillers(Transcript((um, rest), "ru", 1.0, 9, "base"))
    assert clean.segments == (Segment(5, 9, "Да.", (Word(" Да.", 5, 6, 0.9),)),)


def test_a_translation_has_english_fillers() -> None:
    """Its language is that of the recording."""
    transcript = said("Um, at um eight.", "de")
    assert without_fillers(transcript) is transcript
    assert without_fillers(replace(transcript, is_translated=True)).text == "At eight."


def test_what_has_no_fillers_is_left_alone() -> None:
    """Real texts of minutes, read aloud."""
    for transcript in real_transcripts():
        assert without_fillers(transcript) is transcript
