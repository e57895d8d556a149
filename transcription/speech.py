"""The parts of a note in which somebody speaks, as one stretch without the silence between them."""

import bisect
import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from transcription.audio import SAMPLE_RATE, Samples, as_floats


class Speech:
    """Spoken samples of a note; positions count samples of speech, and lead back to times in the note.

    `spans` are (start, end) in samples of the note, in order, as a voice activity detector finds them.
    """

    def __init__(self, samples: Samples, spans: Sequence[tuple[int, int]]) -> None:
        self._samples = samples
        self._spans = spans
        self._ends = list(itertools.accumulate(end - start for start, end in spans))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def take(self, position: int, count: int) -> NDArray[np.float32]:
        """At most `count` samples of speech from a position on, in -1..1; only this part is ever held as floats."""
        pieces = []
        for index in range(bisect.bisect_right(self._ends, position), len(self._spans)):
            start, end = self._spans[index]
            start += max(0, position - (self._ends[index] - (end - start)))
            piece = self._samples[start : min(end, start + count)]
            pieces.append(piece)
            count -= len(piece)
            if count <= 0:
                break
        return as_floats(np.concatenate(pieces)) if pieces else np.zeros(0, dtype=np.float32)

    def note_ms(self, position: int, *, end: bool = False) -> int:
        """The time in the note of a position; at a cut the end of what was before it if `end`, else the next start."""
        find = bisect.bisect_left if end else bisect.bisect_right
        index = min(find(self._ends, position), len(self._spans) - 1)
        start, stop = self._spans[index]
        sample = min(stop, start + position - (self._ends[index] - (stop - start)))
        return round(sample * 1000 / SAMPLE_RATE)
