"""Wall times of the stages that one recording goes through, for the log and for benchmarks."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager


class Timings:
    """Seconds by stage, each the sum of all that was spent in it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def add(self, stages: Mapping[str, float]) -> None:
        """More seconds of some stages."""
        for stage, seconds in stages.items():
            self.seconds[stage] = self.seconds.get(stage, 0.0) + seconds

    @contextmanager
    def measure(self, stage: str) -> Iterator[None]:
        """Count what is done inside, also where that ends with an error."""
        start_s = time.perf_counter()
        try:
            yield
        finally:
            self.add({stage: time.perf_counter() - start_s})

    def in_ms(self) -> dict[str, float]:
        """Milliseconds by stage, in the order in which the stages were first met."""
        return {f"{stage}_ms": round(1000 * seconds, 1) for stage, seconds in self.seconds.items()}
