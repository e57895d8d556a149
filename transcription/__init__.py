"""Speech to text in this process: jobs, models, audio and the engine. Knows nothing of Telegram.

What fronts (a bot's handlers, an API) need is here; all else may change without them.
"""

import os

# onnxruntime, which voice activity detection runs on, reports to its maker from the moment it is imported.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
# numpy's products here are small: its threads would only keep cores from the engine.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from transcription.audio.fetching import Fetch, Fetcher, SourceKind
from transcription.audio.resampling import Resampler
from transcription.blocks import split_blocks
from transcription.errors import (
    Cancelled,
    DecodeTimeout,
    EmptyAudio,
    FetchFailed,
    FileGone,
    MinutesUsedUp,
    ModelTooBig,
    ModelUnavailable,
    NotAudio,
    NoTranslation,
    QueueFull,
    SourceUnavailable,
    TooBig,
    TooLong,
    TooManyCrashes,
    TranscriptionError,
    UnknownModel,
)
from transcription.fillers import without_fillers
from transcription.formats import FORMATS, Format, FormatOptions, render, uncertain_runs, verbose_json
from transcription.formats.direction import is_right_to_left
from transcription.formats.text import clock
from transcription.host.clock import Clock
from transcription.jobs import File, Job, JobState, Preferences, Request, Source
from transcription.languages import LANGUAGES, language_of
from transcription.live.events import (
    Committed,
    ItemCompleted,
    LiveEvent,
    LiveOptions,
    SpeechStarted,
    SpeechStopped,
    TextChanged,
)
from transcription.live.session import LiveSession
from transcription.live.transcriber import LiveTranscriber, TooManySessions
from transcription.llm.answers import Answers, Draft, Question
from transcription.llm.errors import LlmFailed, LlmFailure
from transcription.llm.prompts import AnswerKind
from transcription.model_choice import BEST, ModelChoice, choose_model, tells_languages
from transcription.models import catalogue
from transcription.models.model import Model
from transcription.models.registry import ModelRegistry, Progress, Stage
from transcription.paragraphs import Paragraph, split_paragraphs
from transcription.people import Access, Person
from transcription.redo import better_model_of, submit_again
from transcription.service import Service, ServiceOptions
from transcription.storage.answers import KeptAnswer
from transcription.task import TaskOptions
from transcription.text_search import TextQuery
from transcription.texts import FoundTexts, KeptText
from transcription.timed_words import TimedWord
from transcription.timings import Timings
from transcription.trace_context import receiving
from transcription.transcript import Segment, Transcript, Word, join_transcripts
from transcription.usage import Period, Statistics
from transcription.view import View

__all__ = [
    "BEST",
    "FORMATS",
    "LANGUAGES",
    "Access",
    "AnswerKind",
    "Answers",
    "Cancelled",
    "Clock",
    "Committed",
    "DecodeTimeout",
    "Draft",
    "EmptyAudio",
    "Fetch",
    "FetchFailed",
    "Fetcher",
    "File",
    "FileGone",
    "Format",
    "FormatOptions",
    "FoundTexts",
    "ItemCompleted",
    "Job",
    "JobState",
    "KeptAnswer",
    "KeptText",
    "LiveEvent",
    "LiveOptions",
    "LiveSession",
    "LiveTranscriber",
    "LlmFailed",
    "LlmFailure",
    "MinutesUsedUp",
    "Model",
    "ModelChoice",
    "ModelRegistry",
    "ModelTooBig",
    "ModelUnavailable",
    "NoTranslation",
    "NotAudio",
    "Paragraph",
    "Period",
    "Person",
    "Preferences",
    "Progress",
    "Question",
    "QueueFull",
    "Request",
    "Resampler",
    "Segment",
    "Service",
    "ServiceOptions",
    "Source",
    "SourceKind",
    "SourceUnavailable",
    "SpeechStarted",
    "SpeechStopped",
    "Stage",
    "Statistics",
    "TaskOptions",
    "TextChanged",
    "TextQuery",
    "TimedWord",
    "Timings",
    "TooBig",
    "TooLong",
    "TooManyCrashes",
    "TooManySessions",
    "Transcript",
    "TranscriptionError",
    "UnknownModel",
    "View",
    "Word",
    "better_model_of",
    "catalogue",
    "choose_model",
    "clock",
    "is_right_to_left",
    "join_transcripts",
    "language_of",
    "receiving",
    "render",
    "split_blocks",
    "split_paragraphs",
    "submit_again",
    "tells_languages",
    "uncertain_runs",
    "verbose_json",
    "without_fillers",
]
