"""A long text reads like a text."""

import itertools

import pytest

from tests.transcription.transcripts import cases, real_transcripts, stored
from transcription.paragraphs import Paragraph, split_paragraphs
from transcription.sentences import split_sentences
from transcription.timed_words import columns
from transcription.transcript import Segment, Transcript

NOBODY = -1


def create_transcript(*segments: Segment) -> Transcript:
    return Transcript(segments, "en", 1.0, 60_000, "base")


def is_one_short_sentence(paragraph: Paragraph) -> bool:
    return columns(paragraph.text) < 80 and len(split_sentences(paragraph.text)) == 1


@pytest.mark.parametrize("transcript", cases())
def test_no_paragraph_is_too_long_or_one_short_sentence(transcript: Transcript) -> None:
    """At most 900 characters; one short sentence only where its speaker says no more. All of the text is there."""
    found = split_paragraphs(transcript)
    assert all(0 < len(paragraph.text) <= 900 for paragraph in found)
    speakers = [NOBODY, *(paragraph.speaker for paragraph in found), NOBODY]
    for index, paragraph in enumerate(found, 1):
        is_alone = paragraph.speaker not in (speakers[index - 1], speakers[index + 1]) or len(found) == 1
        assert is_alone or not is_one_short_sentence(paragraph)
    assert "".join("".join(paragraph.text.split()) for paragraph in found) == "".join(transcript.text.split())
    assert all(before.start_ms < after.start_ms for before, after in itertools.pairwise(found))
    assert all(paragraph.start_ms < paragraph.end_ms for paragraph in found)


def test_a_read_text_is_cut_between_sentences() -> None:
    """With and without times of words, a minute of prose becomes a few paragraphs, each of whole sentences."""
    for transcript in real_transcripts():
        found = split_paragraphs(transcript)
        assert 2 <= len(found) <= 4
        assert all(paragraph.text.endswith(".") and paragraph.text[0].isupper() for paragraph in found)


def test_the_longest_pause_ends_a_paragraph() -> None:
    """Of sentences of equal length those go together that follow each other closely."""
    sentence = "This is a sentence that says as much as all the others that were said before it."
    starts_ms = [0, 5_000, 10_000, 18_000, 23_000, 28_000]
    segments = [Segment(start_ms, start_ms + 5_000, sentence) for start_ms in starts_ms]
    assert [paragraph.start_ms for paragraph in split_paragraphs(create_transcript(*segments))] == [0, 18_000]


def test_another_speaker_begins_a_paragraph() -> None:
    """Also in mid-sentence, and however little is said."""
    segments = (
        Segment(0, 2_000, "Did you see the", speaker=0),
        Segment(2_000, 2_500, "Yes.", speaker=1),
        Segment(2_500, 4_000, "film last night?", speaker=0),
        Segment(4_000, 5_000, "We all did.", speaker=0),
    )
    found = split_paragraphs(create_transcript(*segments))
    assert [(paragraph.speaker, paragraph.text) for paragraph in found] == [
        (0, "Did you see the"),
        (1, "Yes."),
        (0, "film last night? We all did."),
    ]


def test_a_long_sentence_is_cut_at_a_comma() -> None:
    """Nobody's sentence is a paragraph of more than 900 characters, and no part of it is a scrap."""
    clause = "and then there was one more thing that had to be said about it"
    text = ", ".join([clause] * 30) + "."
    found = split_paragraphs(create_transcript(Segment(0, 120_000, text)))
    assert len(found) > 2
    assert all(paragraph.text.endswith((f"{clause},", f"{clause}.")) for paragraph in found)
    assert min(len(paragraph.text) for paragraph in found) > 200


def test_a_sentence_that_fills_a_paragraph_stays_whole() -> None:
    """It is cut only where it has to be."""
    text = ", ".join(["and then there was one more thing to be said"] * 19) + "."
    assert 820 < len(text) <= 900
    assert [paragraph.text for paragraph in split_paragraphs(create_transcript(Segment(0, 60_000, text)))] == [text]


def test_windows_of_chinese_are_joined_without_a_space() -> None:
    """A window's end is no word's end there; between Latin words it is."""
    chinese = create_transcript(Segment(0, 9_000, "今天天气很"), Segment(9_000, 18_000, "好。我们走吧。"))
    assert [paragraph.text for paragraph in split_paragraphs(chinese)] == ["今天天气很好。我们走吧。"]
    english = create_transcript(Segment(0, 9_000, "It was a"), Segment(9_000, 18_000, "fine day."))
    assert [paragraph.text for paragraph in split_paragraphs(english)] == ["It was a fine day."]


def test_words_have_their_own_times() -> None:
    """A paragraph begins and ends with its words, not with the windows that they are from."""
    transcript = stored("ru_long_nsh1")
    words = [word for segment in transcript.segments for word in segment.words]
    times = {word.start_ms for word in words} | {word.end_ms for word in words}
    assert all({paragraph.start_ms, paragraph.end_ms} <= times for paragraph in split_paragraphs(transcript))


def test_no_speech_no_paragraphs() -> None:
    """Nothing comes of a transcript without segments, or with empty ones."""
    assert split_paragraphs(create_transcript()) == []
    assert split_paragraphs(create_transcript(Segment(0, 1_000, ""))) == []
