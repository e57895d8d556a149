"""Clustering of voice embeddings: which windows are one speaker's, and how many speakers there are."""

import numpy as np
from numpy.typing import NDArray

from transcription.speakers.encoder import Vectors

SAME_VOICE = 0.60
"""Mean cosine between the windows of two clusters from which they are one voice,"""
SAME_SPEAKER = 0.815
"""and cosine between the sums of two clusters, which has less noise in it. Decision 096 has the measurements."""

GONE = -2.0
"""Below any cosine: a cluster that was merged into another."""


def find_speakers(windows: Vectors, min_windows: float, at_least: int, at_most: int | None) -> Vectors:
    """A vector for each speaker, of length one. Takes the square of the number of windows in time and memory.

    A cluster of fewer than `min_windows` is no speaker, unless there have to be `at_least` so many.
    """
    clusters = sorted(average_linkage(windows, SAME_VOICE, at_least), key=len, reverse=True)
    enough = sum(len(cluster) >= min_windows for cluster in clusters)
    sums = [windows[cluster].sum(axis=0) for cluster in clusters[: max(enough, at_least)]]
    while len(sums) > max(1, at_least):
        likeness = _normalized(sums) @ _normalized(sums).T
        np.fill_diagonal(likeness, GONE)
        first, second = sorted(divmod(int(likeness.argmax()), len(sums)))
        if likeness[first, second] < SAME_SPEAKER and len(sums) <= (at_most or len(sums)):
            break
        sums[first] = sums[first] + sums.pop(second)
    return _normalized(sums)


def average_linkage(windows: Vectors, threshold: float, at_least: int = 1) -> list[NDArray[np.intp]]:
    """Clusters as numbers of windows: the two most alike are merged while the mean cosine between them is that high."""
    likeness = (windows @ windows.T).astype(np.float32)
    np.fill_diagonal(likeness, GONE)
    members = {number: [number] for number in range(len(windows))}
    nearest = likeness.argmax(axis=1)
    best = likeness[np.arange(len(windows)), nearest]
    while len(members) > max(1, at_least):
        kept, gone = sorted((int(best.argmax()), int(nearest[best.argmax()])))
        if best[kept] < threshold:
            break
        sizes = len(members[kept]), len(members[gone])
        merged = np.average(likeness[[kept, gone]], axis=0, weights=sizes).astype(np.float32)
        merged[likeness[kept] == GONE] = GONE  # itself, and what is gone already
        merged[gone] = GONE
        likeness[kept] = likeness[:, kept] = merged
        likeness[gone] = likeness[:, gone] = best[gone] = GONE
        members[kept] += members.pop(gone)
        stale = np.flatnonzero(np.isin(nearest, (kept, gone)) & (best > GONE))
        stale = np.union1d(stale, kept)
        nearest[stale] = likeness[stale].argmax(axis=1)
        best[stale] = likeness[stale, nearest[stale]]
        closer = merged > best
        nearest[closer], best[closer] = kept, merged[closer]
    return [np.array(sorted(cluster)) for cluster in members.values()]


def most_likely_path(scores: NDArray[np.float64], switch_cost: float) -> NDArray[np.intp]:
    """The column of each row that makes for the greatest sum, where each change of the column costs (Viterbi)."""
    columns = np.arange(scores.shape[1])
    total = np.zeros(len(columns))
    back = np.empty(scores.shape, dtype=np.intp)
    for row, score in enumerate(scores):
        best = int(total.argmax())
        stays = total >= total[best] - switch_cost
        back[row] = np.where(stays, columns, best)
        total = np.where(stays, total, total[best] - switch_cost) + score
    path = np.empty(len(scores), dtype=np.intp)
    here = int(total.argmax()) if len(scores) else 0
    for row in range(len(scores) - 1, -1, -1):
        path[row] = here
        here = int(back[row, here])
    return path


def _normalized(sums: list[Vectors]) -> Vectors:
    rows = np.stack(sums)
    unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit
