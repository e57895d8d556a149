"""The configurations compared: Stenobot's engine and three common ways to run faster-whisper, on the same weights."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from faster_whisper import BatchedInferencePipeline, WhisperModel

from transcription.asr.base import DecodingOptions
from transcription.asr.batcher import Batcher
from transcription.asr.recording import Recording
from transcription.asr.thread_pool import ThreadPool
from transcription.asr.vad import detect_speech
from transcription.asr.whisper import load
from transcription.audio.ffmpeg import Samples, as_floats
from transcription.host.memory import limit_malloc_arenas
from transcription.models.options import ModelOptions
from transcription.models.sizing import Sizing, choose, usable_cores, usable_gpus

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
    """The text of a clip; `retried_windows` were decoded again (fallback), None where that is not known."""

    text: str
    language: str
    retried_windows: int | None = None


Transcribe = Callable[[Samples], Coroutine[Any, Any, Transcribed]]
"""Transcribes a clip in a thread. A call waits while all workers are busy; all calls belong to one event loop."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """A way to run Whisper."""

    name: str
    about: str
    load: Callable[[Path, RunConfig], Transcribe]
    """Loads the weights of a folder; blocks for seconds."""

    def run_config(self, senders: int = 1, threads: int | None = None) -> RunConfig:
        """Device, threads and workers for so many senders; `threads` gives a single worker so many, whatever is best.

        Stenobot has what the bot gives it, whoever comes. faster-whisper has what does most on a CPU: all cores for the
        clip of a single sender, otherwise one thread for each of as many clips as there are cores.
        """
        sizing = bot_sizing()
        bot = RunConfig(sizing.device, sizing.threads_per_worker, sizing.workers, sizing.compute_type)
        if threads:
            return replace(bot, threads=threads, workers=1)
        if self.name == OURS or bot.device == "cuda":
            return bot
        cores = usable_cores()
        return replace(bot, threads=cores, workers=1) if senders == 1 else replace(bot, threads=1, workers=cores)


def bot_sizing() -> Sizing:
    """What the bot would choose on this machine."""
    return choose(cores=usable_cores(), gpus=usable_gpus())


def _load_ours(folder: Path, run_config: RunConfig) -> Transcribe:
    limit_malloc_arenas()
    options = ModelOptions(
        folder.parent,
        device=run_config.device,
        compute_type=run_config.compute_type,
        cpu_threads=run_config.threads,
        num_workers=run_config.workers,
    )
    engine, pool = load(folder, options), ThreadPool(run_config.workers)
    batcher = Batcher(pool)

    async def transcribe(samples: Samples) -> Transcribed:
        recording = Recording(samples, await pool.run(partial(detect_speech, samples)), DecodingOptions())
        await batcher.transcribe(recording, engine)
        transcript = recording.transcript(folder.name)
        return Transcribed(transcript.text, transcript.language, recording.retried_windows)

    return transcribe


def _load_stock(
    create: Callable[[WhisperModel], Any],
    folder: Path,
    run_config: RunConfig,
    compute_type: str = "default",
    **options: object,
) -> Transcribe:
    """Load faster-whisper; `create` makes the pipeline for each clip, for a pipeline may hold one at a time."""
    model = WhisperModel(
        str(folder),
        device=run_config.device,
        compute_type=compute_type,
        cpu_threads=run_config.threads,
        num_workers=run_config.workers,
        local_files_only=True,
    )
    pool = ThreadPool(run_config.workers)

    def transcribe(samples: Samples) -> Transcribed:
        segments, info = create(model).transcribe(as_floats(samples), **options)
        return Transcribed(" ".join(segment.text.strip() for segment in segments), info.language)

    return lambda samples: pool.run(partial(transcribe, samples))


def _as_it_is(model: WhisperModel) -> WhisperModel:
    return model


_ALL = (
    Configuration(
        OURS,
        "the engine as the bot runs it: `transcription.asr.batcher` decodes windows of several notes in one call",
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
