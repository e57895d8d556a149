"""Words with times out of whatever an engine gives."""

from dataclasses import replace

from transcription.timed_words import columns, sentences, text_of, timed_words
from transcription.transcript import Segment, Transcript, Word


def texts(*segments: Segment) -> list[str]:
    return [word.text for word in timed_words(Transcript(segments, "en", 1.0, 60_000, "base"))]


def test_words_share_the_time_of_their_segment() -> None:
    """By their width, where the engine knows no times."""
    words = timed_words(Transcript((Segment(1_000, 3_000, "a long-winded one"),), "en", 1.0, 3_000, "base"))
    assert [(word.text, word.start_ms, word.end_ms) for word in words] == [
        ("a", 1_000, 1_117),
        (" long-winded", 1_117, 2_529),
        (" one", 2_529, 3_000),
    ]


def test_pieces_of_a_word_are_joined() -> None:
    """Of a Latin name in a Chinese text, and marks with what they stand behind; characters stay apart."""
    pieces = ["检查", "Mic", "rosoft", "的", "模型", "，", "。"]
    words = tuple(Word(piece, index * 100, index * 100 + 100, 1.0) for index, piece in enumerate(pieces))
    assert texts(Segment(0, 700, "".join(pieces), words)) == ["检查", "Microsoft", "的", "模型，。"]


def test_no_word_begins_with_a_mark() -> None:
    """So that no line does, in scripts that may be broken anywhere; an opening quote goes with what it opens."""
    assert texts(Segment(0, 900, "「きょう」は、ティーと水。")) == [
        *("「きょ", "う」", "は、", "ティー", "と", "水。"),
    ]
    assert texts(Segment(0, 900, "น้ำดื่ม")) == ["น้ำ", "ดื่", "ม"]


def test_a_word_without_end_is_cut() -> None:
    """A loop of letters fits into lines in every script, also where the engine takes it for one word."""
    for letter in "aя아Ａ":
        segment = Segment(0, 9_000, letter * 90)
        for loop in (segment, replace(segment, words=(Word(segment.text, 0, 9_000, 0.2),))):
            assert max(map(columns, texts(loop))) <= 30
            assert "".join(texts(loop)) == segment.text


def test_the_text_is_the_truth() -> None:
    """Words that say something else than it, or spaces of other kinds, change nothing in it."""
    stale = (Word("Thanks", 0, 500, 0.9), Word(" for watching.", 500, 900, 0.9))
    assert texts(Segment(0, 900, "Thanks", stale)) == ["Thanks"]
    trailing = (Word("Well,\n", 0, 500, 0.9), Word("then.", 500, 900, 0.9))
    assert texts(Segment(0, 900, "Well,\nthen.", trailing)) == ["Well,", " then."]


def test_a_sentence_goes_on_in_the_next_segment() -> None:
    """And ends where it does, in the middle of one or where another speaker goes on; abbreviations end none."""
    segments = (
        Segment(0, 9_000, "We met Dr. Brown at", speaker=0),
        Segment(9_000, 12_000, "noon. He was late", speaker=0),
        Segment(12_000, 13_000, "as ever.", speaker=1),
    )
    words = timed_words(Transcript(segments, "en", 1.0, 13_000, "base"))
    assert [text_of(sentence) for sentence in sentences(words)] == [
        "We met Dr. Brown at noon.",
        "He was late",
        "as ever.",
    ]
