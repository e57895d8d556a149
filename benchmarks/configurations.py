"""What is compared: Stenobot's engine and three ways in which people run faster-whisper, all on the same weights."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from faster_whisper import BatchedInferencePipeline, WhisperModel
from faster_whisper.transcribe import Segment

from transcription.audio import Samples, as_floats
from transcription.engine import Listening, load, transcribe
from transcription.models import ModelOptions
from transcription.sizing import choose, usable_cores, usable_gpus

BEAM_SIZE = 5
"""As the bot listens where BEAM_SIZE is not set."""
OURS = "stenobot"
DEFAULTS = "defaults"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a model runs and with how many threads: CTranslate2's `cpu_threads` for each of `num_workers`."""

    device: str
    threads: int
    workers: int


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back for a note; `doubted` windows were decoded again, None where that is not known."""

    text: str
    language: str
    doubted: int | None = None


Ear = Callable[[Samples], Heard]
"""Listens to a note; belongs to one thread at a time."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """A way to run Whisper."""

    name: str
    about: str
    load: Callable[[Path, Place], Callable[[], Ear]]
    """Loads the weights of a folder; what it returns makes an ear for each thread."""

    def alone(self, threads: int | None = None) -> Place:
        """The place for one note at a time: all cores work on it, unless `threads` says how many."""
        return Place(_bots_place().device, threads or usable_cores(), 1)

    def crowded(self, senders: int) -> Place:
        """The place for so many senders.

        Stenobot has what the bot gives it, whoever comes. faster-whisper has what does most on a CPU: all cores for the
        note of a single sender, otherwise one thread for each of as many notes as there are cores.
        """
        bots = _bots_place()
        if self.name == OURS or bots.device == "cuda":
            return bots
        return self.alone() if senders == 1 else Place(bots.device, 1, usable_cores())


def _bots_place() -> Place:
    sizing = choose(cores=usable_cores(), gpus=usable_gpus())
    return Place(sizing.device, sizing.threads_each, sizing.at_once)


def _load_ours(folder: Path, place: Place) -> Callable[[], Ear]:
    options = ModelOptions(
        folder.parent,
        device=place.device,
        compute_type="float16" if place.device == "cuda" else "int8",
        cpu_threads=place.threads,
        num_workers=place.workers,
    )
    model = load(folder, options)

    def ear(samples: Samples) -> Heard:
        doubts: list[None] = []
        listening = Listening(
            language=None,
            beam_size=BEAM_SIZE,
            heard=lambda _segment, _fraction: None,
            stopped=lambda: False,
            doubted=lambda: doubts.append(None),
        )
        transcript = transcribe(model, folder.name, samples, listening)
        return Heard(transcript.text, transcript.language, len(doubts))

    return lambda: ear


def _load_stock(folder: Path, place: Place, compute_type: str = "default", **options: object) -> Callable[[], Ear]:
    model = _stock_model(folder, place, compute_type)

    def ear(samples: Samples) -> Heard:
        segments, info = model.transcribe(as_floats(samples), **options)
        return Heard(_text(segments), info.language)

    return lambda: ear


def _load_batched(folder: Path, place: Place) -> Callable[[], Ear]:
    model = _stock_model(folder, place, "default")

    def create() -> Ear:
        pipeline = BatchedInferencePipeline(model)  # keeps the note it works on: one for each thread

        def ear(samples: Samples) -> Heard:
            segments, info = pipeline.transcribe(as_floats(samples))
            return Heard(_text(segments), info.language)

        return ear

    return create


def _stock_model(folder: Path, place: Place, compute_type: str) -> WhisperModel:
    return WhisperModel(
        str(folder),
        device=place.device,
        compute_type=compute_type,
        cpu_threads=place.threads,
        num_workers=place.workers,
        local_files_only=True,
    )


def _text(segments: Iterable[Segment]) -> str:
    return " ".join(segment.text.strip() for segment in segments)


_ALL = (
    Configuration(OURS, "`transcription.engine` as the bot uses it", _load_ours),
    Configuration(DEFAULTS, "faster-whisper: `WhisperModel` and `transcribe()` with their defaults", _load_stock),
    Configuration(
        "fast",
        "faster-whisper with `int8`, `beam_size=1`, `best_of=1`, `vad_filter=True`",
        partial(_load_stock, compute_type="int8", beam_size=1, best_of=1, vad_filter=True),
    ),
    Configuration("batched", "faster-whisper: `BatchedInferencePipeline` with its defaults", _load_batched),
)

CONFIGURATIONS = {configuration.name: configuration for configuration in _ALL}
