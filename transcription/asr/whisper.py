"""The file that knows faster-whisper: loads its models and turns windows of sound into text."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens
from numpy.typing import NDArray

from transcription.asr import language_parts
from transcription.asr.base import BEAM_SIZE, FRAMES_PER_S, FULL_CONTEXT_S, DecodingResult, WindowInput
from transcription.asr.hallucinations import letters
from transcription.asr.language import Chances, Choice, Stretch, candidates, choose, clear_in, stretches_of
from transcription.asr.repetition import shortened
from transcription.asr.vad import detect_speech
from transcription.audio.ffmpeg import SAMPLE_RATE, as_floats
from transcription.models.options import ModelOptions

__all__ = [
    "BEAM_SIZE",
    "DecodingResult",
    "WhisperModel",
    "WindowInput",
    "decode_batch",
    "detect_speech",
    "load",
]

TOKENS_PER_S = 14
EXTRA_TOKENS = 20
"""The most that anyone says; fast Russian is nine tokens a second. Beyond it the text is a loop."""
MAX_TOKENS = 448
MAX_PROMPT_TOKENS = 100
"""Tokens. Of a longer prompt the end counts, for there a chat's own words are."""

FALLBACK_TEMPERATURES = (0.4, 0.8)
"""Temperatures to try when the full context did not help either."""
BEST_OF = 2
"""Texts that are drawn at a temperature above zero. Five take 115 MB more, for windows that hardly ever get better."""
PLAUSIBLE = 0.1
"""What another language's likelihood must be to be tried where the likeliest gives a bad text."""

MIXED_S = 5.0
"""Shorter windows are in one language."""
DOUBTED = -0.4
"""Mean log probability below which a window may hold a language that its sound as a whole does not tell of."""
CONTEXT_WORTH = 0.2
"""What a part of a window may lose in mean log probability for want of the rest. Wrongly cut ones lost 0.3 and more."""
SLOW = 8.0
"""Letters in a second below which parts of a window may be left out; a fifth of all notes are as slow."""
STATES_PER_S = 50


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


def decode_batch(
    model: WhisperModel, sounds: Sequence[WindowInput], beam_size: int = BEAM_SIZE
) -> list[DecodingResult]:
    """What is said in each of several windows, decoded together: that costs little more than one alone. Blocks.

    One encoder run per window tells its language, too. A text that looks bad is heard again, alone, in Whisper's full
    context, and only then at temperatures above zero. Many threads may share one model.
    """
    ear = WhisperDecoder(model, sounds[0].initial_prompt)
    frames = max(sound.frames for sound in sounds)
    encoded = ear.encode(sounds, frames)
    chances = ear.language_probs(encoded, sounds)
    choices = [choose(each, sound.language_weights) for each, sound in zip(chances, sounds, strict=True)]
    attempts = ear.decode(encoded, choices, _max_tokens(sounds), beam_size)
    return [
        ear.improved(encoded, number, replace(attempt, language_probs={} if sound.language else each), sound, beam_size)
        for number, (sound, each, attempt) in enumerate(zip(sounds, chances, attempts, strict=True))
    ]


class WhisperDecoder:
    """Encodes and decodes with one model and one prompt."""

    def __init__(self, model: WhisperModel, prompt: str) -> None:
        self._model = model
        self._tokenizers: dict[str, Tokenizer] = {}
        any_tokenizer = self._tokenizer("en")
        self._suppressed = list(get_suppressed_tokens(any_tokenizer, (-1,)))
        words = any_tokenizer.encode(f" {prompt.strip()}")[-MAX_PROMPT_TOKENS:] if prompt.strip() else []
        self._before = [any_tokenizer.sot_prev, *words] if words else []

    def encode(self, sounds: Sequence[WindowInput], frames: int) -> ctranslate2.StorageView:
        """Windows in a context of so many mel frames each, as one batch."""
        features = [self._features(sound, frames) for sound in sounds]
        if len(sounds) == 1 or self._model.model.device != "cpu":
            return self._model.encode(np.stack(features))
        # On a CPU a batch is encoded in half as much time again as its windows one by one.
        rows: NDArray[np.float32] = np.concatenate([np.asarray(self._model.encode(each)) for each in features])
        return ctranslate2.StorageView.from_array(rows)

    def _features(self, sound: WindowInput, frames: int) -> NDArray[np.float32]:
        features = self._model.feature_extractor(as_floats(sound.samples))[:, :-1]  # the last one belongs to padding
        padded: NDArray[np.float32] = pad_or_trim(features, frames)
        return padded

    def language_probs(self, encoded: ctranslate2.StorageView, sounds: Sequence[WindowInput]) -> list[Chances]:
        """How likely each language is in each window, as it sounds; a given one is certain."""
        if not self._model.model.is_multilingual:
            return [{"en": 1.0}] * len(sounds)
        if all(sound.language for sound in sounds):
            return [{sound.language or "": 1.0} for sound in sounds]
        detected = self._detect(encoded)
        return [
            {sound.language: 1.0} if sound.language else found for sound, found in zip(sounds, detected, strict=True)
        ]

    def _detect(self, encoded: ctranslate2.StorageView) -> list[Chances]:
        return [
            {token[2:-2]: chance for token, chance in found} for found in self._model.model.detect_language(encoded)
        ]

    def improved(
        self, encoded: ctranslate2.StorageView, number: int, attempt: DecodingResult, sound: WindowInput, beam_size: int
    ) -> DecodingResult:
        """The first attempt at a window, or a better one where there are signs that it is wrong."""
        stretches = [] if sound.language else self._stretches(encoded, number, attempt, sound)
        if len(stretches) > 1:
            cut = language_parts.split_by_language(sound, stretches)
            mixed = language_parts.join_parts(cut, decode_batch(self._model, cut, beam_size))
            attempt = mixed if mixed.avg_logprob >= attempt.avg_logprob - CONTEXT_WORTH else attempt
        frames = encoded.shape[1] * FRAMES_PER_S // STATES_PER_S
        return attempt if attempt.is_acceptable else self.decode_with_fallback(sound, frames, attempt, beam_size)

    def _stretches(
        self, encoded: ctranslate2.StorageView, number: int, attempt: DecodingResult, sound: WindowInput
    ) -> list[Stretch]:
        """The languages that follow one another in a window; none where there is no sign of a second one."""
        seconds = len(sound.samples) / SAMPLE_RATE
        languages = candidates(attempt.language_probs, sound.language_weights)
        is_plain = attempt.avg_logprob >= DOUBTED and letters(attempt.text) >= SLOW * seconds
        if seconds < MIXED_S or (len(languages) < 2 and is_plain):
            return []
        states = np.asarray(encoded.to_device(ctranslate2.Device.cpu))[number]
        length, step = (round(each * STATES_PER_S) for each in (language_parts.SLICE_S, language_parts.STEP_S))
        starts = range(0, round(seconds * STATES_PER_S) - length + 1, step)
        cut = np.stack([states[start : start + length] for start in starts])
        slices = self._detect(ctranslate2.StorageView.from_array(cut))
        return stretches_of(slices, languages if len(languages) > 1 else clear_in(slices))

    def decode_with_fallback(
        self, sound: WindowInput, frames: int, first: DecodingResult, beam_size: int
    ) -> DecodingResult:
        """The best of `first`, one in the full context, and, if that is bad, too, other languages and warmer ones.

        What is repeated in the full context as well was said if it is likely; otherwise it is cut.
        """
        full = round(FULL_CONTEXT_S * FRAMES_PER_S)
        encoded = self.encode([sound], full)
        (chances,) = self.language_probs(encoded, [sound])
        attempts = [first]
        for choice, temperature in self._ways(chances, sound, is_full=frames == full):
            attempts += self.decode(encoded, [choice], _max_tokens([sound]), beam_size, temperature)
            if attempts[-1].is_acceptable or attempts[-1].confirms(first):
                best = attempts[-1]
                break
        else:
            best = max(
                attempts,
                key=lambda each: (each.is_acceptable, not each.hit_token_limit, not each.is_loop, each.avg_logprob),
            )
            if best.is_loop:
                best = replace(best, text=shortened(best.text))
        return replace(best, is_fallback=True, language_probs=first.language_probs)

    def _ways(self, chances: Chances, sound: WindowInput, *, is_full: bool) -> Iterator[tuple[Choice, float]]:
        """Languages and temperatures in which a window is tried again."""
        choice = choose(chances, sound.language_weights)
        if not is_full:
            yield choice, 0.0
        others = {code: chance for code, chance in chances.items() if code != choice.language}
        if (
            others
            and (other := choose(others, sound.language_weights)).likelihood * (1 - choice.likelihood) >= PLAUSIBLE
        ):
            yield other, 0.0
        for temperature in FALLBACK_TEMPERATURES:
            yield choice, temperature

    def decode(
        self,
        encoded: ctranslate2.StorageView,
        choices: Sequence[Choice],
        most_tokens: int,
        beam_size: int,
        temperature: float = 0.0,
    ) -> list[DecodingResult]:
        """The texts of encoded windows."""
        prompts = [self._prompt(choice.language) for choice in choices]
        search: dict[str, Any] = (
            {"beam_size": 1, "num_hypotheses": BEST_OF, "sampling_topk": 0, "sampling_temperature": temperature}
            if temperature
            else {"beam_size": beam_size}
        )
        results = self._model.model.generate(
            encoded,
            prompts,
            max_length=min(MAX_TOKENS, len(prompts[0]) + most_tokens),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_tokens=self._suppressed,
            **search,
        )
        return [self._result(result, choice, most_tokens) for result, choice in zip(results, choices, strict=True)]

    def _result(self, result: Any, choice: Choice, most_tokens: int) -> DecodingResult:
        tokens = list(result.sequences_ids[0])
        text = str(self._tokenizer(choice.language).decode(tokens)).strip()
        return DecodingResult(
            text if any(character.isalnum() for character in text) else "",
            choice.language,
            choice.probability,
            avg_logprob=result.scores[0] * len(tokens) / (len(tokens) + 1),  # the end token counts, too
            no_speech_prob=result.no_speech_prob,
            hit_token_limit=len(tokens) >= most_tokens,
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


def _max_tokens(sounds: Sequence[WindowInput]) -> int:
    longest_s = max(len(sound.samples) for sound in sounds) / SAMPLE_RATE
    return EXTRA_TOKENS + round(longest_s * TOKENS_PER_S)
