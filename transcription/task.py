"""What a transcriber is asked to do."""

from collections.abc import AsyncIterable
from dataclasses import dataclass, field

from transcription.transcript import Transcript


@dataclass(frozen=True, slots=True)
class TaskOptions:
    """What is asked of a transcription beside its text."""

    translate: bool = False
    """Whether its text is to be English."""
    speakers: int | None = None
    """How many people speak, or 0 to find out; None where nobody asks who speaks when."""
    trim_s: float | None = None
    """Seconds from the start that are transcribed; None for all."""
    by_language: bool = False
    """Whether another model transcribes it where one is better for its language, and the task's own tells that."""


@dataclass(frozen=True, slots=True)
class TranscriptionTask:
    """A recording to be transcribed, and how. Plain values, so that it can be made in any process.

    `chunks` are the bytes of the file, to come without waiting; each iteration begins with the first. `language` is a
    Whisper code, or None to detect it, with `likely_language` as the likeliest. `initial_prompt` holds names and words
    that may occur.
    """

    id: int
    """Names the task in the log."""
    chunks: AsyncIterable[bytes]
    model: str
    language: str | None = None
    likely_language: str | None = None
    initial_prompt: str = ""
    app_language: str | None = None
    """The language tag of the sender's app (BCP 47): the likeliest where the chat has none, and may name a script."""
    options: TaskOptions = field(default_factory=TaskOptions)
    known: Transcript | None = None
    """A transcript of this recording by this model: its words are not recognised once more."""
    size_bytes: int | None = None
    """How many bytes `chunks` are."""
    duration_s: float | None = None
    """Seconds of audio as its sender announced them, which may be wrong."""
    unbatched: bool = False
    """Whether it shares no batch, and gets no second pass, because it may have killed a process before."""


def reusable(known: Transcript | None, options: TaskOptions, model: str, language: str | None) -> Transcript | None:
    """A transcript of the same recording, where its words are those that are asked for.

    Another model, another language and a translation have others, and one that was stopped has not all of them.
    """
    if known is None or known.is_partial or known.is_translated != options.translate:
        return None
    return known if known.model == model and language in {None, known.language} else None
