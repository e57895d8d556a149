"""The only file that knows faster-whisper: loads its models and lets them listen."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from faster_whisper import WhisperModel
from faster_whisper.vad import VadOptions, get_speech_timestamps

from transcription.audio import SAMPLE_RATE, Samples
from transcription.errors import Cancelled
from transcription.models import ModelOptions
from transcription.results import Segment, Transcript

__all__ = ["Listening", "WhisperModel", "load", "transcribe"]

HALLUCINATED_NO_SPEECH = 0.6
HALLUCINATED_LOGPROB = -0.8
"""Whisper's own pair of signs for text without speech, -1.0 there. On the corpus' noise clips, which pass the VAD as
speech, -0.8 is where invented segments go and spoken ones stay."""


@dataclass(frozen=True, slots=True)
class Listening:
    """How to listen to one note. `language` is a Whisper code, or None to detect it."""

    language: str | None
    beam_size: int
    heard: Callable[[Segment, float], None]
    """Called in the listening thread with each segment and the fraction of the audio done (0..1)."""
    stopped: Callable[[], bool]
    """Asked between segments: True ends the listening with `Cancelled`."""


def load(folder: Path, options: ModelOptions) -> WhisperModel:
    """A model from a CTranslate2 folder, its weights shared by all of its workers. Blocks for seconds."""
    return WhisperModel(
        str(folder),
        device=options.device,
        compute_type=options.compute_type,
        cpu_threads=options.cpu_threads,
        num_workers=options.num_workers,
        local_files_only=True,
    )


def transcribe(model: WhisperModel, name: str, samples: Samples, listening: Listening) -> Transcript:
    """What is said in `samples`. Blocks; many threads may share one model.

    Where Silero VAD finds no speech, Whisper is not asked, for it would invent some.
    """
    duration_ms = round(len(samples) * 1000 / SAMPLE_RATE)
    if not get_speech_timestamps(samples, VadOptions()):
        return Transcript((), listening.language or "", 0.0, duration_ms, name)
    found, info = model.transcribe(
        samples,
        language=listening.language,
        beam_size=listening.beam_size,
        vad_filter=True,
        condition_on_previous_text=False,
    )
    segments: list[Segment] = []
    for part in found:
        if listening.stopped():
            raise Cancelled
        invented = part.no_speech_prob > HALLUCINATED_NO_SPEECH and part.avg_logprob < HALLUCINATED_LOGPROB
        if text := "" if invented else part.text.strip():
            segments.append(Segment(round(part.start * 1000), round(part.end * 1000), text))
            listening.heard(segments[-1], min(1.0, part.end * 1000 / duration_ms))
    return Transcript(tuple(segments), info.language, info.language_probability, duration_ms, name)
