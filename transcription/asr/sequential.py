"""faster-whisper's own loop over a recording, which is used with `ADAPTIVE_CONTEXT=off`."""

from collections.abc import Callable

from faster_whisper import WhisperModel

from transcription.asr.base import BEAM_SIZE, DecodingOptions, OnSegment
from transcription.audio.ffmpeg import SAMPLE_RATE, Samples, as_floats
from transcription.errors import Cancelled
from transcription.transcript import Segment, Transcript


def transcribe_sequential(
    model: WhisperModel,
    name: str,
    samples: Samples,
    options: DecodingOptions,
    *,
    on_segment: OnSegment,
    stopped: Callable[[], bool],
) -> Transcript:
    """What is said in a recording, in windows of 30 s, one after the other; as `SequentialEngine` says. Blocks."""
    duration_s = len(samples) / SAMPLE_RATE
    found, info = model.transcribe(
        as_floats(samples),
        language=options.language,
        beam_size=options.beam_size or BEAM_SIZE,
        initial_prompt=options.initial_prompt or None,
        vad_filter=True,
    )
    segments = []
    for each in found:
        if stopped():
            raise Cancelled
        segments.append(Segment(round(each.start * 1000), round(each.end * 1000), each.text.strip()))
        on_segment(segments[-1], min(1.0, each.end / duration_s))
    return Transcript(tuple(segments), info.language, info.language_probability, round(duration_s * 1000), name)
