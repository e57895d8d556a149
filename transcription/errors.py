"""Errors of transcription, each with the code of the sentence that tells the sender what to do.

* TranscriptionError
  x of the file
    - NotAudio
    - EmptyAudio
    - TooBig
    - TooLong
    - DecodeTimeout
  x of fetching it
    - FileGone
    - FetchFailed
      - SourceUnavailable
  x of the model
    - UnknownModel
    - ModelUnavailable
    - ModelTooBig
    - NoTranslation
  x of the job
    - QueueFull
    - TooManyCrashes
    - Cancelled

The base ends in Error and is what callers catch; all others are named for what happened.
"""

from typing import ClassVar


class TranscriptionError(Exception):
    """A recording or a request that cannot be served.

    `code` names the sentence that the person reads (`error-<code>` in the locales) and is what the store keeps;
    `details` are the numbers and names that the sentence mentions.
    """

    code: ClassVar[str] = "unknown"

    def __init__(self, **details: str | float) -> None:
        super().__init__(f"{self.code} {details}" if details else self.code)
        self.details = details


class NotAudio(TranscriptionError):
    """The file holds no audio that ffmpeg can decode."""

    code = "not-audio"


class EmptyAudio(TranscriptionError):
    """The file is empty, or its audio track has no samples."""

    code = "empty-audio"


class TooBig(TranscriptionError):
    """The file is larger than may be fetched; details: `limit_mb`."""

    code = "too-big"


class TooLong(TranscriptionError):
    """The audio lasts longer than is allowed; details: `limit_s`."""

    code = "too-long"


class DecodeTimeout(TranscriptionError):
    """Decoding took longer than audio of any allowed length needs."""

    code = "decode-timeout"


class FileGone(TranscriptionError):
    """The file can no longer be fetched from where it was sent."""

    code = "file-gone"


class FetchFailed(TranscriptionError):
    """The file could not be fetched in several attempts; sending it again may help."""

    code = "fetch-failed"
    retry_after_s: float | None = None


class SourceUnavailable(FetchFailed):
    """The source refuses us for now, for every file; the job stays queued until it takes us again."""


class QueueFull(TranscriptionError):
    """The person has as many jobs waiting as is allowed; details: `limit`."""

    code = "queue-full"


class UnknownModel(TranscriptionError):
    """No model of that name is in the catalogue; details: `model`."""

    code = "unknown-model"


class ModelUnavailable(TranscriptionError):
    """The model is neither on this machine nor to be had from the hub now; details: `model`."""

    code = "model-unavailable"


class ModelTooBig(TranscriptionError):
    """The model does not fit this machine; details: `model`, `need_mb`, `have_mb`, `what` (`memory` or `disk`)."""

    code = "model-too-big"


class NoTranslation(TranscriptionError):
    """The model does not translate into English; details: `model`."""

    code = "no-translation"


class TooManyCrashes(TranscriptionError):
    """The process died in each attempt at this job; details: `tries`."""

    code = "given-up"


class Cancelled(TranscriptionError):
    """The person cancelled the job."""

    code = "cancelled"
