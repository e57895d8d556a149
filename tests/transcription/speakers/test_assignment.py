from transcription.speakers.assignment import assign
from transcription.speakers.base import Turn
from transcription.transcript import Segment, Transcript, Word


def spoken(*segments: Segment) -> Transcript:
    return Transcript(segments, "en", 1.0, 10_000, "base")


def words(*timed: tuple[str, int, int]) -> tuple[Word, ...]:
    return tuple(Word(text, start_ms, end_ms, 0.9) for text, start_ms, end_ms in timed)


def parts(transcript: Transcript) -> list[tuple[str, int, int, int | None, bool]]:
    return [(each.text, each.start_ms, each.end_ms, each.speaker, each.is_overlap) for each in transcript.segments]


def test_a_segment_is_split_where_the_speaker_changes() -> None:
    """By the words' own times; what is known of the segment stays with its parts."""
    said = words(
        (" Are", 1000, 1300), (" you?", 1300, 1900), (" Yes,", 2100, 2500), (" I", 2500, 2600), (" am.", 2600, 3000)
    )
    segment = Segment(900, 3100, "Are you? Yes, I am.", said, avg_logprob=-0.3)
    labelled = assign(spoken(segment), [Turn(900, 2000, 0), Turn(2050, 3100, 1)])
    assert parts(labelled) == [("Are you?", 900, 1900, 0, False), ("Yes, I am.", 2100, 3100, 1, False)]
    assert labelled.speakers == 2
    assert sum((each.words for each in labelled.segments), ()) == said
    assert {each.avg_logprob for each in labelled.segments} == {-0.3}


def test_borders_are_not_exact_to_a_word() -> None:
    """A short word between those of one speaker is not another's, a longer interjection is."""
    turns = [Turn(0, 1000, 0), Turn(1000, 1300, 1), Turn(1300, 3000, 0), Turn(3000, 4000, 1), Turn(4000, 5000, 0)]
    said = words(
        (" so", 500, 1000), (" a", 1000, 1200), (" word", 1300, 3000), (" Right!", 3000, 4000), (" on", 4000, 5000)
    )
    labelled = assign(spoken(Segment(500, 5000, "so a word Right! on", said)), turns)
    assert [(text, speaker) for text, _, _, speaker, _ in parts(labelled)] == [
        ("so a word", 0),
        ("Right!", 1),
        ("on", 0),
    ]


def test_words_outside_all_turns() -> None:
    """The nearest turn has them where it is near; else it is not known who speaks."""
    said = words((" near", 1200, 1400), (" far", 4000, 4500))
    labelled = assign(spoken(Segment(1200, 4500, "near far", said)), [Turn(0, 1000, 0)])
    assert [(text, speaker) for text, _, _, speaker, _ in parts(labelled)] == [("near", 0), ("far", None)]


def test_a_segment_without_words_is_of_who_speaks_most_of_it() -> None:
    """Overlap and strangers are said there, too, and nothing is split."""
    turns = [Turn(0, 900, 0), Turn(900, 3000, 1, other=0), Turn(3000, 5000, None)]
    labelled = assign(spoken(Segment(0, 3000, "one"), Segment(3000, 5000, "two"), Segment(8000, 9000, "three")), turns)
    assert parts(labelled) == [
        ("one", 0, 3000, 1, True),
        ("two", 3000, 5000, None, False),
        ("three", 8000, 9000, None, False),
    ]
    assert labelled.segments[0].other_speaker == 0
    assert labelled.speakers == 2


def test_who_answers_begins_a_sentence() -> None:
    """Where the text has a comma; a stranger may be the same person, and without a comma somebody was interrupted."""
    texts = (" Wait,", " but", " I", " no,", " so")
    said = words(*((text, 1000 * at, 1000 * at + 1000) for at, text in enumerate(texts)))
    turns = [Turn(0, 1000, 0), Turn(1000, 2000, 1), Turn(2000, 4000, 0), Turn(4000, 5000, None)]
    labelled = assign(spoken(Segment(0, 5000, "Wait, but I no, so", said)), turns)
    assert [text for text, *_ in parts(labelled)] == ["Wait.", "But", "I no,", "so"]


def test_nobody_was_found() -> None:
    """The text stays as it is."""
    assert parts(assign(spoken(Segment(0, 900, "hm")), [])) == [("hm", 0, 900, None, False)]
