"""What models are said to need, and how much memory a machine is said to have."""

import math
from pathlib import Path

import pytest
from faster_whisper.utils import _MODELS

from transcription.catalogue import ALIASES, MODELS, available_memory_mb, find
from transcription.errors import UnknownModel

MB = 10**6
MEMINFO = "MemTotal:       8000000 kB\nMemAvailable:   4000000 kB\nHugePages_Total:       0"


def test_names_are_those_of_faster_whisper() -> None:
    """Each name and alias means the repository that faster-whisper means by it."""
    names = [*MODELS, *ALIASES]
    assert {name: find(name).repo for name in names} == {name: _MODELS[name] for name in names}


def test_an_unknown_name_is_refused() -> None:
    """A name outside the catalogue raises, with the name for the sentence."""
    with pytest.raises(UnknownModel) as caught:
        find("huge")
    assert caught.value.details == {"model": "huge"}


def test_sizes_are_the_published_ones() -> None:
    """Parameters computed from width and layers are those of the model cards, within 3 %."""
    published = {"base": 74, "small": 244, "medium": 769, "large-v3": 1550, "large-v3-turbo": 809}
    published |= {"distil-small.en": 166, "distil-medium.en": 394, "distil-large-v3": 756}
    assert {name: find(name).parameters_m for name in published} == pytest.approx(published, rel=0.03)


@pytest.mark.parametrize(
    ("name", "compute_type", "measured_mb"),
    [("base", "int8", 269), ("base", "float32", 417), ("tiny.en", "int8", 176), ("tiny.en", "float32", 237)],
)
def test_memory_is_estimated_from_above(name: str, compute_type: str, measured_mb: int) -> None:
    """The estimate is not below the peak measured, and at most a quarter above it."""
    assert measured_mb <= find(name).memory_mb(compute_type) <= 1.25 * measured_mb


def test_cost_is_relative_to_base() -> None:
    """Base costs 1, and a turbo model lies between small and the large one it was cut from."""
    assert find("base").relative_cost == 1.0
    assert find("small").relative_cost < find("turbo").relative_cost < find("large-v3").relative_cost


def machine(root: Path, cgroup: str, files: dict[str, str]) -> Path:
    for name, text in {"proc/meminfo": MEMINFO, "proc/self/cgroup": cgroup, **files}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"{text}\n" if text else "")
    return root


def test_without_limits_the_machine_counts(tmp_path: Path) -> None:
    """What the kernel calls available, in megabytes of a million bytes."""
    root = machine(tmp_path, "0::/", {})
    assert available_memory_mb(root) == 4096


def test_the_tightest_enclosing_group_counts(tmp_path: Path) -> None:
    """A service without a limit inside a slice of 500 MB, 300 of them used, 100 of those cache, has 300 MB left."""
    slice_ = "sys/fs/cgroup/bots.slice"
    files = {
        f"{slice_}/memory.max": str(500 * MB),
        f"{slice_}/memory.current": str(300 * MB),
        f"{slice_}/memory.stat": f"anon {200 * MB}\ninactive_file {100 * MB}",
        f"{slice_}/bot.service/memory.max": "max",
    }
    assert available_memory_mb(machine(tmp_path, "0::/bots.slice/bot.service", files)) == 300


def test_a_version_1_container_counts(tmp_path: Path) -> None:
    """Where only the mount's top is visible, its limit counts, though the kernel names the host's path."""
    top = "sys/fs/cgroup/memory"
    files = {
        f"{top}/memory.limit_in_bytes": str(256 * MB),
        f"{top}/memory.usage_in_bytes": str(200 * MB),
        f"{top}/memory.stat": f"cache {90 * MB}\ntotal_inactive_file {50 * MB}",
    }
    root = machine(tmp_path, "8:pids:/\n4:memory:/docker/abc\n0::/", files)
    assert available_memory_mb(root) == 106


def test_a_machine_without_proc_has_no_limit(tmp_path: Path) -> None:
    """Other systems are trusted to know what they do."""
    assert available_memory_mb(tmp_path) == math.inf
