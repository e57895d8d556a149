"""Model files on the disk: one who fetches at a time, room for them, checksums, and what is told meanwhile."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path

from transcription.errors import ModelTooBig

SPARE_BYTES = 256 * 1024**2
"""Room that a model must leave on the disk, for the jobs that are written there too."""


class Stage(StrEnum):
    """What is being done until a model can be used."""

    DOWNLOAD = "download"
    ASSEMBLE = "assemble"
    LOAD = "load"


Progress = Callable[[Stage, float], None]
"""Told the stage and how much of its bytes is done, 0..1. A `TranscriptionError` that it raises ends the work."""


@contextlib.contextmanager
def exclusive_lock(name: str, models_dir: Path, report: Progress) -> Iterator[None]:
    """Keep other threads and processes from fetching what has this name; the kernel lets go when the process dies."""
    (models_dir / ".partial").mkdir(parents=True, exist_ok=True)
    with (models_dir / ".partial" / f"{name}.lock").open("w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                report(Stage.DOWNLOAD, 0.0)
                time.sleep(0.2)
        yield


def sync(path: Path) -> None:
    """Write a file or a folder's entries through to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def check_disk(name: str, models_dir: Path, need_bytes: int) -> None:
    """Raise `ModelTooBig` for a model whose files would not leave room."""
    have_bytes = shutil.disk_usage(models_dir).free - SPARE_BYTES
    if need_bytes > have_bytes:
        need_mb, have_mb = need_bytes // 10**6, max(0, have_bytes // 10**6)
        raise ModelTooBig(model=name, need_mb=need_mb, have_mb=have_mb, what="disk")


def check_sum(file: Path, sha256: str) -> None:
    """Delete a file that is not what it should be, and raise `ValueError`."""
    with file.open("rb") as content:
        if hashlib.file_digest(content, "sha256").hexdigest() == sha256:
            return
    file.unlink()
    raise ValueError(f"{file.name} has not the sha256 {sha256}")


def check_blob(file: Path, blob_id: str) -> None:
    """The same by git's id of a file, which a hub states of small ones."""
    content = file.read_bytes()
    if hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest() == blob_id:
        return
    file.unlink()
    raise ValueError(f"{file.name} is not git's blob {blob_id}")
