"""Control groups (cgroups) around this process: the limits of its container or service."""

from collections.abc import Iterator
from pathlib import Path

V1, V2 = 1, 2


def enclosing(root: Path, controller: str) -> Iterator[tuple[Path, int]]:
    """The folder of each group that may limit `controller`, inner ones first, and `V1` or `V2` for its files.

    `root` is where `proc` and `sys` lie. Inside a container the kernel may name the host's path, of which only the
    mount's own top is there; folders that are not there are left out.
    """
    try:
        lines = (root / "proc/self/cgroup").read_text().splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers and controller not in controllers.split(","):
            continue
        mount = root / "sys/fs/cgroup" / (controller if controllers else "")
        inner = Path(path.lstrip("/"))
        for folder in (mount / part for part in (inner, *inner.parents)):
            if folder.is_dir():
                yield folder, V1 if controllers else V2


def number(file: Path) -> int | None:
    """The number in a group's file; None for `max`, for -1 (no limit in version 1), and where there is no such file."""
    try:
        value = int(file.read_text())
    except (OSError, ValueError):
        return None
    return value if value >= 0 else None
