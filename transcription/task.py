"""What a transcriber is asked to do."""

from collections.abc import AsyncIterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TranscriptionTask:
    """A recording to be transcribed, and how. Plain values, so that it can be made in any process.

    `chunks` are the bytes of the file, to come without waiting; they are read once. `language` is a Whisper code, or
    None to detect it, with `likely_language` as the likeliest. `initial_prompt` holds names and words that may occur.
    """

    id: int
    """Names the task in the log."""
    chunks: AsyncIterator[bytes]
    model: str
    language: str | None = None
    likely_language: str | None = None
    initial_prompt: str = ""
    unbatched: bool = False
    """Whether it shares no batch, and gets no second pass, because it may have killed a process before."""
