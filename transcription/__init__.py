"""Speech to text in this process: jobs, models, audio and the engine. Knows nothing of Telegram.

What fronts (a bot's handlers, an API) need is here; all else may change without them.
"""

import os

# onnxruntime, which voice activity detection runs on, reports to its maker from the moment it is imported.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

from transcription.audio.fetching import Fetch, SourceKind
from transcription.errors import (
    Cancelled,
    DecodeTimeout,
    EmptyAudio,
    FetchFailed,
    FileGone,
    ModelTooBig,
    ModelUnavailable,
    NotAudio,
    QueueFull,
    SourceUnavailable,
    TooBig,
    TooLong,
    TooManyCrashes,
    TranscriptionError,
    UnknownModel,
)
from transcription.host.clock import Clock
from transcription.jobs import File, Job, JobState, Preferences, Request, Source
from transcription.languages import LANGUAGES
from transcription.models import catalogue
from transcription.models.catalogue import Model
from transcription.models.registry import ModelRegistry, Progress, Stage
from transcription.service import Service, ServiceOptions, View
from transcription.task import TaskOptions
from transcription.transcript import Segment, Transcript, Word

__all__ = [
    "LANGUAGES",
    "Cancelled",
    "Clock",
    "DecodeTimeout",
    "EmptyAudio",
    "Fetch",
    "FetchFailed",
    "File",
    "FileGone",
    "Job",
    "JobState",
    "Model",
    "ModelRegistry",
    "ModelTooBig",
    "ModelUnavailable",
    "NotAudio",
    "Preferences",
    "Progress",
    "QueueFull",
    "Request",
    "Segment",
    "Service",
    "ServiceOptions",
    "Source",
    "SourceKind",
    "SourceUnavailable",
    "Stage",
    "TaskOptions",
    "TooBig",
    "TooLong",
    "TooManyCrashes",
    "Transcript",
    "TranscriptionError",
    "UnknownModel",
    "View",
    "Word",
    "catalogue",
]
