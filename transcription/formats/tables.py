"""A transcript as a table of sentences: CSV and TSV."""

import csv
import io
from collections.abc import Iterator, Sequence

from transcription.formats.options import FormatOptions
from transcription.timed_words import sentences, text_of, timed_words
from transcription.transcript import Transcript

COLUMNS = ("start", "end", "speaker", "text")
BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel takes UTF-8 for the letters of its country."""


def format_csv(transcript: Transcript, options: FormatOptions) -> str:
    """Comma-separated values (RFC 4180) as spreadsheets open them. Times are seconds."""
    file = io.StringIO(newline="")
    csv.writer(file).writerows([COLUMNS, *_rows(transcript, options)])
    return BYTE_ORDER_MARK + file.getvalue()


def format_tsv(transcript: Transcript, options: FormatOptions) -> str:
    """Tab-separated values for programs: nothing is quoted. Times are seconds."""
    return "".join("\t".join(row) + "\n" for row in [COLUMNS, *_rows(transcript, options)])


def _rows(transcript: Transcript, options: FormatOptions) -> Iterator[Sequence[str]]:
    names = options.speaker_names(transcript)
    for sentence in sentences(timed_words(transcript)):
        start_ms, end_ms = sentence[0].start_ms, max(word.end_ms for word in sentence)
        text = " ".join(text_of(sentence).split())
        yield f"{start_ms / 1000:.3f}", f"{end_ms / 1000:.3f}", names.get(sentence[0].speaker, ""), text
