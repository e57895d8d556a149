"""The only file that knows faster-whisper: loads its models and lets them listen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_compression_ratio, get_suppressed_tokens
from faster_whisper.vad import VadOptions, get_speech_timestamps
from numpy.typing import NDArray

from transcription.audio import SAMPLE_RATE, Samples, as_floats
from transcription.errors import Cancelled
from transcription.models import ModelOptions
from transcription.results import Segment, Transcript
from transcription.speech import Speech
from transcription.tokens import split

__all__ = ["Listening", "WhisperModel", "load", "transcribe"]

WINDOW_S = 30.0
"""The context that Whisper was trained with, and the most that its encoder takes."""
FRAMES_PER_S = 100
FLOOR_S = 10.0
MARGIN_S = 3.0
"""A window is encoded at its own length and this much silence, but never shorter than the floor: on a context that
ends with the speech Whisper runs into loops (with base, Russian: 82 % errors at the exact length, 23 % so)."""
VAD_BLOCK_S = 600
TAIL_S = 0.6
"""A last window shorter than this is not listened to alone."""
TOKENS_PER_S = 14
TOKENS_SPARE = 20
"""The most that anyone says; fast Russian is nine tokens a second. Beyond it the text is a loop."""
TOKENS_MOST = 448

REPEATING = 2.4
UNSURE = -1.0
"""Whisper's own thresholds: compression ratio of a text that repeats itself, mean log probability of a doubtful one."""
NO_SPEECH = 0.6
"""Whisper's own threshold, too: above it, a doubtful text is none."""
WARMER = (0.4, 0.8)
"""Temperatures to try when the full context did not help either."""
CANDIDATES = 5


@dataclass(frozen=True, slots=True)
class Listening:
    """How to listen to one note. `language` is a Whisper code, or None to detect it."""

    language: str | None
    beam_size: int
    heard: Callable[[Segment, float], None]
    """Called in the listening thread with each segment and the fraction of the speech done (0..1)."""
    stopped: Callable[[], bool]
    """Asked before each window: True ends the listening with `Cancelled`."""
    doubted: Callable[[], None] = lambda: None
    """Called in the listening thread with each window that is decoded again, for its first text looks bad."""


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

    Where Silero VAD finds no speech, Whisper is not asked, for it would invent some. Speech is heard in windows of at
    most 30 s, each from where the last one's text ended, so memory is bounded by the window.
    """
    duration_ms = round(len(samples) * 1000 / SAMPLE_RATE)
    speech = Speech(samples, _spans(samples, listening))
    ear = Ear(model, listening)
    segments: list[Segment] = []
    position = 0
    while len(speech) - position > (TAIL_S * SAMPLE_RATE if position else 0):
        if listening.stopped():
            raise Cancelled
        window = speech.take(position, round(WINDOW_S * SAMPLE_RATE))
        is_last = position + len(window) >= len(speech)
        attempt = ear.hear(window)
        pieces, done_s = split(
            attempt.tokens, ear.timestamp_begin, len(window) / SAMPLE_RATE, tail_s=TAIL_S if is_last else 0.0
        )
        done = position + round(done_s * SAMPLE_RATE)
        for piece in () if attempt.is_silence else pieces:
            if text := ear.read(piece.tokens):
                start_ms = speech.note_ms(position + round(piece.start_s * SAMPLE_RATE))
                end_ms = speech.note_ms(position + round(piece.end_s * SAMPLE_RATE), end=True)
                segments.append(Segment(start_ms, max(start_ms, end_ms), text))
                listening.heard(segments[-1], min(done, len(speech)) / len(speech))
        position = done
    return Transcript(tuple(segments), ear.language or "", ear.probability, duration_ms, name)


def _spans(samples: Samples, listening: Listening) -> list[tuple[int, int]]:
    """Where somebody speaks, (start, end) in samples; looked for block by block, so that memory stays bounded."""
    spans: list[tuple[int, int]] = []
    for begin in range(0, len(samples), VAD_BLOCK_S * SAMPLE_RATE):
        if listening.stopped():
            raise Cancelled
        block = as_floats(samples[begin : begin + VAD_BLOCK_S * SAMPLE_RATE])
        for span in get_speech_timestamps(block, VadOptions()):
            start, end = begin + span["start"], begin + span["end"]
            if spans and start <= spans[-1][1]:
                start, _ = spans.pop()
            spans.append((start, end))
    return spans


@dataclass(frozen=True, slots=True)
class Attempt:
    """One decoding of a window: its tokens with timestamps, their text, and the signs by which to judge it."""

    tokens: list[int]
    text: str
    logprob: float
    no_speech: float
    is_capped: bool

    @property
    def is_silence(self) -> bool:
        """Whether Whisper itself takes the window for silence."""
        return self.no_speech > NO_SPEECH and self.logprob < UNSURE

    @property
    def is_doubtful(self) -> bool:
        """Whether it repeats itself, was cut off, or is hardly more likely than any other text."""
        return self.is_capped or self.logprob < UNSURE or get_compression_ratio(self.text) > REPEATING


class Ear:
    """Hears the windows of one note, and knows its language from the first one on."""

    def __init__(self, model: WhisperModel, listening: Listening) -> None:
        self.language = listening.language if model.model.is_multilingual else "en"
        self.probability = 1.0 if self.language else 0.0
        self._model = model
        self._beam_size = listening.beam_size
        self._doubted = listening.doubted
        self._tokenizer = self._create_tokenizer(self.language or "en")

    @property
    def timestamp_begin(self) -> int:
        """The first timestamp token; smaller tokens are text or control."""
        return int(self._tokenizer.timestamp_begin)

    def read(self, tokens: Sequence[int]) -> str:
        """Text tokens as text; nothing where there is not one letter or digit among them."""
        text = str(self._tokenizer.decode([token for token in tokens if token < self._tokenizer.eot])).strip()
        return text if any(character.isalnum() for character in text) else ""

    def hear(self, window: NDArray[np.float32]) -> Attempt:
        """The best of as many attempts as it takes: own length, then full context, then warmer.

        The encoder's output of the first attempt also tells the language.
        """
        features = self._model.feature_extractor(window)[:, :-1]  # the last frame belongs to the padding
        window_s = len(window) / SAMPLE_RATE
        most = round(WINDOW_S * FRAMES_PER_S)
        frames = min(most, max(round(FLOOR_S * FRAMES_PER_S), features.shape[-1] + round(MARGIN_S * FRAMES_PER_S)))
        encoded = self._encode(features, frames)
        if self.language is None:
            (token, probability), *_ = self._model.model.detect_language(encoded)[0]
            self.language, self.probability = token[2:-2], float(probability)
            self._tokenizer = self._create_tokenizer(self.language)
        attempts = [self._decode(encoded, window_s)]
        if self._is_good(attempts[-1]):
            return attempts[-1]
        self._doubted()
        if frames < most:
            encoded = self._encode(features, most)
            attempts.append(self._decode(encoded, window_s))
        for temperature in WARMER:
            if self._is_good(attempts[-1]):
                return attempts[-1]
            attempts.append(self._decode(encoded, window_s, temperature))
        return max(attempts, key=lambda attempt: (not attempt.is_doubtful, attempt.logprob))

    def _is_good(self, attempt: Attempt) -> bool:
        return attempt.is_silence or not attempt.is_doubtful

    def _encode(self, features: NDArray[np.float32], frames: int) -> ctranslate2.StorageView:
        return self._model.encode(pad_or_trim(features, frames + frames % 2))

    def _decode(self, encoded: ctranslate2.StorageView, window_s: float, temperature: float = 0.0) -> Attempt:
        prompt = list(self._tokenizer.sot_sequence)
        most = min(TOKENS_MOST, len(prompt) + TOKENS_SPARE + round(window_s * TOKENS_PER_S))
        search = (
            {"beam_size": 1, "num_hypotheses": CANDIDATES, "sampling_topk": 0, "sampling_temperature": temperature}
            if temperature
            else {"beam_size": self._beam_size}
        )
        (result,) = self._model.model.generate(
            encoded,
            [prompt],
            max_length=most,
            return_scores=True,
            return_no_speech_prob=True,
            suppress_blank=True,
            suppress_tokens=list(get_suppressed_tokens(self._tokenizer, (-1,))),
            max_initial_timestamp_index=50,
            **search,
        )
        tokens = list(result.sequences_ids[0])
        return Attempt(
            tokens=tokens,
            text=self.read(tokens),
            logprob=result.scores[0] * len(tokens) / (len(tokens) + 1),  # the end token counts, too
            no_speech=result.no_speech_prob,
            is_capped=len(prompt) + len(tokens) >= most,
        )

    def _create_tokenizer(self, language: str) -> Tokenizer:
        multilingual = self._model.model.is_multilingual
        return Tokenizer(self._model.hf_tokenizer, multilingual, task="transcribe", language=language)
