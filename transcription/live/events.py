"""What a live session is asked, and the events that it answers with."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LiveOptions:
    """How a session is transcribed. `language` is a Whisper code, or None to detect it.

    A pause of `silence_ms` ends an item; with None only `LiveSession.commit` does. An item is said to start
    `padding_ms` before its first sound. `prompt` holds names and words that may occur.
    """

    model: str
    language: str | None = None
    prompt: str = ""
    silence_ms: int | None = 500
    padding_ms: int = 300


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """Somebody began to speak; milliseconds are those of all sound that the session was given."""

    item: int
    start_ms: int


@dataclass(frozen=True, slots=True)
class SpeechStopped:
    """A pause ended an item."""

    item: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Committed:
    """No more sound belongs to an item."""

    item: int


@dataclass(frozen=True, slots=True)
class TextChanged:
    """An item has more final text (`delta`, to be appended), and after it `tentative` text, all of which may change."""

    item: int
    delta: str
    tentative: str


@dataclass(frozen=True, slots=True)
class ItemCompleted:
    """An item's text is complete: all of its deltas. `language` is empty where nobody spoke."""

    item: int
    text: str
    language: str
    duration_s: float


LiveEvent = SpeechStarted | SpeechStopped | Committed | TextChanged | ItemCompleted
