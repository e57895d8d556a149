"""What is chosen for machines of all sizes."""

import math
import os
from collections.abc import Collection
from pathlib import Path

import pytest

from transcription.models.catalogue import find
from transcription.models.sizing import Sizing, candidates, choose, usable_cores


def modern(device: str) -> Collection[str]:
    return {"int8", "float32"} if device == "cpu" else {"float32", "float16", "int8", "int8_float16"}


def pascal(device: str) -> Collection[str]:
    return {"int8", "float32", "int8_float32"}


def size(cores: int, gpus: int = 0, memory_mb: float = 8000, model: str = "base", **others: object) -> Sizing:
    return choose(  # type: ignore[arg-type]
        **{"cores": cores, "gpus": gpus, "memory_mb": memory_mb, "model": find(model), "supported": modern} | others
    )


@pytest.mark.parametrize(("cores", "chosen"), [(1, (1, 1)), (2, (2, 1)), (4, (4, 1)), (16, (4, 4))])
def test_cores_become_workers_then_threads(cores: int, chosen: tuple[int, int]) -> None:
    """One thread for each note, until memory bandwidth is the limit."""
    sizing = size(cores)
    assert (sizing.workers, sizing.threads_per_worker) == chosen
    assert (sizing.device, sizing.compute_type) == ("cpu", "int8")


def test_what_the_owner_set_stays() -> None:
    """Only the rest is chosen."""
    sizing = size(8, workers=2, threads_per_worker=3, compute_type="float32", memory_mb=300)
    assert (sizing.workers, sizing.threads_per_worker, sizing.compute_type) == (2, 3, "float32")


def test_little_memory_bears_fewer_workers() -> None:
    """The cores are then used by threads, and the reason says what was short."""
    sizing = size(4, memory_mb=800)
    assert (sizing.workers, sizing.threads_per_worker) == (2, 2)
    assert sizing.reason == "4 CPU cores: 2 at once, 2 threads each, int8; 800 MB of memory bear no more with base"
    assert size(4, memory_mb=300).workers == 1


def test_a_second_model_takes_its_room_from_the_workers() -> None:
    """Unless the memory does not bear both: then there will be only the first."""
    assert size(4, memory_mb=1150).workers == 4
    assert size(4, memory_mb=1500, second_model=find("small")).workers == 2
    assert size(4, memory_mb=1150, second_model=find("small")).workers == 4


def test_a_gpu_has_the_best_format_that_it_can() -> None:
    """float16 where it is fast, int8 where it is not."""
    assert size(8, gpus=1).compute_type == "float16"
    assert size(8, gpus=1, supported=pascal).compute_type == "int8"
    assert size(8, gpus=1, device="cpu").compute_type == "int8"


def test_a_machine_is_another_when_speed_or_choice_would_be() -> None:
    """Cores, memory, threads, device and format count; a few megabytes that a new kernel takes do not."""
    others = [
        size(4),
        size(2, threads_per_worker=2),
        size(2, gpus=1),
        size(2, compute_type="float32"),
        size(2, memory_mb=4e3),
    ]
    assert size(2).machine == "2 cores, 8 GB, 1 thread on cpu, int8"
    assert len({size(2).machine, *(other.machine for other in others)}) == 6
    assert size(2, memory_mb=7990).machine == size(2).machine


def names(base_rtf: float, free_mb: float) -> list[str]:
    found = candidates(size(2), free_mb, lambda name: base_rtf * find(name).relative_cost)
    return [model.name for model in found]


def test_the_most_exact_model_that_is_fast_enough_comes_first() -> None:
    """A fast machine gets a larger one, a slow one does not, and none gets one of English only."""
    assert names(0.05, 30_000) == ["small", "base", "tiny"]
    assert names(0.2, 30_000) == ["base", "tiny"]
    assert names(0.01, 30_000)[:2] == ["large-v3", "large-v2"]


@pytest.mark.parametrize("base_rtf", [0.0, -1.0, 1e-9, 0.004, math.nan])
def test_speeds_that_nothing_reaches_are_not_believed(base_rtf: float) -> None:
    """They count as unknown: nobody downloads 3 GB because a few silent notes took no time."""
    assert names(base_rtf, 30_000) == ["base", "tiny"]


def test_speeds_without_bounds_leave_a_candidate() -> None:
    """The smallest, on a machine that is said to be infinitely slow; and a fast GPU's are believed."""
    assert names(math.inf, 30_000) == ["tiny"]
    found = candidates(size(8, gpus=1), 80_000, lambda name: 0.002 * find(name).relative_cost)
    assert found[0].name == "large-v3"


def test_a_model_leaves_half_of_the_memory() -> None:
    """Small needs 663 MB, and 863 with two workers; where nothing fits the smallest is tried."""
    assert names(0.05, 1330)[0] == "small"
    assert names(0.05, 1320)[0] == "base"
    assert names(0.05, 100) == ["tiny"]


def test_a_small_server_gets_base() -> None:
    """1 GB with two cores bears base and both workers, so nobody there has to read what tiny makes of a note."""
    assert names(0.05, 650)[0] == "base"


def tree(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"{text}\n")
    return root


@pytest.mark.parametrize(
    ("cgroup", "files", "cores"),
    [
        ("0::/a/b", {"a/cpu.max": "250000 100000", "a/b/cpu.max": "max 100000"}, 2),
        ("0::/a/b", {"a/cpu.max": "800000 100000", "a/b/cpu.max": "50000 100000"}, 1),
        ("0::/", {"cpu.max": "max 100000"}, 6),
        ("2:cpu,cpuacct:/docker/x", {"cpu/cpu.cfs_quota_us": "300000", "cpu/cpu.cfs_period_us": "100000"}, 3),
        ("2:cpu:/", {"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"}, 6),
    ],
)
def test_the_tightest_quota_of_cores_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cgroup: str, files: dict[str, str], cores: int
) -> None:
    """Whole cores, of nested groups of both versions; never less than one."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: set(range(6)))
    groups = {f"sys/fs/cgroup/{name}": text for name, text in files.items()}
    assert usable_cores(tree(tmp_path, {"proc/self/cgroup": cgroup, **groups})) == cores
