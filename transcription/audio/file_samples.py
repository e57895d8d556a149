"""Array-like samples in a file, for those of an hour would take 115 MB of memory."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from transcription.audio.spool import NamelessFile

SAMPLE_BYTES = 2


class FileSamples:
    """Mono samples of 16 bits in a file. It has a length and slices as an array has, and `np.asarray` reads it.

    A slice reads nothing yet. Reading goes past the process's own memory: what the file takes is the system's cache.
    """

    def __init__(self, file: NamelessFile, start: int, end: int) -> None:
        self._file = file
        self._start = start
        self._end = end

    def __len__(self) -> int:
        return self._end - self._start

    def __getitem__(self, part: slice) -> "FileSamples":
        start, end, _ = part.indices(len(self))
        return FileSamples(self._file, self._start + start, self._start + max(start, end))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        read = self._file.read(self._start * SAMPLE_BYTES, len(self) * SAMPLE_BYTES)
        samples = np.frombuffer(read, dtype=np.int16)
        return samples if dtype is None else samples.astype(dtype)
