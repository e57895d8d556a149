"""Code-switching inside a window: whether it is likely, splitting the window by language, joining the results."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from transcription.asr.base import DecodingResult, WindowInput
from transcription.asr.hallucinations import letters
from transcription.asr.language import Stretch
from transcription.asr.word_times import fit_words, shifted
from transcription.audio.ffmpeg import SAMPLE_RATE
from transcription.audio.windows import quietest
from transcription.transcript import Word

SLICE_S, STEP_S = 1.5, 0.5
"""A window's language is asked of slices, one begins after each step. Longer ones miss changes, shorter ones doubt."""
NEAR = SAMPLE_RATE // 2
MIXED_S = 5.0
"""Shorter windows are in one language."""
DOUBTED = -0.4
"""Mean log probability below which a window may hold a language that its sound as a whole does not tell of."""
SLOW = 8.0
"""Letters in a second below which parts of a window may be left out; a fifth of all recordings are as slow."""


def may_be_mixed(window: WindowInput, result: DecodingResult, languages: Sequence[str]) -> bool:
    """Whether a window may be in several languages: it sounds like that, or its text is unlikely or short."""
    seconds = len(window.samples) / SAMPLE_RATE
    is_plain = result.avg_logprob >= DOUBTED and letters(result.text) >= SLOW * seconds
    return seconds >= MIXED_S and (len(languages) > 1 or not is_plain)


def slices(states: NDArray[np.float32], per_s: int) -> NDArray[np.float32]:
    """Overlapping slices of a window's encoder states, of which there are so many a second."""
    length, step = round(SLICE_S * per_s), round(STEP_S * per_s)
    return np.stack([states[start : start + length] for start in range(0, len(states) - length + 1, step)])


def split_by_language(window: WindowInput, stretches: Sequence[Stretch]) -> list[WindowInput]:
    """The parts of a window, each in its language; they meet where it is quietest near the change."""
    bounds, count = [0], 0
    for stretch in stretches[:-1]:
        count += stretch.slices
        change = round((count * STEP_S + (SLICE_S - STEP_S) / 2) * SAMPLE_RATE)
        bounds.append(quietest(window.samples, change - NEAR, change + NEAR))
    bounds.append(len(window.samples))
    return [
        replace(window, samples=window.samples[start:end], language=stretch.language)
        for stretch, (start, end) in zip(stretches, itertools.pairwise(bounds), strict=True)
    ]


def join_parts(parts: Sequence[WindowInput], results: Sequence[DecodingResult]) -> DecodingResult:
    """The results of the parts of a window as one; its language is the one with the most seconds."""
    lengths = [len(part.samples) for part in parts]

    def mean(of: Callable[[DecodingResult], float]) -> float:
        return sum(of(result) * length for result, length in zip(results, lengths, strict=True)) / sum(lengths)

    probs: dict[str, float] = {}
    for result, length in zip(results, lengths, strict=True):
        probs[result.language] = probs.get(result.language, 0.0) + length / sum(lengths)
    language = max(probs, key=lambda code: probs[code])
    text = " ".join(result.text for result in results if result.text)
    return DecodingResult(
        text,
        language,
        probs[language],
        mean(lambda result: result.avg_logprob),
        mean(lambda result: result.no_speech_prob),
        language_probs=probs,
        is_mixed=True,
        is_fallback=any(result.is_fallback for result in results),
        words=_join_words(parts, results, text),
    )


def _join_words(parts: Sequence[WindowInput], results: Sequence[DecodingResult], text: str) -> Sequence[Word]:
    """The words of all parts, which make up `text`; none if a part has a text but no words."""
    if any(result.text and not result.words for result in results):
        return ()
    words: list[Word] = []
    start = 0
    for part, result in zip(parts, results, strict=True):
        words += shifted(result.words, start * 1000 // SAMPLE_RATE)
        start += len(part.samples)
    return fit_words(words, text)
