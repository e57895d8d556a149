"""A transcript as text for people: paragraphs, plain or as Markdown with times."""

import itertools
import re
from collections.abc import Sequence

from transcription.formats.direction import directed
from transcription.formats.options import FormatOptions
from transcription.paragraphs import Paragraph, split_paragraphs
from transcription.transcript import Transcript, Word

Run = tuple[str, bool]
"""A stretch of text, and whether its words are uncertain."""

_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|~&])")


def uncertain_runs(words: Sequence[Word], mark_below: float | None) -> list[Run]:
    """The text of words as runs of certain and of uncertain ones in turn; joined they are the text.

    A word is uncertain whose probability (0..1) is less than `mark_below`; None takes all for certain. No uncertain run
    begins or ends with a space.
    """
    runs: list[Run] = []
    for is_uncertain, group in itertools.groupby(
        words, lambda word: mark_below is not None and word.probability < mark_below
    ):
        text = "".join(word.text for word in group)
        bare = text.lstrip()
        if not runs:
            text = bare
        elif is_uncertain and len(bare) < len(text):
            runs[-1] = (runs[-1][0] + text[: -len(bare)], False)
            text = bare
        runs.append((text, is_uncertain))
    return runs


def marked_text(words: Sequence[Word], mark_below: float | None) -> str:
    """Words as text, uncertain ones as transcribers mark them: [word?]."""
    runs = uncertain_runs(words, mark_below)
    return "".join(f"[{text}?]" if is_uncertain else text for text, is_uncertain in runs).strip()


def format_txt(transcript: Transcript, options: FormatOptions) -> str:
    """Paragraphs with an empty line between them; where several speak, each begins with its speaker."""
    names = options.speaker_names(transcript)

    def lines(paragraph: Paragraph) -> str:
        text = marked_text(paragraph.words, options.mark_below)
        label = f"{names[paragraph.speaker]}: " if names else ""
        return directed(label + text, paragraph.text)

    return _joined([lines(paragraph) for paragraph in split_paragraphs(transcript)])


def format_md(transcript: Transcript, options: FormatOptions) -> str:
    """Markdown: paragraphs that begin with their time in the recording and, where several speak, their speaker."""
    names = options.speaker_names(transcript)

    def lines(paragraph: Paragraph) -> str:
        label = f" {_escape_markdown(names[paragraph.speaker])}:" if names else ""
        text = _escape_markdown(marked_text(paragraph.words, options.mark_below))
        return directed(f"**{clock(paragraph.start_ms)}{label}** {text}", paragraph.text)

    return _joined([lines(paragraph) for paragraph in split_paragraphs(transcript)])


def clock(ms: int) -> str:
    """A time in a recording as players show it: 0:05, 12:34, 1:02:03."""
    minutes, seconds = divmod(ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _joined(blocks: Sequence[str]) -> str:
    return "\n\n".join(blocks) + "\n" if blocks else ""


def _escape_markdown(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)
