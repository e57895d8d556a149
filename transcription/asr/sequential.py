"""faster-whisper's own loop over a note, which is used with `ADAPTIVE_CONTEXT=off`."""

from collections.abc import Callable

from transcription.asr.base import BEAM_SIZE, DecodingOptions
from transcription.asr.whisper import WhisperModel
from transcription.audio.ffmpeg import SAMPLE_RATE, Samples, as_floats
from transcription.errors import Cancelled
from transcription.transcript import Segment, Transcript


def transcribe_sequential(
    model: WhisperModel, name: str, samples: Samples, listening: DecodingOptions, stopped: Callable[[], bool]
) -> Transcript:
    """What is said in a note, by faster-whisper's own loop over windows of 30 s, one after the other. Blocks.

    `listening.heard` is called in this thread. `stopped` is asked after each segment: True ends it with `Cancelled`.
    """
    duration_s = len(samples) / SAMPLE_RATE
    pieces, info = model.transcribe(
        as_floats(samples),
        language=listening.language,
        beam_size=listening.beam_size or BEAM_SIZE,
        initial_prompt=listening.initial_prompt or None,
        vad_filter=True,
    )
    segments = []
    for piece in pieces:
        if stopped():
            raise Cancelled
        segments.append(Segment(round(piece.start * 1000), round(piece.end * 1000), piece.text.strip()))
        listening.on_segment(segments[-1], min(1.0, piece.end / duration_s))
    return Transcript(tuple(segments), info.language, info.language_probability, round(duration_s * 1000), name)
