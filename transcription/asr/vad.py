"""Voice activity detection by Silero VAD, as faster-whisper ships it; the same for all engines."""

from collections.abc import Callable

from faster_whisper.vad import VadOptions, get_speech_timestamps

from transcription.audio.ffmpeg import SAMPLE_RATE, Samples, as_floats
from transcription.audio.windows import Span
from transcription.errors import Cancelled

MIN_PAUSE = SAMPLE_RATE * 160 // 1000
VAD = VadOptions(min_silence_duration_ms=1000 * MIN_PAUSE // SAMPLE_RATE, speech_pad_ms=0)
"""Pauses between words are found, too, for they are where a recording is split."""
BLOCK = 60 * SAMPLE_RATE
"""What Silero looks at in one go; it takes 0.7 MB for each second."""


def detect_speech(samples: Samples, stopped: Callable[[], bool] = lambda: False) -> list[Span]:
    """The spans of speech, in samples. Looks block by block, so that memory stays bounded. Blocks.

    `stopped` is asked before each block: True ends the search with `Cancelled`.
    """
    spans: list[Span] = []
    for begin in range(0, len(samples), BLOCK):
        if stopped():
            raise Cancelled
        for span in get_speech_timestamps(as_floats(samples[begin : begin + BLOCK]), VAD):
            start, end = begin + span["start"], begin + span["end"]
            if spans and start - spans[-1][1] < MIN_PAUSE:  # only a block's end lies between them
                start = spans.pop()[0]
            spans.append((start, end))
    return spans
