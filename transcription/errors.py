"""Errors of transcription, each with the code of the sentence that tells the sender what to do.

* TranscriptionError
  x of the file
    - NotAudio
    - EmptyAudio
    - TooBig
    - TooLong
    - DecodeTimeout
  x of fetching it, or of another server that transcribes
    - FileGone
    - TranscriberRefused
    - TemporaryFailure
      - FetchFailed
        - SourceUnavailable
        - LinkFailed
      - TranscriberFailed
      - TranscriberUnavailable
      - NoWorker
  x of a link
    - LinkRefused
    - LinkDenied
    - LinkNoMedia
    - LinkChanged
  x of the model
    - UnknownModel
    - ModelUnavailable
      - EngineMissing
    - ModelDamaged
    - ModelTooBig
    - NoTranslation
  x of the job
    - QueueFull
    - MinutesUsedUp
    - TooManyCrashes
    - Cancelled

The base ends in Error and is what callers catch; all others are named for what happened.
"""

import math
from collections import abc
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


class TemporaryFailure(TranscriptionError):
    """A failure that may pass: the job is tried again, after `retry_after_s` at the earliest.

    `patience_s` is for how long at most.
    """

    retry_after_s: float | None = None
    patience_s: ClassVar[float] = math.inf


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


class FetchFailed(TemporaryFailure):
    """The file could not be fetched in several attempts; sending it again may help."""

    code = "fetch-failed"


class SourceUnavailable(FetchFailed):
    """The source refuses us for now, for every file; the job stays queued until it takes us again."""


class LinkFailed(FetchFailed):
    """The site of a link does not answer, or breaks off; whoever sent the link waits for it, so not for long."""

    code = "link-failed"
    patience_s = 30.0


class LinkRefused(TranscriptionError):
    """The link leads to where none is followed: an address that is not public, another scheme or another port."""

    code = "link-refused"


class LinkDenied(TranscriptionError):
    """The site does not give out what is at the link; details: `status`, that of its HTTP answer."""

    code = "link-denied"


class LinkNoMedia(TranscriptionError):
    """There is a page at the link, and no recording that is known how to get."""

    code = "link-no-media"


class LinkChanged(TranscriptionError):
    """There is another file at the link than the one of which more is asked."""

    code = "link-changed"


class TranscriberRefused(TranscriptionError):
    """The transcription server does not take this recording, as it came or as WAV."""

    code = "transcriber-refused"


class TranscriberFailed(TemporaryFailure):
    """The transcription server took this recording, and gave no transcript in several attempts."""

    code = "transcriber-failed"


class TranscriberUnavailable(TemporaryFailure):
    """The transcription server takes no recording now, or none of ours; the job waits until it does."""

    code = "transcriber-unavailable"


class NoWorker(TemporaryFailure):
    """There are workers, and none of them has the model; details: `model`."""

    code = "no-worker"


class QueueFull(TranscriptionError):
    """The person has as many jobs waiting as is allowed; details: `limit`."""

    code = "queue-full"


class MinutesUsedUp(TranscriptionError):
    """A person has had the minutes of this day; details: `limit`, and `left`, whole ones that are too few."""

    code = "minutes-used-up"


class UnknownModel(TranscriptionError):
    """No model of that name is in the catalogue; details: `model`."""

    code = "unknown-model"


class ModelUnavailable(TranscriptionError):
    """The model is neither on this machine nor to be had from the hub now; details: `model`."""

    code = "model-unavailable"


class EngineMissing(ModelUnavailable):
    """What runs the model is not installed on this machine; details: `model`, `engine`, an extra of that name."""

    code = "engine-missing"


class ModelDamaged(TranscriptionError):
    """The engine can't read a file of the model; details: `model`, `file`."""

    code = "model-damaged"


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


def codes() -> frozenset[str]:
    """The code of every error."""
    return frozenset(kind.code for kind in _kinds())


def of_code(code: str, details: abc.Mapping[str, str | float]) -> TranscriptionError:
    """The error with a code and its details; the base for a code that there is not."""
    return next((kind for kind in _kinds() if kind.code == code), TranscriptionError)(**details)


def _kinds() -> list[type[TranscriptionError]]:
    """All kinds, those that others are made of first."""
    kinds: list[type[TranscriptionError]] = [TranscriptionError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    return kinds
