"""Temperature fallback: what to try after a decoding that looks bad, and which of the results to keep."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from transcription.asr.base import DecodingResult
from transcription.asr.language import Choice, LanguageProbs, choose
from transcription.asr.repetition import shortened

FALLBACK_TEMPERATURES = (0.4, 0.8)
"""Temperatures to try when the full context did not help either."""
PLAUSIBLE = 0.1
"""What another language's likelihood must be to be tried where the likeliest gives a bad text."""


def fallbacks(probs: LanguageProbs, weights: LanguageProbs, *, is_full: bool) -> Iterator[tuple[Choice, float]]:
    """Languages and temperatures in which to decode a window again; `is_full` if it had the full context before.

    `probs` is how likely each language is by the sound, `weights` by the rest of the recording.
    """
    choice = choose(probs, weights)
    if not is_full:
        yield choice, 0.0
    others = {code: prob for code, prob in probs.items() if code != choice.language}
    if others and (other := choose(others, weights)).likelihood * (1 - choice.likelihood) >= PLAUSIBLE:
        yield other, 0.0
    for temperature in FALLBACK_TEMPERATURES:
        yield choice, temperature


def best_of(results: Sequence[DecodingResult]) -> DecodingResult:
    """The best of results none of which is good enough; what it repeats is cut."""
    best = max(results, key=lambda each: (not each.hit_token_limit, not each.is_loop, each.avg_logprob))
    return replace(best, text=shortened(best.text)) if best.is_loop else best
