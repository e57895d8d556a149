from benchmarks.comparison import COMPARED_WORDS, comparison_table, comparisons
from benchmarks.configurations import OURS, Transcribed
from benchmarks.corpus import Clip
from benchmarks.latency import LatencyResult
from benchmarks.report import LENGTH_NAMES
from benchmarks.scoring import Score
from tests.conftest import DATA

NOTES = 40


def _results(errors: dict[str, list[int]], language: str = "ru") -> list[LatencyResult]:
    words = COMPARED_WORDS // NOTES + 1
    return [
        LatencyResult(
            Clip(str(number), DATA, language, 5.0, "text", is_noise=False),
            name,
            Transcribed("text", language),
            seconds=1.0,
            cpu_seconds=1.0,
            score=Score(words, count, 10 * words, count),
            loops=0,
            dropped=0,
        )
        for name, counts in errors.items()
        for number, count in enumerate(counts)
    ]


def test_a_steady_difference_is_worse_and_one_of_chance_is_not() -> None:
    """Notes are paired: one error more in each tells, as many here as there do not. The best of the others counts."""
    luck = [0, 2] * (NOTES // 2)
    clear = comparisons(_results({OURS: [2] * NOTES, "fast": [3] * NOTES, "batched": [1] * NOTES}))
    chance = comparisons(_results({OURS: luck, "fast": luck[::-1]}))
    assert [(each.language, each.length, each.best, each.is_worse) for each in clear] == [
        ("all", "all", "batched", True),
        ("all", "short", "batched", True),
        ("ru", "all", "batched", True),
    ]
    assert not any(each.is_worse for each in chance)
    assert all(each.low < 0 < each.high for each in chance)
    assert "| ru | 320 | `batched` | +12.5 | +12.5 to +12.5 | **yes** |" in comparison_table(clear, LENGTH_NAMES)


def test_a_language_with_few_words_is_not_compared() -> None:
    """Its notes still count among all; and alone nobody is compared."""
    few = _results({OURS: [1] * 9, "fast": [1] * 9}, "fi")
    assert {each.language for each in comparisons(few)} == {"all"}
    assert not comparisons(_results({OURS: [1] * NOTES}))
