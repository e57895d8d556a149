"""Whisper decoding on CTranslate2: encoder, languages, texts and word times of a batch, with temperature fallback."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens
from numpy.typing import NDArray

from transcription.asr import language_parts
from transcription.asr.alignment import align
from transcription.asr.base import BEAM_SIZE, FULL_CONTEXT_S, DecodingResult, WindowInput
from transcription.asr.fallback import best_of, fallbacks
from transcription.asr.language import CLEAR, Choice, LanguageProbs, Stretch, candidates, choose, clear_in, stretches_of
from transcription.asr.word_times import fit_words
from transcription.audio.ffmpeg import SAMPLE_RATE, as_floats
from transcription.timings import Timings

TOKENS_PER_S = 14
EXTRA_TOKENS = 20
"""The most that anyone says; fast Russian is nine tokens a second. Beyond it the text is a loop."""
MAX_TOKENS = 448
MAX_PROMPT_TOKENS = 100
"""Tokens. Of a longer prompt the end counts, for there a chat's own words are."""

BEST_OF = 2
"""Samples taken at a temperature above zero. Five take 115 MB more, for windows that hardly ever get better."""
CONTEXT_WORTH = 0.2
"""What a part of a window may lose in mean log probability for want of the rest. Wrongly cut ones lost 0.3 and more."""
SECOND_CONTEXT_S = 20
SECOND_BEAM_SIZE = 5
"""A doubtful text in a shorter context is compared with one in this: 16 s give half as much, 30 s no more in twice the
time, and two beams half (decision 130)."""
FRAMES_PER_S = 100
STATES_PER_S = 50  # the encoder makes one state of two mel frames


class WhisperDecoder:
    """Encodes and decodes windows with one model, prompt, beam size and task: `translate` asks for English."""

    def __init__(
        self, model: WhisperModel, prompt: str = "", beam_size: int = BEAM_SIZE, *, translate: bool = False
    ) -> None:
        self._model = model
        self._beam_size = beam_size
        self._translate = translate
        self._tokenizers: dict[str, Tokenizer] = {}
        any_tokenizer = self._tokenizer("en")
        self._suppressed = list(get_suppressed_tokens(any_tokenizer, (-1,)))
        tokens = any_tokenizer.encode(f" {prompt.strip()}")[-MAX_PROMPT_TOKENS:] if prompt.strip() else []
        self._timings = Timings()
        self._before = [any_tokenizer.sot_prev, *tokens] if tokens else []

    def decode_batch(self, windows: Sequence[WindowInput]) -> list[DecodingResult]:
        """What is said in each of several windows.

        One encoder run per window tells its language, too; those that are for another model end there. A text that
        looks bad is decoded again, alone, in Whisper's full context, and only then at temperatures above zero.
        """
        encoded = self.encode(windows)
        is_full = encoded.shape[1] >= FULL_CONTEXT_S * STATES_PER_S
        told = self.language_probs(encoded, windows)
        probs = [
            each if is_full or _is_clear(each, window) else self._probs_in_full_context(window)
            for each, window in zip(told, windows, strict=True)
        ]
        choices = [choose(each, window.language_weights) for each, window in zip(probs, windows, strict=True)]
        elsewhere = [_elsewhere(*each) for each in zip(choices, probs, windows, strict=True)]
        here = [number for number, each in enumerate(elsewhere) if each is None]
        if len(here) < len(windows):
            encoded = self._only(encoded, here)
        results = self.decode(encoded, [choices[number] for number in here], _max_tokens(windows)) if here else []
        improved = {}
        for row, (number, result) in enumerate(zip(here, results, strict=True)):
            first = replace(result, language_probs={} if windows[number].language else probs[number])
            improved[number] = self._improve(encoded, row, first, windows[number])
        texts = (each or improved[number] for number, each in enumerate(elsewhere))
        return [replace(each, stages_s=self._timings.seconds) for each in texts]

    def encode(self, windows: Sequence[WindowInput], context_s: float = 0.0) -> ctranslate2.StorageView:
        """Windows as one batch, in a context of so many seconds, or that of the longest."""
        frames = round(FRAMES_PER_S * (context_s or max(window.context_s for window in windows)))
        with self._timings.measure("features"):
            features = [self._features(window, frames) for window in windows]
        with self._timings.measure("encoder"):
            if len(windows) == 1 or self._model.model.device != "cpu":
                return self._model.encode(np.stack(features))
            # On a CPU a batch is encoded in half as much time again as its windows one by one.
            rows: NDArray[np.float32] = np.concatenate([np.asarray(self._model.encode(each)) for each in features])
            return ctranslate2.StorageView.from_array(rows)

    def _features(self, window: WindowInput, frames: int) -> NDArray[np.float32]:
        features = self._model.feature_extractor(as_floats(window.samples))[:, :-1]  # the last one belongs to padding
        padded: NDArray[np.float32] = pad_or_trim(features, frames)
        return padded

    def language_probs(self, encoded: ctranslate2.StorageView, windows: Sequence[WindowInput]) -> list[LanguageProbs]:
        """How likely each language is in each window, by its sound; a given one is certain."""
        if not self._model.model.is_multilingual:
            return [{"en": 1.0}] * len(windows)
        if all(window.language for window in windows):
            return [{window.language or "": 1.0} for window in windows]
        pairs = zip(windows, self._detect(encoded), strict=True)
        return [{window.language: 1.0} if window.language else found for window, found in pairs]

    def _detect(self, encoded: ctranslate2.StorageView) -> list[LanguageProbs]:
        with self._timings.measure("language"):
            found = self._model.model.detect_language(encoded)
        return [{token[2:-2]: prob for token, prob in each} for each in found]

    def _improve(
        self, encoded: ctranslate2.StorageView, number: int, result: DecodingResult, window: WindowInput
    ) -> DecodingResult:
        """The first result of a window, or a better one where there are signs that it is wrong."""
        if window.is_partial:
            return result
        has_choice = self._model.model.is_multilingual and not window.language
        stretches = self._stretches(encoded, number, result, window) if has_choice else []
        if len(stretches) > 1:
            result = self._decode_parts(language_parts.split_by_language(window, stretches), result)
        if not result.is_acceptable:
            is_full = encoded.shape[1] >= FULL_CONTEXT_S * STATES_PER_S
            return self._decode_with_fallback(window, result, is_full=is_full)
        if window.second_opinion and result.is_doubtful and not result.is_mixed:
            return self._with_second_opinion(encoded, number, result, window)
        return self._with_words(result, self._states(encoded, number), window)

    def _with_second_opinion(
        self, encoded: ctranslate2.StorageView, number: int, first: DecodingResult, window: WindowInput
    ) -> DecodingResult:
        """The likelier of `first` and a decoding in another context, with more beams and in the same language."""
        longer = self.encode([window], SECOND_CONTEXT_S)
        choice = Choice(first.language, first.language_probability, 1.0)
        (second,) = self.decode(longer, [choice], _max_tokens([window]), beam_size=SECOND_BEAM_SIZE)
        if second.is_acceptable and second.avg_logprob > first.avg_logprob:
            second = replace(second, language_probs=first.language_probs)
            return self._with_words(second, self._states(longer, 0), window)
        return self._with_words(first, self._states(encoded, number), window)

    def _decode_parts(self, parts: Sequence[WindowInput], whole: DecodingResult) -> DecodingResult:
        """The parts of a window, each in its language, or the window as a whole if that is likelier."""
        encoded = self.encode(parts)
        choices = [Choice(part.language or whole.language, 1.0, 1.0) for part in parts]
        results = self.decode(encoded, choices, _max_tokens(parts))
        mixed = language_parts.join_parts(parts, results)
        if mixed.avg_logprob < whole.avg_logprob - CONTEXT_WORTH or not all(each.is_acceptable for each in results):
            return whole
        with_words = [
            self._with_words(result, self._states(encoded, number), part)
            for number, (result, part) in enumerate(zip(results, parts, strict=True))
        ]
        return language_parts.join_parts(parts, with_words)

    def _stretches(
        self, encoded: ctranslate2.StorageView, number: int, result: DecodingResult, window: WindowInput
    ) -> list[Stretch]:
        """The languages that follow one another in a window; none where there is no sign of a second one."""
        languages = candidates(result.language_probs, window.language_weights)
        if not language_parts.may_be_mixed(window, result, languages):
            return []
        states = self._states(encoded, number)[: _own_states(window)]
        slices = self._detect(ctranslate2.StorageView.from_array(language_parts.slices(states, STATES_PER_S)))
        return stretches_of(slices, languages if len(languages) > 1 else clear_in(slices))

    def _states(self, encoded: ctranslate2.StorageView, number: int) -> NDArray[np.float32]:
        """What the encoder made of one window of a batch and of the silence that pads it."""
        states: NDArray[np.float32] = np.asarray(encoded.to_device(ctranslate2.Device.cpu))[number]
        return states

    def _probs_in_full_context(self, window: WindowInput) -> LanguageProbs:
        """How likely each language is, by the context that Whisper was trained with: it tells more of a few words."""
        return self.language_probs(self.encode([window], FULL_CONTEXT_S), [window])[0]

    def _only(self, encoded: ctranslate2.StorageView, numbers: Sequence[int]) -> ctranslate2.StorageView:
        """What the encoder made of some windows of a batch; all of it where there are none."""
        states = np.asarray(encoded.to_device(ctranslate2.Device.cpu))[numbers]
        return ctranslate2.StorageView.from_array(np.ascontiguousarray(states)) if numbers else encoded

    def _with_words(self, result: DecodingResult, states: NDArray[np.float32], window: WindowInput) -> DecodingResult:
        """A result with the words of its text."""
        if result.words or not result.text:
            return result
        tokenizer = self._tokenizer(result.language)
        with self._timings.measure("align"):
            words = align(
                self._model.model,
                states,
                _own_states(window),
                result.tokens,
                start_sequence=tokenizer.sot_sequence,
                tokenizer=self._tokenizer("en") if self._translate else tokenizer,
            )
        return replace(result, words=fit_words(words, result.text))

    def _decode_with_fallback(self, window: WindowInput, first: DecodingResult, *, is_full: bool) -> DecodingResult:
        """The best of `first`, one in the full context, and, if that is bad, too, other languages and temperatures.

        What is repeated in the full context as well was said if it is likely; otherwise it is cut.
        """
        encoded = self.encode([window], FULL_CONTEXT_S)
        (probs,) = self.language_probs(encoded, [window])
        results = [first]
        for choice, temperature in fallbacks(probs, window.language_weights, is_full=is_full):
            results += self.decode(encoded, [choice], _max_tokens([window]), temperature)
            if results[-1].is_acceptable or results[-1].confirms(first):
                best = results[-1]
                break
        else:
            best = best_of(results)
        best = self._with_words(best, self._states(encoded, 0), window)
        return replace(best, is_fallback=True, language_probs=first.language_probs)

    def decode(
        self,
        encoded: ctranslate2.StorageView,
        choices: Sequence[Choice],
        max_tokens: int,
        temperature: float = 0.0,
        beam_size: int | None = None,
    ) -> list[DecodingResult]:
        """The texts of encoded windows, each in the language chosen for it."""
        prompts = [self._prompt(choice.language) for choice in choices]
        search: dict[str, Any] = (
            {"beam_size": 1, "num_hypotheses": BEST_OF, "sampling_topk": 0, "sampling_temperature": temperature}
            if temperature
            else {"beam_size": beam_size or self._beam_size}
        )
        with self._timings.measure("decoder"):
            results = self._model.model.generate(
                encoded,
                prompts,
                max_length=min(MAX_TOKENS, len(prompts[0]) + max_tokens),
                return_scores=True,
                return_no_speech_prob=True,
                suppress_tokens=self._suppressed,
                **search,
            )
        return [self._result(result, choice, max_tokens) for result, choice in zip(results, choices, strict=True)]

    def _result(self, result: Any, choice: Choice, max_tokens: int) -> DecodingResult:
        tokens = list(result.sequences_ids[0])
        text = str(self._tokenizer(choice.language).decode(tokens)).strip()
        return DecodingResult(
            text if any(character.isalnum() for character in text) else "",
            choice.language,
            choice.probability,
            avg_logprob=result.scores[0] * len(tokens) / (len(tokens) + 1),  # the end token counts, too
            no_speech_prob=result.no_speech_prob,
            hit_token_limit=len(tokens) >= max_tokens,
            tokens=tuple(tokens),
        )

    def _prompt(self, language: str) -> list[int]:
        tokenizer = self._tokenizer(language)
        return [*self._before, *tokenizer.sot_sequence, tokenizer.no_timestamps]

    def _tokenizer(self, language: str) -> Tokenizer:
        if language not in self._tokenizers:
            is_multilingual = self._model.model.is_multilingual
            task = "translate" if self._translate and language != "en" else "transcribe"
            self._tokenizers[language] = Tokenizer(self._model.hf_tokenizer, is_multilingual, task, language)
        return self._tokenizers[language]


def _is_clear(probs: LanguageProbs, window: WindowInput) -> bool:
    """Whether a window's language need not be asked again, or is not worth the time."""
    return window.is_partial or choose(probs, window.language_weights).likelihood >= CLEAR


def _elsewhere(choice: Choice, probs: LanguageProbs, window: WindowInput) -> DecodingResult | None:
    """The language of a window that another model transcribes; None for all others."""
    if choice.language not in window.elsewhere or not choice.is_sure:
        return None
    return DecodingResult("", choice.language, choice.probability, 0.0, 0.0, language_probs=probs, is_elsewhere=True)


def _max_tokens(windows: Sequence[WindowInput]) -> int:
    longest_s = max(len(window.samples) for window in windows) / SAMPLE_RATE
    return EXTRA_TOKENS + round(longest_s * TOKENS_PER_S)


def _own_states(window: WindowInput) -> int:
    return round(len(window.samples) / SAMPLE_RATE * STATES_PER_S)
