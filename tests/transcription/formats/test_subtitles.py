"""SRT and WebVTT, read back by parsers of others and held to the subtitling norms."""

import itertools

import pysubs2
import pytest
import webvtt

from tests.transcription.transcripts import cases, real_transcripts
from transcription.formats import FormatOptions, render
from transcription.formats.direction import RIGHT_TO_LEFT_MARK
from transcription.timed_words import columns
from transcription.transcript import Segment, Transcript, Word


def create_transcript(*segments: Segment) -> Transcript:
    return Transcript(segments, "en", 1.0, 60_000, "base")


def read_srt(transcript: Transcript, options: FormatOptions | None = None) -> list[tuple[int, int, list[str]]]:
    content = render("srt", transcript, options).decode()
    events = pysubs2.SSAFile.from_string(content, format_="srt") if content else []
    return [(event.start, event.end, event.text.split(r"\N")) for event in events]


def read_vtt(transcript: Transcript, options: FormatOptions | None = None) -> list[webvtt.Caption]:
    return list(webvtt.from_string(render("vtt", transcript, options).decode()).captions)


def is_readable(start_ms: int, end_ms: int, lines: list[str]) -> bool:
    """Whether there is a second at least, and time to read it."""
    return end_ms - start_ms >= max(1000, sum(map(columns, lines)) * 1000 / 21)


@pytest.mark.parametrize("transcript", cases())
def test_subtitles_keep_to_the_norms(transcript: Transcript) -> None:
    """Two lines of 42 columns, at most 7 s, one after the other; what is too fast to read makes way for the next."""
    cues = read_srt(transcript)
    is_wide = columns(transcript.text) > 1.5 * len(transcript.text)
    for start_ms, end_ms, lines in cues:
        assert 0 < end_ms - start_ms <= 7000
        assert len(lines) <= 2
        assert max(map(columns, lines)) <= (32 if is_wide else 42)
    for before, after in itertools.pairwise(cues):
        assert before[1] <= after[0]
        assert is_readable(*before) or before[1] in (after[0], before[0] + 7000)
    if transcript.speakers is None:
        shown = "".join("".join(lines) for _, _, lines in cues)
        assert "".join(shown.split()) == "".join(transcript.text.split())
    captions = read_vtt(transcript)
    assert all(before.end_in_seconds <= after.start_in_seconds for before, after in itertools.pairwise(captions))
    spoken = "".join(caption.text for caption in captions).replace(RIGHT_TO_LEFT_MARK, "")
    assert "".join(spoken.split()) == "".join(transcript.text.split())


@pytest.mark.parametrize("transcript", real_transcripts())
def test_people_can_read_along_with_a_reader(transcript: Transcript) -> None:
    """A voice that reads aloud leaves time enough for each of its subtitles, which end where the sense does."""
    cues = read_srt(transcript)
    assert len(cues) > 10
    assert all(is_readable(*cue) for cue in cues)
    ends = [lines[-1][-1] for _, _, lines in cues]
    assert sum(end in ",." for end in ends) >= 0.7 * len(cues)
    lines = [line for _, _, lines in cues for line in lines]
    assert not [line for line in lines if line.split()[-1].lower() in {"the", "of", "a", "in", "и", "в", "на", "с"}]


def test_a_short_cue_stays_in_the_silence_behind_it() -> None:
    """For a second at least; the next one is not kept waiting for it."""
    words = (Word("Yes.", 1_000, 1_200, 1.0), Word(" No.", 5_000, 5_300, 1.0), Word(" Maybe.", 8_000, 8_400, 1.0))
    cues = read_srt(create_transcript(Segment(1_000, 8_400, "Yes. No. Maybe.", words)))
    assert cues == [(1_000, 2_000, ["Yes."]), (5_000, 6_000, ["No."]), (8_000, 9_000, ["Maybe."])]


def test_no_cue_goes_on_over_a_silence() -> None:
    """Not even in the middle of a phrase: what has not been said yet is not shown."""
    words = (Word("It is", 0, 500, 1.0), Word(" a", 500, 700, 1.0), Word(" boy!", 3_000, 3_500, 1.0))
    assert read_srt(create_transcript(Segment(0, 3_500, "It is a boy!", words))) == [
        (0, 1_000, ["It is a"]),
        (3_000, 4_000, ["boy!"]),
    ]


def test_short_answers_share_a_cue_with_a_dash_each() -> None:
    """Two speakers have a line each; who goes on speaking has no second dash."""
    segments = (
        Segment(0, 400, "Ready?", speaker=0),
        Segment(400, 700, "Yes.", speaker=1),
        Segment(4_000, 9_500, "Then let us begin with the first of the questions that we have here.", speaker=1),
    )
    assert [lines for _, _, lines in read_srt(create_transcript(*segments))] == [
        ["- Ready?", "- Yes."],
        ["Then let us begin with the first", "of the questions that we have here."],
    ]


def test_speakers_have_cues_of_their_own_where_there_is_time() -> None:
    """However little they say."""
    segments = (Segment(0, 1_400, "How are you?", speaker=0), Segment(1_500, 2_600, "Fine.", speaker=1))
    cues = read_srt(create_transcript(*segments))
    assert cues == [(0, 1_400, ["- How are you?"]), (1_500, 2_600, ["- Fine."])]


def test_names_are_in_both() -> None:
    """In SRT where a turn begins, in WebVTT as voices; the others are called by number."""
    segments = (
        Segment(0, 3_000, "Good morning, what can I do for you?", speaker=0),
        Segment(6_000, 8_000, "I would like to return this.", speaker=1),
    )
    options = FormatOptions(names={0: "Anna <3"})
    assert [" ".join(lines) for _, _, lines in read_srt(create_transcript(*segments), options)] == [
        "Anna <3: Good morning, what can I do for you?",
        "Speaker 2: I would like to return this.",
    ]
    assert [lines[0][:2] for _, _, lines in read_srt(create_transcript(*segments))] == ["- ", "- "]
    content = render("vtt", create_transcript(*segments), options).decode()
    assert "<v Anna &lt;3>Good morning, what can I do for you?</v>" in content
    assert "<v Speaker 2>I would like to return this.</v>" in content


def test_marks_of_the_file_format_are_text() -> None:
    """An arrow, tags and entities that somebody dictates end no cue and hide no word."""
    transcript = create_transcript(Segment(0, 4_000, "if a < b && c --> d then <b>stop</b>"))
    content = render("vtt", transcript).decode()
    assert content.count("-->") == 1
    assert "if a &lt; b &amp;&amp; c --&gt; d" in content
    assert render("srt", transcript).decode().count("-->") == 1


def test_a_right_to_left_line_stays_one_after_a_latin_word() -> None:
    """Players take a line's direction from its first letter; a mark says otherwise where that one is Latin."""
    latin_first = Segment(0, 3_000, "Telegram היא אפליקציה נהדרת.")
    cues = read_srt(create_transcript(latin_first, Segment(6_000, 8_000, "שלום, מה שלומך?")))
    assert [lines for _, _, lines in cues] == [[RIGHT_TO_LEFT_MARK + latin_first.text], ["שלום, מה שלומך?"]]


def test_no_speech_no_cues() -> None:
    """An SRT file is empty then, and a WebVTT file has its header."""
    assert render("srt", create_transcript()) == b""
    assert render("vtt", create_transcript()) == b"WEBVTT\n"
