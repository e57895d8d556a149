"""GPU errors: what they mean, the back-off before a GPU is tried again, and smaller batches for a full one."""

import math
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from transcription.models.sizing import BatchLimits

T = TypeVar("T")

GPU_ERROR = re.compile(r"cuda|cudnn|cublas", re.IGNORECASE)
"""What CTranslate2's errors about the GPU have in common ("CUDA failed with error out of memory", "CUDA driver version
is insufficient for CUDA runtime version", "Library libcublas.so.12 is not found or cannot be loaded")."""
GPU_OUT_OF_MEMORY = re.compile(r"out of memory|_ALLOC(ATION)?_FAILED", re.IGNORECASE)
"""Its words where memory is short: CUDA's own ("out of memory") and the status of its libraries, as in "cuBLAS failed
with status CUBLAS_STATUS_ALLOC_FAILED"."""
LASTING = re.compile(r"not found|cannot (be )?load|driver version|no kernel image", re.IGNORECASE)
"""What only somebody who installs something can mend, and a start then has to see."""

FIRST_PAUSE_S = 60.0
MOST_PAUSE_S = 3600.0
FORGOTTEN_S = 86400.0
"""A failure so long ago says nothing about the next one."""
GROW_AFTER = 20
"""Calls of full size that must go well before a batch that was halved gets one more window: a call that fails is work
thrown away, so one in twenty is the most that asking for too much may cost."""


def is_gpu_error(error: BaseException) -> bool:
    """Whether the GPU is to blame for an error, so that the CPU may do better."""
    return isinstance(error, RuntimeError | ValueError) and GPU_ERROR.search(str(error)) is not None


def is_gpu_out_of_memory(error: BaseException) -> bool:
    """Whether the GPU had too little memory, so that less at once may work."""
    return is_gpu_error(error) and GPU_OUT_OF_MEMORY.search(str(error)) is not None


async def with_gpu_fallback(run: Callable[[], Awaitable[T]], leave_gpu: Callable[[str], None]) -> T:
    """What `run` returns. Where the GPU fails it, `leave_gpu` is told the reason, and it is run once more."""
    try:
        return await run()
    except Exception as error:
        if not is_gpu_error(error):
            raise
        reason = str(error)
    leave_gpu(reason)  # not in the handler, for the error would keep the model on the GPU
    return await run()


@dataclass(frozen=True, slots=True)
class _Backoff:
    at_s: float
    pause_s: float


class GpuBackoff:
    """Which models the GPU failed of late, and until when each is left to the CPU.

    A minute after the first failure, twice as long after each further one, an hour at most; for good where something
    has to be installed. `clock` counts seconds and never jumps.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._latest: dict[str, _Backoff] = {}

    def failed(self, name: str, reason: str) -> float:
        """Leave a model to the CPU from now on; returns the seconds until the GPU is tried again."""
        now, former = self._clock(), self._latest.get(name)
        pause_s = FIRST_PAUSE_S
        if LASTING.search(reason):
            pause_s = math.inf
        elif former and now - former.at_s < FORGOTTEN_S:
            pause_s = min(2 * former.pause_s, MOST_PAUSE_S)
        self._latest[name] = _Backoff(now, pause_s)
        return pause_s

    def is_off(self, name: str) -> bool:
        """Whether a model is left to the CPU now."""
        latest = self._latest.get(name)
        return latest is not None and self._clock() < latest.at_s + latest.pause_s


class BatchSize:
    """How many windows a call may have: as the device's limits say, halved after a call that was too much for it."""

    def __init__(self) -> None:
        self._most = math.inf
        self._went_well = 0

    def of(self, limits: BatchLimits) -> int:
        """Windows of the next call at most."""
        return int(min(self._most, limits.windows))

    def halve(self, windows: int) -> None:
        """A call of so many was too much."""
        self._most, self._went_well = max(1, windows // 2), 0

    def grow(self, windows: int) -> None:
        """A call of so many went well."""
        if windows >= self._most:
            self._went_well += 1
            if self._went_well >= GROW_AFTER:
                self._most, self._went_well = self._most + 1, 0
