"""Wall times of the stages that one recording goes through, for the log, for traces and for benchmarks."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(slots=True)
class Interval:
    """A stage from its start to its end (seconds of `time.monotonic`)."""

    stage: str
    start_s: float
    end_s: float


class Timings:
    """Seconds by stage, each the sum of all that was spent in it.

    `intervals` says when that was, where it was measured here; times in a row in the same stage make one interval.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.intervals: list[Interval] = []

    def add(self, stages: Mapping[str, float]) -> None:
        """More seconds of some stages."""
        for stage, seconds in stages.items():
            self.seconds[stage] = self.seconds.get(stage, 0.0) + seconds

    def record(self, stage: str, start_s: float, end_s: float) -> None:
        """A stage lasted from one time of `time.monotonic` to another."""
        self.add({stage: end_s - start_s})
        if self.intervals and self.intervals[-1].stage == stage:
            self.intervals[-1].end_s = end_s
        else:
            self.intervals.append(Interval(stage, start_s, end_s))

    @contextmanager
    def measure(self, stage: str) -> Iterator[None]:
        """Count what is done inside, also where that ends with an error."""
        start_s = time.monotonic()
        try:
            yield
        finally:
            self.record(stage, start_s, time.monotonic())

    def in_ms(self) -> dict[str, float]:
        """Milliseconds by stage, in the order in which the stages were first met."""
        return {f"{stage}_ms": round(1000 * seconds, 1) for stage, seconds in self.seconds.items()}
