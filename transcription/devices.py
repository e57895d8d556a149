"""The CPU in place of a GPU that fails: for a driver that does not suit, a library that is not there, a full memory."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import structlog

from transcription.models import ModelOptions

log = structlog.get_logger()

M = TypeVar("M")

GPU_TROUBLE = re.compile(r"cuda|cudnn|cublas", re.IGNORECASE)
"""What CTranslate2's errors about the GPU have in common ("CUDA failed with error out of memory", "CUDA driver version
is insufficient for CUDA runtime version", "Library libcublas.so.12 is not found or cannot be loaded")."""


def is_gpu_trouble(error: Exception) -> bool:
    """Whether the GPU is to blame for an error, so that the CPU may do better."""
    return isinstance(error, RuntimeError | ValueError) and GPU_TROUBLE.search(str(error)) is not None


def with_cpu_fallback(load: Callable[[Path, ModelOptions], M]) -> Callable[[Path, ModelOptions], M]:
    """`load` that loads on the CPU, and logs a warning, where the GPU fails; what else is wrong is raised."""

    def load_somewhere(folder: Path, options: ModelOptions) -> M:
        try:
            return load(folder, options)
        except Exception as error:
            if options.device == "cpu" or not is_gpu_trouble(error):
                raise
            log.warning("the GPU failed, loading on the CPU", model=folder.name, error=str(error))
        return load(folder, options.on_cpu())

    return load_somewhere
