"""How many notes are transcribed at once, with how many threads each, from the machine it runs on."""

import os
from dataclasses import dataclass
from pathlib import Path

MOST_AT_ONCE = 4
"""Beyond four workers memory bandwidth, not cores, is the limit of int8 decoding on common servers."""


@dataclass(frozen=True, slots=True)
class Sizing:
    """The choice, and the reason for it as shown at start and by `--check`."""

    at_once: int
    threads_each: int
    device: str
    compute_type: str
    reason: str


def choose(
    *,
    cores: int,
    gpus: int,
    device: str = "auto",
    compute_type: str = "auto",
    at_once: int | None = None,
    threads_each: int | None = None,
) -> Sizing:
    """A sizing for a machine; what is given is kept, what is None or `auto` is chosen.

    On a CPU one thread per note does more notes a second than several threads on one (2 cores, base, int8: 16 short
    notes took 2.8 s with two workers of one thread, 4.9 s with one worker of two).
    """
    on_gpu = device == "cuda" or (device == "auto" and gpus > 0)
    at_once = at_once or (2 if on_gpu else min(cores, MOST_AT_ONCE))
    threads_each = threads_each or max(1, cores // at_once)
    if compute_type == "auto":
        compute_type = "float16" if on_gpu else "int8"
    where = f"{gpus} GPU" if on_gpu else f"{cores} CPU core{'s' if cores != 1 else ''}"
    reason = f"{where}: {at_once} at once, {threads_each} thread{'s' if threads_each != 1 else ''} each, {compute_type}"
    return Sizing(at_once, threads_each, "cuda" if on_gpu else "cpu", compute_type, reason)


def usable_cores(cgroup: Path = Path("/sys/fs/cgroup/cpu.max")) -> int:
    """Cores this process may use: its affinity, or the whole cores of its cgroup's quota where that is less."""
    cores = len(os.sched_getaffinity(0))
    try:
        quota, period = cgroup.read_text().split()
        return max(1, min(cores, int(quota) // int(period)))
    except (OSError, ValueError):  # no cgroup v2, or no quota ("max")
        return cores


def usable_gpus() -> int:
    """CUDA devices that CTranslate2 can use."""
    import ctranslate2  # noqa: PLC0415 - loads CUDA libraries; --help need not wait for that

    return int(ctranslate2.get_cuda_device_count())
