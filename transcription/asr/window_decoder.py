"""The texts of windows by Whisper: one run of the encoder and one search, and more where there are signs of errors."""

from collections.abc import Sequence
from dataclasses import replace

import ctranslate2

from transcription.asr import language_parts
from transcription.asr.base import FULL_CONTEXT_S, DecodingResult, WindowInput
from transcription.asr.fallback import best_of, fallbacks
from transcription.asr.language import CLEAR, Choice, LanguageProbs, Stretch, candidates, choose, clear_in, stretches_of
from transcription.asr.whisper_decoder import STATES_PER_S, WhisperDecoder, own_states

CONTEXT_WORTH = 0.2
"""What a part of a window may lose in mean log probability for want of the rest. Wrongly cut ones lost 0.3 and more."""
SECOND_CONTEXT_S = 20
SECOND_BEAM_SIZE = 5
"""A doubtful text in a shorter context is compared with one in this: 16 s give half as much, 30 s no more in twice the
time, and two beams half (decision 130)."""


class WindowDecoder:
    """Decodes windows, in another context, language or temperature where the first text looks wrong."""

    def __init__(self, decoder: WhisperDecoder) -> None:
        self._decoder = decoder

    def decode(self, windows: Sequence[WindowInput]) -> list[DecodingResult]:
        """What is said in each of several windows.

        One encoder run per window tells its language, too; those that are for another model end there. A text that
        looks bad is decoded again, alone, in Whisper's full context, and only then at temperatures above zero.
        """
        encoded = self._decoder.encode(windows)
        is_full = encoded.shape[1] >= FULL_CONTEXT_S * STATES_PER_S
        told = self._decoder.language_probs(encoded, windows)
        probs = [
            each if is_full or _is_clear(each, window) else self._probs_in_full_context(window)
            for each, window in zip(told, windows, strict=True)
        ]
        choices = [choose(each, window.language_weights) for each, window in zip(probs, windows, strict=True)]
        elsewhere = [_elsewhere(*each) for each in zip(choices, probs, windows, strict=True)]
        here = [number for number, each in enumerate(elsewhere) if each is None]
        if len(here) < len(windows):
            encoded = self._decoder.only(encoded, here)
        chosen = [choices[number] for number in here]
        results = self._decoder.decode(encoded, chosen, [windows[number] for number in here]) if here else []
        improved = {}
        for row, (number, result) in enumerate(zip(here, results, strict=True)):
            first = replace(result, language_probs={} if windows[number].language else probs[number])
            improved[number] = self._improve(encoded, row, first, windows[number])
        texts = (each or improved[number] for number, each in enumerate(elsewhere))
        return [replace(each, stages_s=self._decoder.timings.seconds) for each in texts]

    def _improve(
        self, encoded: ctranslate2.StorageView, number: int, result: DecodingResult, window: WindowInput
    ) -> DecodingResult:
        """The first result of a window, or a better one where there are signs that it is wrong."""
        if window.is_partial:
            return result
        has_choice = self._decoder.is_multilingual and not window.language
        stretches = self._stretches(encoded, number, result, window) if has_choice else []
        if len(stretches) > 1:
            result = self._decode_parts(language_parts.split_by_language(window, stretches), result)
        if not result.is_acceptable:
            is_full = encoded.shape[1] >= FULL_CONTEXT_S * STATES_PER_S
            return self._decode_with_fallback(window, result, is_full=is_full)
        if window.second_opinion and result.is_doubtful and not result.is_mixed:
            return self._with_second_opinion(encoded, number, result, window)
        return self._decoder.with_words(result, self._decoder.states(encoded, number), window)

    def _with_second_opinion(
        self, encoded: ctranslate2.StorageView, number: int, first: DecodingResult, window: WindowInput
    ) -> DecodingResult:
        """The likelier of `first` and a decoding in another context, with more beams and in the same language."""
        longer = self._decoder.encode([window], SECOND_CONTEXT_S)
        choice = Choice(first.language, first.language_probability, 1.0)
        (second,) = self._decoder.decode(longer, [choice], [window], beam_size=SECOND_BEAM_SIZE)
        if second.is_acceptable and second.avg_logprob > first.avg_logprob:
            second = replace(second, language_probs=first.language_probs)
            return self._decoder.with_words(second, self._decoder.states(longer, 0), window)
        return self._decoder.with_words(first, self._decoder.states(encoded, number), window)

    def _decode_parts(self, parts: Sequence[WindowInput], whole: DecodingResult) -> DecodingResult:
        """The parts of a window, each in its language, or the window as a whole if that is likelier."""
        encoded = self._decoder.encode(parts)
        choices = [Choice(part.language or whole.language, 1.0, 1.0) for part in parts]
        results = self._decoder.decode(encoded, choices, parts)
        mixed = language_parts.join_parts(parts, results)
        if mixed.avg_logprob < whole.avg_logprob - CONTEXT_WORTH or not all(each.is_acceptable for each in results):
            return whole
        with_words = [
            self._decoder.with_words(result, self._decoder.states(encoded, number), part)
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
        states = self._decoder.states(encoded, number)[: own_states(window)]
        slices = self._decoder.detect(ctranslate2.StorageView.from_array(language_parts.slices(states, STATES_PER_S)))
        return stretches_of(slices, languages if len(languages) > 1 else clear_in(slices))

    def _probs_in_full_context(self, window: WindowInput) -> LanguageProbs:
        """How likely each language is, by the context that Whisper was trained with: it tells more of a few words."""
        return self._decoder.language_probs(self._decoder.encode([window], FULL_CONTEXT_S), [window])[0]

    def _decode_with_fallback(self, window: WindowInput, first: DecodingResult, *, is_full: bool) -> DecodingResult:
        """The best of `first`, one in the full context, and, if that is bad, too, other languages and temperatures.

        What is repeated in the full context as well was said if it is likely; otherwise it is cut. A temperature makes
        texts unlikely, so that it is silence does not tell it from a text without one.
        """
        encoded = self._decoder.encode([window], FULL_CONTEXT_S)
        (probs,) = self._decoder.language_probs(encoded, [window])
        results = [first]
        for choice, temperature in fallbacks(probs, window.language_weights, is_full=is_full):
            results += self._decoder.decode(encoded, [choice], [window], temperature)
            best = results[-1]
            if best.is_acceptable or best.confirms(first):
                break
        else:
            best = best_of(results)
        if temperature and best.is_silence:
            best = best_of(results)
        best = self._decoder.with_words(best, self._decoder.states(encoded, 0), window)
        return replace(best, is_fallback=True, language_probs=first.language_probs)


def _is_clear(probs: LanguageProbs, window: WindowInput) -> bool:
    """Whether a window's language need not be asked again, or is not worth the time."""
    return window.is_partial or choose(probs, window.language_weights).likelihood >= CLEAR


def _elsewhere(choice: Choice, probs: LanguageProbs, window: WindowInput) -> DecodingResult | None:
    """The language of a window that another model transcribes; None for all others."""
    if choice.language not in window.elsewhere or not choice.is_sure:
        return None
    return DecodingResult("", choice.language, choice.probability, 0.0, 0.0, language_probs=probs, is_elsewhere=True)
