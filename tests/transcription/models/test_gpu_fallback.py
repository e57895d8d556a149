"""What becomes of a GPU that fails."""

import math

import pytest

from transcription.models.gpu_fallback import (
    FORGOTTEN_S,
    GROW_AFTER,
    BatchSize,
    GpuBackoff,
    is_gpu_error,
    is_gpu_out_of_memory,
    with_gpu_fallback,
)
from transcription.models.sizing import BatchLimits


@pytest.mark.parametrize(
    ("message", "is_full"),
    [
        ("CUDA failed with error out of memory", True),
        ("cuBLAS failed with status CUBLAS_STATUS_ALLOC_FAILED", True),
        ("cuDNN failed with status CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED", True),
        ("CUDA failed with error unspecified launch failure", False),
        ("CUDA driver version is insufficient for CUDA runtime version", False),
        ("Library libcublas.so.12 is not found or cannot be loaded", False),
        ("cuDNN failed with status CUDNN_STATUS_NOT_INITIALIZED", False),
    ],
)
def test_ctranslate2s_words_for_a_gpu_that_fails(message: str, is_full: bool) -> None:
    """All are the GPU's fault; only some say that less at once may work."""
    error = RuntimeError(message)
    assert is_gpu_error(error)
    assert is_gpu_out_of_memory(error) is is_full


@pytest.mark.parametrize(("message", "calls"), [("CUDA failed with error out of memory", 2), ("no such folder", 1)])
async def test_only_what_the_gpu_failed_is_done_again(message: str, calls: int) -> None:
    """Once, after the reason was told; any other error is raised at once, and so is that of the second time."""
    runs, reasons = [], []

    async def run() -> None:
        runs.append(1)
        raise RuntimeError(message)

    with pytest.raises(RuntimeError):
        await with_gpu_fallback(run, reasons.append)
    assert len(runs) == calls
    assert reasons == [message][: calls - 1]


def test_a_broken_model_is_no_gpu_trouble() -> None:
    """What the CPU could not do better is raised at once."""
    assert not is_gpu_error(RuntimeError("Unable to open file 'model.bin' in model"))
    assert not is_gpu_error(OSError("/cuda/models: no such folder"))


def test_the_gpu_is_tried_again_after_longer_and_longer_pauses() -> None:
    """Each model has its own; an hour is the longest, and a good day begins anew."""
    now = 0.0
    setbacks = GpuBackoff(lambda: now)
    pauses = []
    for _ in range(8):
        pauses.append(setbacks.failed("base", "CUDA failed with error out of memory"))
        now += pauses[-1] - 1
        assert setbacks.is_off("base")
        now += 1
        assert not setbacks.is_off("base")
    assert pauses == [60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert not setbacks.is_off("small")
    now += FORGOTTEN_S
    assert setbacks.failed("base", "CUDA failed with error out of memory") == 60


@pytest.mark.parametrize(
    "reason",
    ["Library libcublas.so.12 is not found or cannot be loaded", "CUDA driver version is insufficient for CUDA"],
)
def test_what_has_to_be_installed_is_not_tried_again(reason: str) -> None:
    """Each try would cost the note that meets it seconds, and only another start can find it mended."""
    assert GpuBackoff(lambda: 0.0).failed("base", reason) == math.inf


def test_a_batch_is_halved_and_grows_back_slowly() -> None:
    """Never to nothing, and never beyond the device's own limit; smaller calls say nothing about larger ones."""
    size, limits = BatchSize(), BatchLimits(windows=16, audio_s=480)
    assert size.of(limits) == 16
    size.halve(13)
    assert size.of(limits) == 6
    for _ in range(GROW_AFTER):
        size.grow(5)
    assert size.of(limits) == 6
    for _ in range(GROW_AFTER):
        size.grow(6)
    assert size.of(limits) == 7
    for _ in range(50 * GROW_AFTER):
        size.grow(size.of(limits))
    assert size.of(limits) == 16
    size.halve(1)
    assert size.of(limits) == 1
