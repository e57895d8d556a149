"""How much memory a machine is said to have, by trees of files like the kernel's."""

import math
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from transcription.host.memory import memory_limits

MB = 10**6
MEMINFO = "MemTotal:       8000000 kB\nMemAvailable:   4000000 kB\nHugePages_Total:       0"


def machine(root: Path, cgroup: str, files: dict[str, str]) -> Path:
    for name, text in {"proc/meminfo": MEMINFO, "proc/self/cgroup": cgroup, **files}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"{text}\n")
    return root


def test_without_limits_the_machine_counts(tmp_path: Path) -> None:
    """What the kernel calls available, in megabytes of a million bytes."""
    assert str(memory_limits(machine(tmp_path, "0::/", {}))) == "4096 of 8192 MB free (the machine's)"


def test_the_tightest_enclosing_group_counts(tmp_path: Path) -> None:
    """A service without a limit inside a slice of 500 MB, 300 of them used, 100 of those cache, has 300 MB left."""
    folder = "sys/fs/cgroup/bots.slice"
    files = {
        f"{folder}/memory.max": str(500 * MB),
        f"{folder}/memory.current": str(300 * MB),
        f"{folder}/memory.stat": f"anon {200 * MB}\ninactive_file {100 * MB}",
        f"{folder}/bot.service/memory.max": "max",
    }
    memory = memory_limits(machine(tmp_path, "0::/bots.slice/bot.service", files))
    assert (memory.total_mb, memory.free_mb) == (500, 300)
    assert memory.source == f"control group {tmp_path / folder}"


def test_memory_that_slows_down_is_not_free(tmp_path: Path) -> None:
    """Beyond MemoryHigh the kernel throttles a service, so it is a limit like MemoryMax."""
    folder = "sys/fs/cgroup/bot.service"
    files = {
        f"{folder}/memory.max": str(900 * MB),
        f"{folder}/memory.high": str(600 * MB),
        f"{folder}/memory.current": str(100 * MB),
    }
    assert memory_limits(machine(tmp_path, "0::/bot.service", files)).free_mb == 500


def test_a_version_1_container_counts(tmp_path: Path) -> None:
    """Where only the mount's top is visible, its limit counts, though the kernel names the host's path."""
    folder = "sys/fs/cgroup/memory"
    files = {
        f"{folder}/memory.limit_in_bytes": str(256 * MB),
        f"{folder}/memory.usage_in_bytes": str(200 * MB),
        f"{folder}/memory.stat": f"cache {90 * MB}\ntotal_inactive_file {50 * MB}",
    }
    memory = memory_limits(machine(tmp_path, "8:pids:/\n4:memory:/docker/abc\n0::/", files))
    assert (memory.total_mb, memory.free_mb) == (256, 106)


def test_no_limit_of_version_1_is_no_limit(tmp_path: Path) -> None:
    """Its kernel writes the largest number instead of none; a machine does not grow by it."""
    folder = "sys/fs/cgroup/memory"
    files = {f"{folder}/memory.limit_in_bytes": "9223372036854771712", f"{folder}/memory.usage_in_bytes": str(MB)}
    assert memory_limits(machine(tmp_path, "4:memory:/", files)).total_mb == 8192


def test_a_machine_without_proc_has_no_limit(tmp_path: Path) -> None:
    """Other systems are trusted to know what they do."""
    assert memory_limits(tmp_path).free_mb == math.inf


HEAPS = """
import ctypes, threading
from transcription.host.memory import limit_malloc_arenas
c = ctypes.CDLL(None)
c.malloc.restype = c.fopen.restype = ctypes.c_void_p
limit_malloc_arenas()
all_here = threading.Barrier(4)
def take():
    all_here.wait()
    c.malloc(1000)
    all_here.wait()
threads = [threading.Thread(target=take) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
file = ctypes.c_void_p(c.fopen(b"/dev/stdout", b"w"))
c.malloc_info(0, file)
c.fclose(file)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries have one heap anyway")
def test_all_threads_share_a_heap() -> None:
    """Memory that one thread frees serves the next, whatever their number."""
    told = subprocess.run([sys.executable, "-c", HEAPS], capture_output=True, text=True, check=True).stdout
    assert told.count("<heap nr=") == 1
