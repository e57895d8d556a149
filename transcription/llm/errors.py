"""Why a language model wrote nothing."""

from enum import StrEnum

from transcription.errors import TranscriptionError


class LlmFailure(StrEnum):
    """What went wrong, as its sentence tells it (`error-llm`)."""

    KEY = "key"
    """The server refuses our key, or there is no credit left."""
    MODEL = "model"
    """The server has no such model, or nothing at this address."""
    BUSY = "busy"
    """Too much is asked, of the server or of us."""
    REFUSED = "refused"
    """The server does not take this text."""
    UNAVAILABLE = "unavailable"
    """The server does not answer, or is not well."""
    TIMEOUT = "timeout"
    BROKE_OFF = "broke-off"
    EMPTY = "empty"
    GARBLED = "garbled"
    """What came is not what such servers say."""


class LlmFailed(TranscriptionError):
    """The language model wrote nothing; details: `reason`, and `seconds` after which it may be asked again, or 0."""

    code = "llm"

    def __init__(self, *, reason: LlmFailure, seconds: float = 0.0) -> None:
        super().__init__(reason=reason, seconds=seconds)
        self.reason = reason
        self.retry_after_s = seconds
