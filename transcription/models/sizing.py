"""Sizing: workers, threads of each and compute type, from the cores, memory and GPUs of the machine."""

import math
import os
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from transcription.host.cgroups import V2, enclosing, number
from transcription.models.catalogue import BASE_RTF, MODELS
from transcription.models.model import Model
from transcription.models.options import IN_PLACE_OF_GPU

MAX_WORKERS = 4
"""Beyond four workers memory bandwidth, not cores, is the limit of int8 decoding on common servers."""
OWN_MB = 250
"""What the process takes without a model, and ffmpeg beside it."""
WORKER_MB = 200
"""What each worker after the first needs: with base two batches of 40 s, one of which falls back to the full context,
took 250 MB where one took 140, and an ffmpeg runs beside them."""
ON_CPU = ("int8", "float32")
ON_GPU = ("float16", "int8_float16", "int8", "float32")
"""Compute types, best first; GPUs before Volta have no float16 that is worth it."""
FAST_ENOUGH = 0.3
"""Highest real-time factor of a model that is chosen by itself: the text of a recording of 10 s is there after 3 s."""
LEAST_RTF = {"cpu": 0.005, "cuda": 0.0005}
"""By device: real-time factors of base that nothing reaches. On two common cores it is 0.06, and a GPU takes some
seconds for an hour; what is said to be faster comes from recordings in which nobody spoke."""
FREE_SHARE = 0.5
"""How much of the free memory such a model may take; the rest is for the workers and for other programs."""
WORKING_SHARE = 0.8
"""How much it may take with all workers; what is left is for other programs and the files that they read."""


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """What one batch may hold at most: so many windows, and so many seconds of audio in sum."""

    windows: int
    audio_s: float


BATCHES = {"cpu": BatchLimits(windows=4, audio_s=40.0), "cuda": BatchLimits(windows=16, audio_s=16 * 30.0)}
"""By device. With base on a CPU four windows take half as long as one by one, and more gain nothing (decision 053);
their sum is bounded so that a thread is soon free for somebody else, and for the memory's sake: base takes 60 MB more
for each further window of 20 s and is hardly faster. A GPU takes sixteen windows of any length, which others found to
need 3.5 GB with large-v2; not measured by us. Where that is too much, `BatchSize` halves it."""


@dataclass(frozen=True, slots=True)
class Sizing:
    """The chosen workers, threads, device and compute type, and the reason as shown at start and by `--check`.

    `machine` names all that speeds and choices depend on: what was found under one name holds under no other.
    `cpu_machine` is that name for models that the CPU runs in place of a GPU; the same where there is none.
    """

    workers: int
    threads_per_worker: int
    device: str
    compute_type: str
    machine: str
    reason: str
    cpu_machine: str = ""


def usable_gpus() -> int:
    """CUDA devices that CTranslate2 can use."""
    import ctranslate2  # noqa: PLC0415 - loads CUDA libraries; --help need not wait for that

    return int(ctranslate2.get_cuda_device_count())


def supported_compute_types(device: str) -> Collection[str]:
    """The compute types that `cpu` or `cuda` runs without converting them; none where the device does not answer."""
    import ctranslate2  # noqa: PLC0415 - as above

    try:
        return set(ctranslate2.get_supported_compute_types(device))
    except (RuntimeError, ValueError):
        return ()


def choose(
    *,
    cores: int,
    gpus: int,
    memory_mb: float = math.inf,
    model: Model = MODELS["base"],
    second_model: Model | None = None,
    supported: Callable[[str], Collection[str]] = supported_compute_types,
    device: str = "auto",
    compute_type: str = "auto",
    workers: int | None = None,
    threads_per_worker: int | None = None,
) -> Sizing:
    """A sizing for a machine and the model it has to fit; what is given is kept, what is None or `auto` is chosen.

    `second_model` counts if the memory fits both.

    `memory_mb` is all that the process may have, `supported` tells the compute types of `cpu` or `cuda`. On a CPU one
    thread per job does more jobs a second than several threads on one (2 cores, base, int8: 16 short ones took 2.8 s
    with two workers of one thread, 4.9 s with one worker of two).
    """
    on_gpu = device == "cuda" or (device == "auto" and gpus > 0)
    device = "cuda" if on_gpu else "cpu"
    if compute_type == "auto":
        known = supported(device)
        compute_type = next((each for each in (ON_GPU if on_gpu else ON_CPU) if each in known), "float32")
    memory_limited = ""
    if workers is None:
        workers = 2 if on_gpu else min(cores, MAX_WORKERS)
        fitting = _fitting_workers(memory_mb, model, second_model, compute_type)
        if fitting < workers and not on_gpu:
            workers = int(fitting)
            memory_limited = f"; {memory_mb:.0f} MB of memory bear no more with {model.name}"
    threads_per_worker = threads_per_worker or max(1, cores // workers)
    where = f"{gpus} GPU" if on_gpu else _count(cores, "CPU core")
    reason = f"{where}: {workers} at once, {_count(threads_per_worker, 'thread')} each, {compute_type}{memory_limited}"
    size = f"{_count(cores, 'core')}, {memory_mb / 1000:.0f} GB, {_count(threads_per_worker, 'thread')}"
    machine = f"{size} on {device}, {compute_type}"
    cpu_machine = f"{size} on cpu, {IN_PLACE_OF_GPU}" if on_gpu else machine
    return Sizing(workers, threads_per_worker, device, compute_type, machine, reason, cpu_machine)


def _fitting_workers(memory_mb: float, model: Model, second_model: Model | None, compute_type: str) -> float:
    """How many workers the memory bears, one at least; the second model counts if the memory fits both."""
    left_mb = memory_mb - OWN_MB - model.memory_mb(compute_type)
    second_mb = second_model.memory_mb(compute_type) if second_model else 0
    return 1 + max(0.0, left_mb - second_mb if left_mb >= second_mb else left_mb) // WORKER_MB


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' if number != 1 else ''}"


def candidates(sizing: Sizing, free_mb: float, rtf: Callable[[str], float]) -> list[Model]:
    """The models of all languages that run well here, the most exact first; the smallest if none does.

    `free_mb` is the memory left on the device, `rtf` gives a model's real-time factor, measured or estimated.
    """
    everything = MODELS["base"].languages
    models = [model for model in reversed(MODELS.values()) if everything <= model.languages]
    return [
        model
        for model in models
        if leaves_memory(model, sizing, free_mb) and is_fast_enough(model, sizing, rtf(model.name))
    ] or models[-1:]


def leaves_memory(model: Model, sizing: Sizing, free_mb: float) -> bool:
    """Whether a model takes no more of the device's free memory than others can spare."""
    model_mb = model.memory_mb(sizing.compute_type)
    return model_mb <= free_mb * FREE_SHARE and model_mb + workers_mb(sizing) <= free_mb * WORKING_SHARE


def workers_mb(sizing: Sizing) -> int:
    """Megabytes of the workers after the first, which a model's own figure holds."""
    return (sizing.workers - 1) * WORKER_MB


def is_fast_enough(model: Model, sizing: Sizing, rtf: float) -> bool:
    """Whether a model may be chosen by itself at this real-time factor.

    What no device can do is not believed, and counts as not known yet.
    """
    is_believed = rtf >= LEAST_RTF[sizing.device] * model.relative_cost
    return (rtf if is_believed else BASE_RTF * model.relative_cost) <= FAST_ENOUGH


def usable_cores(root: Path = Path("/")) -> int:
    """Cores this process may use: its affinity, or the whole cores of the tightest control group's quota, if less.

    `root` is where `proc` and `sys` lie.
    """
    quotas = [cores for group, version in enclosing(root, "cpu") if (cores := _quota(group, version)) is not None]
    return max(1, int(min([len(os.sched_getaffinity(0)), *quotas])))


def _quota(group: Path, version: int) -> float | None:
    """Cores that a group may keep busy; None without a limit."""
    if version != V2:
        quota, period = number(group / "cpu.cfs_quota_us"), number(group / "cpu.cfs_period_us")
        return quota / period if quota and period else None
    try:
        of, every = (group / "cpu.max").read_text().split()
        return int(of) / int(every)
    except (OSError, ValueError):  # no quota is "max"
        return None
