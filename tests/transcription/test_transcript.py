"""Transcripts of recordings in a row as one."""

from tests.transcription.transcripts import stored
from transcription.timed_words import timed_words
from transcription.transcript import join_transcripts


def test_times_go_on_where_recordings_are_joined() -> None:
    """Of segments and their words; the text is that of all."""
    first, second = stored("en_long_lj1"), stored("ru_long_nsh1")
    joined = join_transcripts([first, second])
    assert joined.text == f"{first.text} {second.text}"
    assert joined.duration_ms == first.duration_ms + second.duration_ms
    ours, alone = timed_words(joined)[-1], timed_words(second)[-1]
    assert (ours.text, ours.start_ms) == (alone.text, alone.start_ms + first.duration_ms)
    assert joined.segments[-1].end_ms == second.segments[-1].end_ms + first.duration_ms
