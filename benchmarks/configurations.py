"""What is compared: Stenobot's engine and three ways in which people run faster-whisper, all on the same weights."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from faster_whisper import BatchedInferencePipeline, WhisperModel

from transcription.asr.base import DecodingOptions
from transcription.asr.batcher import Batcher
from transcription.asr.recording import Recording
from transcription.asr.thread_pool import ThreadPool
from transcription.asr.whisper import detect_speech, load
from transcription.audio.ffmpeg import Samples, as_floats
from transcription.host.memory import limit_malloc_arenas
from transcription.models.registry import ModelOptions
from transcription.models.sizing import BATCHES, Sizing, choose, usable_cores, usable_gpus

OURS = "stenobot"
DEFAULTS = "defaults"


@dataclass(frozen=True, slots=True)
class RunConfig:
    """Where a model runs and with how many threads: CTranslate2's `cpu_threads` for each of `num_workers`."""

    device: str
    threads: int
    workers: int
    compute_type: str
    """Of Stenobot's engine: the one that the bot chooses."""


@dataclass(frozen=True, slots=True)
class Transcribed:
    """What came back for a note; `doubted` windows were decoded again, None where that is not known."""

    text: str
    language: str
    doubted: int | None = None


Transcribe = Callable[[Samples], Awaitable[Transcribed]]
"""Listens to a note in a thread. Who calls it while all workers are busy waits; all calls belong to one event loop."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """A way to run Whisper."""

    name: str
    about: str
    load: Callable[[Path, RunConfig], Transcribe]
    """Loads the weights of a folder; blocks for seconds."""

    def place(self, senders: int = 1, threads: int | None = None) -> RunConfig:
        """The place for so many senders; `threads` gives a single worker so many, whatever would be best.

        Stenobot has what the bot gives it, whoever comes. faster-whisper has what does most on a CPU: all cores for the
        note of a single sender, otherwise one thread for each of as many notes as there are cores.
        """
        sizing = bots_sizing()
        bots = RunConfig(sizing.device, sizing.threads_per_worker, sizing.workers, sizing.compute_type)
        if threads:
            return replace(bots, threads=threads, workers=1)
        if self.name == OURS or bots.device == "cuda":
            return bots
        cores = usable_cores()
        return replace(bots, threads=cores, workers=1) if senders == 1 else replace(bots, threads=1, workers=cores)


def bots_sizing() -> Sizing:
    """What the bot would choose on this machine."""
    return choose(cores=usable_cores(), gpus=usable_gpus())


def _load_ours(folder: Path, place: RunConfig) -> Transcribe:
    limit_malloc_arenas()
    options = ModelOptions(
        folder.parent,
        device=place.device,
        compute_type=place.compute_type,
        cpu_threads=place.threads,
        num_workers=place.workers,
    )
    model, pool = load(folder, options), ThreadPool(place.workers)
    desk = Batcher(pool)

    async def hear(samples: Samples) -> Transcribed:
        note = Recording(samples, await pool.run(partial(detect_speech, samples)), DecodingOptions())
        await desk.transcribe(note, model, _begin, limits=BATCHES[place.device])
        transcript = note.transcript(folder.name)
        return Transcribed(transcript.text, transcript.language, note.retried_windows)

    return hear


def _load_stock(
    create: Callable[[WhisperModel], Any],
    folder: Path,
    place: RunConfig,
    compute_type: str = "default",
    **options: object,
) -> Transcribe:
    """faster-whisper, whose notes are heard by what `create` makes: it may hold one note at a time."""
    model = WhisperModel(
        str(folder),
        device=place.device,
        compute_type=compute_type,
        cpu_threads=place.threads,
        num_workers=place.workers,
        local_files_only=True,
    )
    pool = ThreadPool(place.workers)

    def hear(samples: Samples) -> Transcribed:
        segments, info = create(model).transcribe(as_floats(samples), **options)
        return Transcribed(" ".join(segment.text.strip() for segment in segments), info.language)

    return lambda samples: pool.run(partial(hear, samples))


async def _begin() -> None:
    """Nothing is kept of a try."""


def _as_it_is(model: WhisperModel) -> WhisperModel:
    return model


_ALL = (
    Configuration(
        OURS,
        "the engine as the bot runs it: `transcription.asr.batcher` hears windows of several notes in one call",
        _load_ours,
    ),
    Configuration(
        DEFAULTS,
        "faster-whisper: `WhisperModel` and `transcribe()` with their defaults",
        partial(_load_stock, _as_it_is),
    ),
    Configuration(
        "fast",
        "faster-whisper with `int8`, `beam_size=1`, `best_of=1`, `vad_filter=True`",
        partial(_load_stock, _as_it_is, compute_type="int8", beam_size=1, best_of=1, vad_filter=True),
    ),
    Configuration(
        "batched",
        "faster-whisper: `BatchedInferencePipeline` with its defaults",
        partial(_load_stock, BatchedInferencePipeline),
    ),
)

CONFIGURATIONS = {configuration.name: configuration for configuration in _ALL}
