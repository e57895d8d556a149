"""Summary rows of the results: by language, by length, and all together."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from benchmarks.configurations import DEFAULTS, OURS
from benchmarks.corpus import LENGTHS
from benchmarks.lag import percentile
from benchmarks.latency import LatencyResult
from benchmarks.scoring import Score

ALL = "all"


@dataclass(frozen=True, slots=True)
class Row:
    """One configuration on one class of clips; rates and shares are percentages, None where there is nothing to count.

    Noise counts only in `hallucinated`: the share of it for which any text came back.
    """

    language: str
    length: str
    configuration: str
    clips: int
    rtf: float | None
    cpu_rtf: float | None
    """Seconds of processor time per second of audio."""
    p50_s: float | None
    p95_s: float | None
    words: int
    wer: float | None
    cer: float | None
    fallback: float | None
    """Share of clips of which a window was decoded again; only Stenobot tells."""
    hallucinated: float | None
    loops: int
    """Repetitions of words and phrases that nobody said, in speech and noise."""
    dropped: int
    """Sentences of the references that are not in the texts."""


@dataclass(frozen=True, slots=True)
class Outlier:
    """A clip with more than twice the word errors of faster-whisper's defaults, and no temperature fallback."""

    clip: str
    language: str
    seconds: float
    ours: int
    theirs: int


def summed_up(results: Iterable[LatencyResult]) -> list[Row]:
    """A row for all clips, for each length, each language, and each length of each language, by configuration."""
    groups: defaultdict[tuple[str, str, str], list[LatencyResult]] = defaultdict(list)
    for result in results:
        own = ALL if result.clip.is_noise else result.clip.language
        for language in dict.fromkeys((ALL, own)):
            for length in (ALL, result.clip.length):
                groups[language, length, result.configuration].append(result)
    order = (ALL, *LENGTHS)
    return [
        _row(*key, groups[key]) for key in sorted(groups, key=lambda key: (key[0] != ALL, key[0], order.index(key[1])))
    ]


def _row(language: str, length: str, configuration: str, results: Sequence[LatencyResult]) -> Row:
    noise = [result for result in results if result.clip.is_noise]
    speech = [result for result in results if not result.clip.is_noise]
    total = sum((result.score for result in speech), Score())
    audio_s = sum(result.clip.seconds for result in speech)
    told = [result for result in speech if result.transcribed.retried_windows is not None]

    def per_audio(seconds: Callable[[LatencyResult], float]) -> float | None:
        return sum(map(seconds, speech)) / audio_s if speech else None

    return Row(
        language=language,
        length=length,
        configuration=configuration,
        clips=len(speech),
        rtf=per_audio(lambda result: result.seconds),
        cpu_rtf=per_audio(lambda result: result.cpu_seconds),
        p50_s=percentile([result.seconds for result in speech], 0.5) if speech else None,
        p95_s=percentile([result.seconds for result in speech], 0.95) if speech else None,
        words=total.words,
        wer=total.wer,
        cer=total.cer,
        fallback=_share(told, lambda result: bool(result.transcribed.retried_windows)),
        hallucinated=_share(noise, lambda result: bool(result.transcribed.text)),
        loops=sum(result.loops for result in results),
        dropped=sum(result.dropped for result in results),
    )


def _share(results: Sequence[LatencyResult], holds: Callable[[LatencyResult], bool]) -> float | None:
    return 100 * sum(map(holds, results)) / len(results) if results else None


def outliers(results: Iterable[LatencyResult]) -> list[Outlier]:
    """The clips with more than twice the errors of faster-whisper's defaults and no fallback, worst first."""
    by_name = {(result.clip.name, result.configuration): result for result in results}
    found = []
    for (name, configuration), ours in by_name.items():
        theirs = by_name.get((name, DEFAULTS))
        if configuration != OURS or theirs is None or ours.transcribed.retried_windows:
            continue
        if ours.score.word_errors > 2 * theirs.score.word_errors:
            found.append(
                Outlier(name, ours.clip.language, ours.clip.seconds, ours.score.word_errors, theirs.score.word_errors)
            )
    return sorted(found, key=lambda outlier: outlier.theirs - outlier.ours)
