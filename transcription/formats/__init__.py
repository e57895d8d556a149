"""Transcripts as files that people and programs can use."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from transcription.fillers import without_fillers
from transcription.formats.options import FormatOptions, english_label
from transcription.formats.subtitles import format_srt, format_vtt
from transcription.formats.tables import format_csv, format_tsv
from transcription.formats.text import format_md, format_txt, uncertain_runs
from transcription.formats.verbose_json import format_json, verbose_json
from transcription.transcript import Transcript

__all__ = ["FORMATS", "Format", "FormatOptions", "english_label", "render", "uncertain_runs", "verbose_json"]


def format_docx(transcript: Transcript, options: FormatOptions) -> bytes:
    """A document of Word; its library is imported with the first one, which takes longer than all of the rest."""
    from transcription.formats.docx import format_docx  # noqa: PLC0415

    return format_docx(transcript, options)


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: its name, how the names of such files end, and its media type (MIME)."""

    name: str
    suffix: str
    media_type: str
    format: Callable[[Transcript, FormatOptions], str | bytes]


FORMATS: Mapping[str, Format] = {
    each.name: each
    for each in (
        Format("txt", ".txt", "text/plain; charset=utf-8", format_txt),
        Format("md", ".md", "text/markdown; charset=utf-8", format_md),
        Format("srt", ".srt", "application/x-subrip", format_srt),
        Format("vtt", ".vtt", "text/vtt; charset=utf-8", format_vtt),
        Format("json", ".json", "application/json", format_json),
        Format("csv", ".csv", "text/csv; charset=utf-8", format_csv),
        Format("tsv", ".tsv", "text/tab-separated-values; charset=utf-8", format_tsv),
        Format("docx", ".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", format_docx),
    )
}
"""All formats by name, in the order in which they are offered."""


def render(name: str, transcript: Transcript, options: FormatOptions | None = None) -> bytes:
    """A transcript as the content of a file. `name` is a key of `FORMATS`; raises `KeyError` for any other.

    It keeps the processor busy: an hour of speech takes a fraction of a second, without times of words 6 s in Chinese,
    and 40 s in Thai as subtitles. Call it in a thread.
    """
    options = options or FormatOptions()
    if not options.fillers and name != "json":
        transcript = without_fillers(transcript)
    content = FORMATS[name].format(transcript, options)
    return content.encode() if isinstance(content, str) else content
