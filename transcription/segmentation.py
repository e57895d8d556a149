"""Optimal segmentation: the cheapest way to cut a sequence into stretches, by dynamic programming."""

import math
from collections.abc import Callable

Stretch = tuple[int, int]
"""First item and the one behind the last."""


def cheapest_stretches(count: int, cost: Callable[[int, int], float | None]) -> list[Stretch]:
    """The stretches, in order, that `count` items are cut into so that the sum of their costs is the least.

    `cost` of items i to j (exclusive) is None where neither this stretch nor a longer one from i is possible; a
    stretch of one item always is. Its time grows with the number of items and with that of items in a stretch.
    """
    least = [0.0, *[math.inf] * count]
    origin = [0] * (count + 1)
    for start in range(count):
        for end in range(start + 1, count + 1):
            price = cost(start, end)
            if price is None:
                break
            if least[start] + price < least[end]:
                least[end], origin[end] = least[start] + price, start
    stretches = []
    end = count
    while end:
        stretches.append((origin[end], end))
        end = origin[end]
    return stretches[::-1]
