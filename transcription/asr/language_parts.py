"""Windows in which more than one language is spoken: cut into parts, and put together again."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace

from transcription.asr.base import DecodingResult, WindowInput
from transcription.asr.language import Stretch
from transcription.audio.ffmpeg import SAMPLE_RATE
from transcription.audio.windows import quietest

SLICE_S, STEP_S = 1.5, 0.5
"""A window's language is asked of slices, one begins after each step. Longer ones miss changes, shorter ones doubt."""
NEAR = SAMPLE_RATE // 2


def split_by_language(sound: WindowInput, stretches: Sequence[Stretch]) -> list[WindowInput]:
    """The parts of a window, each in its language; they meet where it is quietest near the change."""
    bounds, slices = [0], 0
    for stretch in stretches[:-1]:
        slices += stretch.slices
        change = round((slices * STEP_S + (SLICE_S - STEP_S) / 2) * SAMPLE_RATE)
        bounds.append(quietest(sound.samples, change - NEAR, change + NEAR))
    bounds.append(len(sound.samples))
    return [
        replace(sound, samples=sound.samples[start:end], language=stretch.language)
        for stretch, (start, end) in zip(stretches, itertools.pairwise(bounds), strict=True)
    ]


def join_parts(parts: Sequence[WindowInput], attempts: Sequence[DecodingResult]) -> DecodingResult:
    """What was heard in the parts of a window, as one attempt; its language is the one with the most seconds."""
    lengths = [len(part.samples) for part in parts]

    def mean(of: Callable[[DecodingResult], float]) -> float:
        return sum(of(attempt) * length for attempt, length in zip(attempts, lengths, strict=True)) / sum(lengths)

    chances: dict[str, float] = {}
    for attempt, length in zip(attempts, lengths, strict=True):
        chances[attempt.language] = chances.get(attempt.language, 0.0) + length / sum(lengths)
    language = max(chances, key=lambda code: chances[code])
    return DecodingResult(
        " ".join(attempt.text for attempt in attempts if attempt.text),
        language,
        chances[language],
        mean(lambda attempt: attempt.avg_logprob),
        mean(lambda attempt: attempt.no_speech_prob),
        language_probs=chances,
        is_mixed=True,
        is_fallback=any(attempt.is_fallback for attempt in attempts),
    )
