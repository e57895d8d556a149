"""The only file that knows faster-whisper: loads its models, finds speech, and turns windows of sound into text."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens
from faster_whisper.vad import VadOptions, get_speech_timestamps
from numpy.typing import NDArray

from transcription.audio import SAMPLE_RATE, Samples, as_floats
from transcription.errors import Cancelled
from transcription.hearing import BEAM_SIZE, FRAMES_PER_S, FULL_S, Attempt, Listening, Sound
from transcription.models import ModelOptions
from transcription.results import Segment, Transcript
from transcription.windows import Span

__all__ = [
    "BEAM_SIZE",
    "Attempt",
    "Listening",
    "Sound",
    "WhisperModel",
    "find_speech",
    "hear",
    "load",
    "transcribe_stock",
]

SHORTEST_PAUSE = SAMPLE_RATE * 160 // 1000
VAD = VadOptions(min_silence_duration_ms=1000 * SHORTEST_PAUSE // SAMPLE_RATE, speech_pad_ms=0)
"""Pauses between words are found, too, for they are where a note is cut."""
VAD_BLOCK = 60 * SAMPLE_RATE
"""What Silero looks at in one go; it takes 0.7 MB for each second."""

TOKENS_PER_S = 14
TOKENS_SPARE = 20
"""The most that anyone says; fast Russian is nine tokens a second. Beyond it the text is a loop."""
TOKENS_MOST = 448
PROMPT_MOST = 100
"""Tokens. Of a longer prompt the end counts, for there a chat's own words are."""

WARMER = (0.4, 0.8)
"""Temperatures to try when the full context did not help either."""
CANDIDATES = 5
PRIOR = 10.0
"""How much likelier a chat's usual language is than any other, before a word was heard."""


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


def find_speech(samples: Samples, stopped: Callable[[], bool] = lambda: False) -> list[Span]:
    """Where somebody speaks, by Silero VAD. Looks block by block, so that memory stays bounded; blocks.

    `stopped` is asked before each block: True ends the search with `Cancelled`.
    """
    spans: list[Span] = []
    for begin in range(0, len(samples), VAD_BLOCK):
        if stopped():
            raise Cancelled
        for span in get_speech_timestamps(as_floats(samples[begin : begin + VAD_BLOCK]), VAD):
            start, end = begin + span["start"], begin + span["end"]
            if spans and start - spans[-1][1] < SHORTEST_PAUSE:  # only a block's end lies between them
                start = spans.pop()[0]
            spans.append((start, end))
    return spans


def hear(model: WhisperModel, sounds: Sequence[Sound], beam_size: int = BEAM_SIZE) -> list[Attempt]:
    """What is said in each of several windows, decoded together: that costs little more than one alone. Blocks.

    One encoder run per window tells its language, too. A text that looks bad is heard again, alone, in Whisper's full
    context, and only then at temperatures above zero. Many threads may share one model.
    """
    ear = Ear(model, sounds[0].prompt)
    frames = max(sound.frames for sound in sounds)
    encoded = ear.encode(sounds, frames)
    languages = ear.languages(encoded, sounds)
    attempts = ear.decode(encoded, languages, _most_tokens(sounds), beam_size)
    return [
        attempt if attempt.is_good else ear.hear_again(sound, frames, attempt, beam_size)
        for sound, attempt in zip(sounds, attempts, strict=True)
    ]


def transcribe_stock(
    model: WhisperModel, name: str, samples: Samples, listening: Listening, stopped: Callable[[], bool]
) -> Transcript:
    """What is said in a note, by faster-whisper's own loop over windows of 30 s, one after the other. Blocks.

    `listening.heard` is called in this thread. `stopped` is asked after each segment: True ends it with `Cancelled`.
    """
    duration_s = len(samples) / SAMPLE_RATE
    pieces, info = model.transcribe(
        as_floats(samples),
        language=listening.language,
        beam_size=listening.beam_size or BEAM_SIZE,
        initial_prompt=listening.prompt or None,
        vad_filter=True,
    )
    segments = []
    for piece in pieces:
        if stopped():
            raise Cancelled
        segments.append(Segment(round(piece.start * 1000), round(piece.end * 1000), piece.text.strip()))
        listening.heard(segments[-1], min(1.0, piece.end / duration_s))
    return Transcript(tuple(segments), info.language, info.language_probability, round(duration_s * 1000), name)


class Ear:
    """Encodes and decodes with one model and one prompt."""

    def __init__(self, model: WhisperModel, prompt: str) -> None:
        self._model = model
        self._tokenizers: dict[str, Tokenizer] = {}
        any_tokenizer = self._tokenizer("en")
        self._suppressed = list(get_suppressed_tokens(any_tokenizer, (-1,)))
        words = any_tokenizer.encode(f" {prompt.strip()}")[-PROMPT_MOST:] if prompt.strip() else []
        self._before = [any_tokenizer.sot_prev, *words] if words else []

    def encode(self, sounds: Sequence[Sound], frames: int) -> ctranslate2.StorageView:
        """Windows in a context of so many mel frames each, as one batch."""
        features = [self._features(sound, frames) for sound in sounds]
        if len(sounds) == 1 or self._model.model.device != "cpu":
            return self._model.encode(np.stack(features))
        # On a CPU a batch is encoded in half as much time again as its windows one by one.
        rows: NDArray[np.float32] = np.concatenate([np.asarray(self._model.encode(each)) for each in features])
        return ctranslate2.StorageView.from_array(rows)

    def _features(self, sound: Sound, frames: int) -> NDArray[np.float32]:
        features = self._model.feature_extractor(as_floats(sound.samples))[:, :-1]  # the last one belongs to padding
        padded: NDArray[np.float32] = pad_or_trim(features, frames)
        return padded

    def languages(self, encoded: ctranslate2.StorageView, sounds: Sequence[Sound]) -> list[tuple[str, float]]:
        """Each window's language and its probability."""
        if not self._model.model.is_multilingual:
            return [("en", 1.0)] * len(sounds)
        if all(sound.language for sound in sounds):
            return [(sound.language or "", 1.0) for sound in sounds]
        detected = self._model.model.detect_language(encoded)
        return [
            (sound.language, 1.0) if sound.language else _likeliest(found, sound.usual)
            for sound, found in zip(sounds, detected, strict=True)
        ]

    def hear_again(self, sound: Sound, frames: int, first: Attempt, beam_size: int) -> Attempt:
        """The best of `first`, one in the full context, and, if that is bad, too, warmer ones."""
        full = round(FULL_S * FRAMES_PER_S)
        encoded = self.encode([sound], full)
        languages = self.languages(encoded, [sound])
        attempts = [first]
        for temperature in WARMER if frames == full else (0.0, *WARMER):
            attempts += self.decode(encoded, languages, _most_tokens([sound]), beam_size, temperature)
            if attempts[-1].is_good:
                break
        best = max(attempts, key=lambda attempt: (attempt.is_good, not attempt.is_capped, attempt.logprob))
        return replace(best, is_again=True)

    def decode(
        self,
        encoded: ctranslate2.StorageView,
        languages: Sequence[tuple[str, float]],
        most_tokens: int,
        beam_size: int,
        temperature: float = 0.0,
    ) -> list[Attempt]:
        """The texts of encoded windows."""
        prompts = [self._prompt(language) for language, _ in languages]
        search: dict[str, Any] = (
            {"beam_size": 1, "num_hypotheses": CANDIDATES, "sampling_topk": 0, "sampling_temperature": temperature}
            if temperature
            else {"beam_size": beam_size}
        )
        results = self._model.model.generate(
            encoded,
            prompts,
            max_length=min(TOKENS_MOST, len(prompts[0]) + most_tokens),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_tokens=self._suppressed,
            **search,
        )
        return [
            self._attempt(result, language, most_tokens) for result, language in zip(results, languages, strict=True)
        ]

    def _attempt(self, result: Any, language: tuple[str, float], most_tokens: int) -> Attempt:
        tokens = list(result.sequences_ids[0])
        text = str(self._tokenizer(language[0]).decode(tokens)).strip()
        return Attempt(
            text if any(character.isalnum() for character in text) else "",
            *language,
            logprob=result.scores[0] * len(tokens) / (len(tokens) + 1),  # the end token counts, too
            no_speech=result.no_speech_prob,
            is_capped=len(tokens) >= most_tokens,
        )

    def _prompt(self, language: str) -> list[int]:
        tokenizer = self._tokenizer(language)
        return [*self._before, *tokenizer.sot_sequence, tokenizer.no_timestamps]

    def _tokenizer(self, language: str) -> Tokenizer:
        if language not in self._tokenizers:
            multilingual = self._model.model.is_multilingual
            self._tokenizers[language] = Tokenizer(
                self._model.hf_tokenizer, multilingual, task="transcribe", language=language
            )
        return self._tokenizers[language]


def _most_tokens(sounds: Sequence[Sound]) -> int:
    longest_s = max(len(sound.samples) for sound in sounds) / SAMPLE_RATE
    return TOKENS_SPARE + round(longest_s * TOKENS_PER_S)


def _likeliest(found: Sequence[tuple[str, float]], usual: str | None) -> tuple[str, float]:
    chances = {token[2:-2]: probability for token, probability in found}
    language = max(chances, key=lambda code: chances[code] * (PRIOR if code == usual else 1.0))
    return language, float(chances[language])
