"""The protocol of a speech recognition engine: what goes into it (windows), and what comes out (decoding results)."""

import math
import sys
import zlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol, runtime_checkable

from transcription.asr.hallucinations import letters
from transcription.asr.repetition import UNLIKELY, confirms, is_loop
from transcription.asr.script import has_foreign_letters
from transcription.audio.ffmpeg import SAMPLE_RATE, Samples
from transcription.models.options import ModelOptions
from transcription.transcript import Segment, Transcript, Word

BEAM_SIZE = 3
BEAM_SIZE_SHORT = 2
SHORT_S = 15.0
"""On recordings up to this length two beams lose hardly anything, and take 7 % less; on longer ones three are worth
their time, and four are not (decision 053)."""
MIN_CONTEXT_S = 8.0
CONTEXT_PADDING = 0.25
MIN_PADDING_S, MAX_PADDING_S = 2.0, 3.0
"""A window is encoded at its own length and silence of this share of it, within these limits, but never shorter than
the floor. On a context that ends with the speech Whisper runs into loops; the numbers are measured (decisions 053 and
134)."""
FULL_CONTEXT_S = 30.0
"""The context that Whisper was trained with."""

COMPRESSION_RATIO_THRESHOLD = 2.4
LOG_PROB_THRESHOLD = -1.0
"""Whisper's own thresholds: compression ratio of a text that repeats itself, mean log probability of a doubtful one."""
DOUBTED_S = 9.0
"""A doubtful text is decoded again where the recording is longer: people wait most for shorter ones (decision 130)."""
DOUBTFUL_LOG_PROB = -0.2
"""A third of the notes of 9 to 15 s are below it, with three fifths of their errors (decision 130)."""
NO_SPEECH_THRESHOLD = 0.6
"""Whisper's own, too: the probability of silence from which on an unlikely text was said by nobody."""
SPOKEN_LOG_PROB = -2.25
"""By all signs together music and crowds are below -2.6, and speech in noise of twice its power above -2.13 (decision
131)."""
SLOWEST = 2.0
SLOW_WORTH = 0.5
"""Nobody in the corpus says fewer than 2.6 letters a second; a slower text is half as likely (decision 138)."""
JUDGED_S = 4.0
"""Of a shorter window the signs tell too little: a quarter of one second's would be silence (decision 131)."""

OnSegment = Callable[[Segment, float], None]
"""Called with each segment in order and the fraction of the recording's windows done (0..1)."""


@dataclass(frozen=True, slots=True)
class DecodingOptions:
    """How one recording is decoded.

    `language` is a Whisper code, or None to detect it, with `likely_language` as the likeliest. `initial_prompt` holds
    names and words that may occur.
    """

    language: str | None = None
    likely_language: str | None = None
    initial_prompt: str = ""
    beam_size: int | None = None
    """None takes what suits the recording's length."""
    translate: bool = False
    """Whether the text is to be English; only for an engine that is capable of `translation`."""
    is_partial: bool = False
    """Whether all is decoded again with more sound: a text that looks bad is dropped then, for the time's sake."""
    app_language: str | None = None
    """The language tag of the sender's app: the likeliest where the chat has none, and a script for one with two."""
    elsewhere: Collection[str] = ()
    """Languages that another model transcribes: a recording that is surely in one of them is not decoded."""


@dataclass(frozen=True, slots=True)
class WindowInput:
    """A window to decode. `samples` may lie in a file: `as_floats` reads them. `language` is None to detect it.

    `language_weights` says how likely languages are before it is decoded, as multiples of one that the recording is not
    known to have. All windows of a batch have the same `initial_prompt`: names and words that may occur; and the same
    `translate`: whether the text is to be English.
    """

    samples: Samples
    language: str | None = None
    language_weights: Mapping[str, float] = field(default_factory=dict)
    initial_prompt: str = ""
    translate: bool = False
    is_partial: bool = False
    """Whether it is decoded once, however bad the text looks, and needs no words."""
    elsewhere: Collection[str] = ()
    """Languages that another model transcribes: where it is surely one of them, its language is all that is told."""
    second_opinion: bool = False
    """Whether a doubtful text is compared with one in another context."""

    @property
    def context_s(self) -> int:
        """Seconds of the context that it is encoded in.

        Whole seconds, for oneDNN keeps 2 MB of prepared code for each length that it met.
        """
        own_s = len(self.samples) / SAMPLE_RATE
        padding_s = min(max(MIN_PADDING_S, CONTEXT_PADDING * own_s), MAX_PADDING_S)
        return math.ceil(min(max(MIN_CONTEXT_S, own_s + padding_s), FULL_CONTEXT_S))


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
    """The engine's own probability of silence (0..1)."""
    language_probs: Mapping[str, float] = field(default_factory=dict)
    """Of all languages, by the sound of the window; empty where the language was given."""
    is_mixed: bool = False
    """Whether parts of it were decoded in different languages; `language` is that of the longest."""
    hit_token_limit: bool = False
    is_fallback: bool = False
    """Whether a decoding before it looked bad."""
    is_elsewhere: bool = False
    """Whether only the language was told, for another model transcribes it."""
    words: Sequence[Word] = ()
    """They make up the text; their times count from the window's start. None from an engine that knows no times."""
    tokens: Sequence[int] = ()
    """The engine's own tokens of the text."""
    window_s: float = 0.0
    """Seconds of the window, where its engine has signs of silence; else 0."""
    stages_s: Mapping[str, float] = field(default_factory=dict)
    """Seconds of each stage of the batch in which it was decoded, where the engine tells them."""

    @property
    def is_silence(self) -> bool:
        """Whether nobody said it: an unlikely text, of sound that is like silence, like no language, or long for it."""
        if self.window_s < JUDGED_S:
            return self.no_speech_prob > NO_SPEECH_THRESHOLD and self.avg_logprob < LOG_PROB_THRESHOLD
        heard = (1 - self.no_speech_prob) * max(self.language_probs.values(), default=1.0)
        if letters(self.text) < SLOWEST * self.window_s:
            heard *= SLOW_WORTH
        return self.avg_logprob + math.log(max(heard, sys.float_info.epsilon)) < SPOKEN_LOG_PROB

    @property
    def is_loop(self) -> bool:
        """Whether it repeats itself, in all or in a few words."""
        return is_loop(self.text, self.avg_logprob) or _compression_ratio(self.text) > COMPRESSION_RATIO_THRESHOLD

    @property
    def is_low_confidence(self) -> bool:
        """Whether it repeats itself, was cut off, is in a wrong script, or hardly more likely than any other text."""
        is_unlikely = self.hit_token_limit or self.avg_logprob < LOG_PROB_THRESHOLD
        is_foreign = not self.is_mixed and has_foreign_letters(self.text, self.language)
        return is_unlikely or self.is_loop or is_foreign

    @property
    def is_acceptable(self) -> bool:
        """Whether no fallback is needed."""
        return self.is_silence or not self.is_low_confidence

    @property
    def is_doubtful(self) -> bool:
        """Whether it is a text of speech that is not as likely as most are."""
        return not self.is_silence and bool(self.text) and self.avg_logprob < DOUBTFUL_LOG_PROB

    def confirms(self, other: "DecodingResult") -> bool:
        """Whether it is likely, and repeats what another one does: then that was said."""
        return not self.hit_token_limit and self.avg_logprob >= UNLIKELY and confirms(self.text, other.text)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What an engine can do with the model that it has loaded."""

    languages: Collection[str]
    """Codes of the languages that it knows."""
    max_window_s: float
    """Seconds of the longest window that it is given, 10 or more: a window is to be longer than the silence in it."""
    native_batch: bool
    """Whether windows decoded together take less than one by one; otherwise a batch has one."""
    initial_prompt: bool = False
    word_times: bool = False
    translation: bool = False


class Engine(Protocol):
    """A loaded model and what runs it. Its methods block, and many threads may call them at a time."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""

    @property
    def device(self) -> str:
        """`cpu` or `cuda`: where the model is."""

    def detect_languages(self, windows: Sequence[WindowInput]) -> Sequence[Mapping[str, float]]:
        """How likely each language is in each window, by its sound (0..1); a given one is certain."""

    def decode_batch(self, windows: Sequence[WindowInput], beam_size: int = BEAM_SIZE) -> Sequence[DecodingResult]:
        """What is said in each of several windows, decoded together."""

    def close(self) -> None:
        """Give the model's memory back; a call that is still running keeps it until its end."""


@runtime_checkable
class SequentialEngine(Engine, Protocol):
    """An engine with a loop of its own over a recording, used in place of ours with `ADAPTIVE_CONTEXT=off`."""

    def transcribe_sequential(
        self,
        name: str,
        samples: Samples,
        options: DecodingOptions,
        *,
        on_segment: OnSegment,
        stopped: Callable[[], bool],
    ) -> Transcript:
        """What is said in a recording, by the model of this name; `on_segment` is called in the caller's thread.

        `stopped` is asked after each segment: True ends it with `Cancelled`.
        """


@dataclass(frozen=True, slots=True)
class EngineType:
    """An engine that may be installed. Nothing of it is imported before its first model is loaded."""

    module: str
    """Has `load(folder, options)`, which returns an `Engine`."""
    packages: tuple[str, ...]
    """What it needs to be installed."""

    @property
    def is_installed(self) -> bool:
        """Whether its packages are there."""
        return all(find_spec(package) for package in self.packages)

    def load(self, folder: Path, options: ModelOptions) -> Engine:
        """A model from its folder. Blocks for seconds."""
        engine: Engine = import_module(self.module).load(folder, options)
        return engine


def _compression_ratio(text: str) -> float:
    plain = text.encode()
    return len(plain) / len(zlib.compress(plain))
