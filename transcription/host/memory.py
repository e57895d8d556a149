"""Memory limits of this process, and how the C library keeps its heap."""

import ctypes
import math
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from transcription.host.cgroups import V2, enclosing, number

MB = 1_000_000
ROOT = Path("/")
M_ARENA_MAX = -8
"""glibc's number for the most heaps."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes (of a million bytes) that there are and that are left, and whose they are."""

    total_mb: float
    free_mb: float
    source: str

    def __str__(self) -> str:
        return f"{self.free_mb:.0f} of {self.total_mb:.0f} MB free ({self.source})"


def memory_limits(root: Path = ROOT) -> Memory:
    """What the machine has, or the control group allows that leaves least, as `proc` and `sys` below `root` say.

    Limits of all enclosing groups count, in version 2 and version 1 hierarchies; file cache that the kernel would drop
    is free. Infinite where there is no `/proc/meminfo`.
    """
    try:
        meminfo = _table(root / "proc/meminfo")
    except FileNotFoundError:
        return Memory(math.inf, math.inf, "unknown")
    machine = Memory(meminfo["MemTotal:"] * 1024 / MB, meminfo["MemAvailable:"] * 1024 / MB, "the machine's")
    tightest = min([machine, *_groups(root)], key=lambda memory: memory.free_mb)
    return Memory(min(tightest.total_mb, machine.total_mb), max(0.0, tightest.free_mb), tightest.source)


def available_mb() -> float:
    """Megabytes that this process can still take."""
    return memory_limits().free_mb


def _groups(root: Path) -> Iterator[Memory]:
    """What is left under the limit of each control group around this process."""
    for group, version in enclosing(root, "memory"):
        if version == V2:  # beyond `high` a process is slowed down until it hardly moves
            limits = [limit for name in ("memory.max", "memory.high") if (limit := number(group / name)) is not None]
            usage, cache = "memory.current", "inactive_file"
        else:
            limits = [limit] if (limit := number(group / "memory.limit_in_bytes")) is not None else []
            usage, cache = "memory.usage_in_bytes", "total_inactive_file"
        if limits:
            dropped = _table(group / "memory.stat").get(cache, 0) if (group / "memory.stat").exists() else 0
            used = (number(group / usage) or 0) - dropped
            yield Memory(min(limits) / MB, (min(limits) - used) / MB, f"control group {group}")


def _table(file: Path) -> dict[str, int]:
    """A kernel table of names and numbers, one pair a line."""
    return {name: int(number) for name, number, *_ in map(str.split, file.read_text().splitlines())}


def limit_malloc_arenas() -> None:
    """Have the C library keep one heap for all threads; to be called before there are any.

    It gives each thread a heap of its own otherwise, and each of those keeps the holes that notes leave in it: short
    and long notes with base on two threads then leave 124 MB behind instead of 33. The time they take is the same.
    """
    with suppress(AttributeError):  # other C libraries have no such call
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)


def trim_heap() -> None:
    """Let the C library return what it keeps of freed memory; takes milliseconds.

    After a burst of notes with base on two threads that is 80 to 400 MB.
    """
    with suppress(AttributeError):  # as above
        ctypes.CDLL(None).malloc_trim(0)
