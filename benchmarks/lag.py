"""Event-loop lag: how much longer than asked each short sleep takes."""

import asyncio
import math
import statistics
import time
from collections.abc import Iterable, Sequence
from typing import Any

TICK_S = 0.01


async def lags_during(work: "asyncio.Future[Any]") -> list[float]:
    """Seconds by which each tick came late until `work` was done; raises what `work` raises."""
    lags = []
    while not work.done():
        asleep_at = time.perf_counter()
        await asyncio.sleep(TICK_S)
        lags.append(time.perf_counter() - asleep_at - TICK_S)
    await work
    return lags


def summed_up(lags: Iterable[float]) -> dict[str, float | int]:
    """Median, 99th percentile and worst of some lags, in milliseconds."""
    ordered = sorted(1000 * lag for lag in lags)
    return {
        "samples": len(ordered),
        "median_ms": round(statistics.median(ordered), 2),
        "p99_ms": round(percentile(ordered, 0.99), 2),
        "worst_ms": round(ordered[-1], 2),
    }


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of the values that `share` of them do not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]
