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
FORMULA_SIGNS = ("=", "+", "-", "@")


def format_csv(transcript: Transcript, options: FormatOptions) -> str:
    """Comma-separated values (RFC 4180) as spreadsheets open them. Times are seconds.

    What they would take for a formula, such as a dash at the start or a name that somebody made up, has an apostrophe
    before it, as they have it themselves.
    """
    file = io.StringIO(newline="")
    rows = ([f"'{cell}" if cell[:1] in FORMULA_SIGNS else cell for cell in row] for row in _rows(transcript, options))
    csv.writer(file).writerows([COLUMNS, *rows])
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
