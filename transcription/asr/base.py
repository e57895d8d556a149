"""What goes into the engine and what comes out of it: sounds, and attempts to read them."""

import math
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from transcription.asr.repetition import UNLIKELY, confirms, is_loop
from transcription.audio.ffmpeg import SAMPLE_RATE, Samples
from transcription.transcript import Segment

BEAM_SIZE = 3
BEAM_SIZE_SHORT = 2
SHORT_S = 15.0
"""On notes up to this length two beams lose hardly anything, and take 7 % less; on longer ones three are worth their
time, and four are not (decision 053)."""
MIN_CONTEXT_S = 12.0
CONTEXT_PADDING_S = 3.0
"""A window is encoded at its own length and this much silence, but never shorter than the floor. On a context that
ends with the speech Whisper runs into loops; the numbers are measured (decision 053)."""
FULL_CONTEXT_S = 30.0
"""The context that Whisper was trained with."""
FRAMES_PER_S = 100

COMPRESSION_RATIO_THRESHOLD = 2.4
LOG_PROB_THRESHOLD = -1.0
NO_SPEECH_THRESHOLD = 0.6
"""Whisper's own thresholds: compression ratio of a text that repeats itself, mean log probability of a doubtful one,
and the probability of silence above which a doubtful text is none."""


@dataclass(frozen=True, slots=True)
class DecodingOptions:
    """How to listen to one note.

    `language` is a Whisper code, or None to detect it, with `usual` as the likeliest. `prompt` holds names and words
    that may occur.
    """

    language: str | None = None
    likely_language: str | None = None
    initial_prompt: str = ""
    beam_size: int | None = None
    """None takes what suits the note's length."""
    on_segment: Callable[[Segment, float], None] = field(default=lambda _segment, _fraction: None)
    """Called with each segment in order and the fraction of the note's windows done (0..1)."""


@dataclass(frozen=True, slots=True)
class WindowInput:
    """A window to hear. `language` is a Whisper code, or None to detect it.

    `weights` says how likely languages are before it is heard, as multiples of one that nobody is known to speak in the
    note. All sounds that are heard together have the same `prompt`: names and words that may occur.
    """

    samples: Samples
    language: str | None = None
    language_weights: Mapping[str, float] = field(default_factory=dict)
    initial_prompt: str = ""

    @property
    def frames(self) -> int:
        """The context that it is encoded in, in mel frames of 10 ms.

        Whole seconds, for oneDNN keeps 2 MB of prepared code for each length that it met.
        """
        own_s = max(MIN_CONTEXT_S, len(self.samples) / SAMPLE_RATE + CONTEXT_PADDING_S)
        return FRAMES_PER_S * math.ceil(min(own_s, FULL_CONTEXT_S))


@dataclass(frozen=True, slots=True)
class DecodingResult:
    """One decoding of a window: its text, and the signs by which to judge it."""

    text: str
    language: str
    language_probability: float
    """Of the language (0..1)."""
    avg_logprob: float
    """Mean log probability of a token."""
    no_speech_prob: float
    """Whisper's probability of silence (0..1)."""
    language_probs: Mapping[str, float] = field(default_factory=dict)
    """Of all languages, as the window sounds; empty where the language was given."""
    is_mixed: bool = False
    """Whether parts of it were heard in different languages; `language` is that of the longest."""
    hit_token_limit: bool = False
    is_fallback: bool = False
    """Whether an attempt before it looked bad."""

    @property
    def is_silence(self) -> bool:
        """Whether Whisper itself takes the window for silence."""
        return self.no_speech_prob > NO_SPEECH_THRESHOLD and self.avg_logprob < LOG_PROB_THRESHOLD

    @property
    def is_loop(self) -> bool:
        """Whether it repeats itself, in all or in a few words."""
        return is_loop(self.text, self.avg_logprob) or _compression_ratio(self.text) > COMPRESSION_RATIO_THRESHOLD

    @property
    def is_low_confidence(self) -> bool:
        """Whether it repeats itself, was cut off, or is hardly more likely than any other text."""
        return self.hit_token_limit or self.avg_logprob < LOG_PROB_THRESHOLD or self.is_loop

    @property
    def is_acceptable(self) -> bool:
        """Whether no other attempt is needed."""
        return self.is_silence or not self.is_low_confidence

    def confirms(self, other: "DecodingResult") -> bool:
        """Whether it is likely, and repeats what another one does: then that was said."""
        return not self.hit_token_limit and self.avg_logprob >= UNLIKELY and confirms(self.text, other.text)


def _compression_ratio(text: str) -> float:
    plain = text.encode()
    return len(plain) / len(zlib.compress(plain))
