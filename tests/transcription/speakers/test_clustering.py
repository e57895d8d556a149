import numpy as np
import pytest

from transcription.speakers.clustering import average_linkage, find_speakers, most_likely_path
from transcription.speakers.encoder import Vectors


def directions(seed: int, *counts: int) -> Vectors:
    """So many noisy vectors around each of several orthogonal ones, shuffled."""
    noise = np.random.default_rng(seed)
    rows = np.repeat(np.eye(8)[: len(counts)], counts, axis=0) + noise.normal(0, 0.15, (sum(counts), 8))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return noise.permutation(rows).astype(np.float32)


def by_brute_force(windows: Vectors, threshold: float) -> set[frozenset[int]]:
    clusters = [[number] for number in range(len(windows))]
    while len(clusters) > 1:
        likeness = {
            (one, two): float((windows[clusters[one]] @ windows[clusters[two]].T).mean())
            for one in range(len(clusters))
            for two in range(one)
        }
        one, two = max(likeness, key=likeness.__getitem__)
        if likeness[one, two] < threshold:
            break
        clusters[two] += clusters.pop(one)
    return {frozenset(cluster) for cluster in clusters}


@pytest.mark.parametrize("threshold", [0.2, 0.6, 0.95])
def test_average_linkage_is_that_of_the_books(threshold: float) -> None:
    """The fast way merges what the plain definition merges."""
    windows = directions(3, 9, 7, 5)
    found = average_linkage(windows, threshold)
    assert {frozenset(cluster.tolist()) for cluster in found} == by_brute_force(windows, threshold)


def test_a_voice_that_is_hardly_heard_is_no_speaker() -> None:
    """Unless it is asked for."""
    windows = directions(4, 20, 20, 2)
    assert len(find_speakers(windows, 5, 1, None)) == 2
    assert len(find_speakers(windows, 5, 3, 3)) == 3
    assert len(find_speakers(windows, 5, 1, 1)) == 1


def test_a_path_changes_only_for_what_it_costs() -> None:
    """One doubtful cell is no change of speaker, several are."""
    scores = np.zeros((9, 2))
    scores[:, 0] = [0.5, 0.5, 0.4, 0.5, 0.5, 0.1, 0.1, 0.1, 0.1]
    scores[:, 1] = [0.1, 0.1, 0.5, 0.1, 0.1, 0.5, 0.5, 0.5, 0.5]
    assert most_likely_path(scores, 0.3).tolist() == [0] * 5 + [1] * 4
    assert most_likely_path(scores, 0.0).tolist() == [0, 0, 1, 0, 0, 1, 1, 1, 1]
    assert most_likely_path(scores, 9.0).tolist() == [1] * 9
