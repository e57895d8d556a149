"""Which language each window is heard in."""

import pytest

from transcription.asr.language import Languages, Stretch, candidates, choose, stretches_of

UNCLEAR = {"en": 0.19, "de": 0.17, "tr": 0.13}
ENGLISH = {"en": 0.95, "cy": 0.03}


def test_a_chats_usual_language_is_a_hint() -> None:
    """It wins over one that is a little likelier, and loses against one that is clear."""
    weights = Languages("ru").weights()
    assert choose({"uk": 0.5, "ru": 0.3}, {}).language == "uk"
    assert choose({"uk": 0.5, "ru": 0.3}, weights).language == "ru"
    assert choose({"uk": 0.98, "ru": 0.01}, weights).language == "uk"


def test_the_apps_language_is_a_weaker_hint_than_the_chats() -> None:
    """Many people's apps are not in the language that they speak; where the chat's is known, it counts alone."""
    weights = Languages(app="en").weights()
    assert choose({"nl": 0.3, "en": 0.2}, weights).language == "en"
    assert choose({"nl": 0.6, "en": 0.06}, weights).language == "nl"
    assert Languages("ru", "en").weights() == Languages("ru").weights()


def test_an_unclear_window_follows_the_others() -> None:
    """Later windows overrule a first one that was taken for something else."""
    languages = Languages()
    languages.add(0, {"cy": 0.5, "en": 0.3}, 4)
    assert languages.choice(0).language == "cy"
    assert not languages.choice(0).is_sure
    languages.add(1, ENGLISH, 15)
    assert languages.choice(0).language == "en"
    assert languages.choice(0).is_sure
    assert languages.overrules(0, "cy")
    assert not languages.overrules(0, "en")


def test_a_clear_window_is_its_own() -> None:
    """However many others are in another language."""
    languages = Languages("en")
    for number in range(5):
        languages.add(number, ENGLISH, 15)
    languages.add(5, {"ru": 0.97, "en": 0.001}, 15)
    languages.add(6, {"cy": 0.8, "en": 0.15}, 15)
    assert [languages.choice(number).language for number in (4, 5, 6)] == ["en", "ru", "en"]


def test_a_notes_language_is_that_of_most_of_it() -> None:
    """In seconds, not in windows; without any there is none."""
    languages = Languages()
    assert languages.main() is None
    languages.add(0, UNCLEAR, 4)
    languages.add(1, {"ru": 0.9, "uk": 0.1}, 18)
    languages.add(2, ENGLISH, 8)
    main = languages.main()
    assert main
    assert (main.language, main.probability) == ("ru", pytest.approx(0.9))


def test_slices_tell_where_a_language_changes() -> None:
    """A single doubtful slice changes nothing."""
    english, chinese, unclear = {"en": 0.95, "zh": 0.02}, {"zh": 0.99}, {"zh": 0.5, "en": 0.2}
    slices = [english] * 3 + [unclear] + [english] * 2 + [chinese] * 4
    assert stretches_of(slices, ["en", "zh"]) == [Stretch("en", 6), Stretch("zh", 4)]
    assert stretches_of([english, unclear, english], ["en", "zh"]) == [Stretch("en", 3)]
    assert stretches_of([unclear] * 9, ["en"]) == [Stretch("en", 9)]


def test_a_word_that_sounds_like_another_language_splits_nothing() -> None:
    """Nor do breaths at the ends; with a second of more sound it would be believed."""
    german, english = {"de": 0.95, "en": 0.02}, {"en": 0.95, "de": 0.02}
    slices = [english] * 2 + [german] * 6 + [english] * 3 + [german] * 4
    assert stretches_of(slices, ["de", "en"]) == [Stretch("de", 15)]
    assert stretches_of([german] * 6 + [english] * 4, ["de", "en"]) == [Stretch("de", 6), Stretch("en", 4)]
    assert len(stretches_of([german, english] * 3, ["de", "en"])) == 1


def test_a_known_language_needs_a_trace_in_the_sound() -> None:
    """A chat's language may be in a part of a window that hints at it; without that nobody looks for it there."""
    weights = Languages("en").weights()
    assert candidates({"ru": 0.99, "en": 0.002}, weights) == ["en", "ru"]
    assert candidates({"ru": 0.99, "en": 0.0001}, weights) == ["ru"]
    assert candidates({"ru": 0.99, "en": 0.002}, {}) == ["ru"]
