"""The NVIDIA GPUs of the machine and their memory, as the driver's own tool tells them."""

import subprocess
from dataclasses import dataclass

MB_PER_MIB = 1.048576
ASKED = ("name", "memory.total", "memory.free")


@dataclass(frozen=True, slots=True)
class Gpu:
    """A GPU and its megabytes (of a million bytes)."""

    name: str
    total_mb: float
    free_mb: float

    def __str__(self) -> str:
        return f"{self.name}, {self.free_mb:.0f} of {self.total_mb:.0f} MB free"


def gpus() -> list[Gpu]:
    """Those of this machine; none where `nvidia-smi` is not there or does not say."""
    asking = ["nvidia-smi", f"--query-gpu={','.join(ASKED)}", "--format=csv,noheader,nounits"]
    try:
        told = subprocess.run(asking, capture_output=True, text=True, check=True, timeout=10).stdout
        lines = [line.rsplit(",", 2) for line in told.splitlines()]
        return [Gpu(name, float(total) * MB_PER_MIB, float(free) * MB_PER_MIB) for name, total, free in lines]
    except (OSError, subprocess.SubprocessError, ValueError):
        return []


def gpu_free_mb() -> float:
    """Megabytes left on the first GPU, which models are loaded on; 0 where nothing tells."""
    return next((gpu.free_mb for gpu in gpus()), 0.0)
