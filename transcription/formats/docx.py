"""A transcript as a document of Word and its like (Office Open XML)."""

import io
import re

from docx import Document
from docx.oxml import OxmlElement
from docx.text.paragraph import Paragraph as DocxParagraph

from transcription.formats.direction import is_right_to_left
from transcription.formats.options import FormatOptions
from transcription.formats.text import clock, uncertain_runs
from transcription.paragraphs import Paragraph, split_paragraphs
from transcription.transcript import Transcript

_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML does not have."""


def format_docx(transcript: Transcript, options: FormatOptions) -> bytes:
    """Paragraphs, each after its time and, where several speak, its speaker; uncertain words are underlined."""
    names = options.speaker_names(transcript)
    document = Document()
    document.core_properties.author = "Stenobot"
    document.core_properties.comments = ""
    document.core_properties.language = "en" if transcript.is_translated else transcript.language
    for paragraph in split_paragraphs(transcript):
        label = f" {names[paragraph.speaker]}:" if names else ""
        _add(document.add_paragraph(), f"{clock(paragraph.start_ms)}{label} ", paragraph, options.mark_below)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _add(target: DocxParagraph, label: str, paragraph: Paragraph, mark_below: float | None) -> None:
    is_rtl = is_right_to_left(paragraph.text)
    if is_rtl:
        target._p.get_or_add_pPr().append(OxmlElement("w:bidi"))  # noqa: SLF001 - it has no other name for it
    target.add_run(_NO_XML.sub("", label)).bold = True
    for text, is_uncertain in uncertain_runs(paragraph.words, mark_below):
        run = target.add_run(_NO_XML.sub("", text))
        run.font.rtl = is_rtl or None
        run.underline = is_uncertain or None
