"""Options of the models: where they lie, how many are in memory, and how an engine runs them."""

from dataclasses import dataclass, replace
from pathlib import Path

IN_PLACE_OF_GPU = "int8"
"""Compute type of a model which the CPU runs because the GPU failed; every CPU has it."""


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """Where models lie and how they are run. Device and compute type are named in CTranslate2's words."""

    models_dir: Path
    max_models: int = 1
    """How many may be in memory at a time."""
    device: str = "auto"
    compute_type: str = "auto"
    cpu_threads: int = 0
    """Threads of each worker; 0 leaves it to the engine."""
    num_workers: int = 1
    """How many callers one model serves at a time."""

    def on_cpu(self) -> "ModelOptions":
        """The same without the GPU."""
        return replace(self, device="cpu", compute_type=IN_PLACE_OF_GPU)
