"""Single files of a model hub, pinned by what it states of them at first, and checked ever after."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from transcription.errors import Cancelled, ModelUnavailable, TranscriptionError
from transcription.models import hub
from transcription.models.sources import Stage, check_sum, exclusive_lock

PINS = "pins.json"


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file of a repository of the hub."""

    repo: str
    name: str


def fetch_pinned(files: Sequence[HubFile], models_dir: Path, folder: str, stopped: Callable[[], bool]) -> list[Path]:
    """The paths of files in a folder of `models_dir`, brought there first where they are not there yet. Blocks.

    The size, the commit and the sha256 that the hub states at first are kept beside them: a download is resumed and
    repeated by these alone, and each call checks what is there. The owner's own copies, of which nothing was stated,
    are used as they are. Raises `ModelUnavailable`, and `Cancelled` once stopped.
    """

    def report(_stage: Stage, _fraction: float) -> None:
        if stopped():
            raise Cancelled

    try:
        with exclusive_lock(folder, models_dir, report):
            (models_dir / folder).mkdir(exist_ok=True)
            return [_fetch(file, models_dir / folder, lambda: report(Stage.DOWNLOAD, 0.0)) for file in files]
    except TranscriptionError:
        raise
    except Exception as error:  # those of the hub's client, of the disk, and of a file that is not what was stated
        raise ModelUnavailable(model=folder) from error


def _fetch(file: HubFile, folder: Path, check: Callable[[], None]) -> Path:
    path, pins = folder / file.name, _read_pins(folder)
    if path.exists():
        if file.name in pins:
            check_sum(path, pins[file.name].sha256 or "")
        return path
    if file.name not in pins:
        pins[file.name] = _stated(file)
        _write_pins(folder, pins)
    pin, partial = pins[file.name], folder / f"{file.name}.partial"
    for _ in hub.download(pin, partial):
        check()
    check_sum(partial, pin.sha256 or "")
    return partial.rename(path)


def _stated(file: HubFile) -> hub.RemoteFile:
    """What the hub says of a file now."""
    _, files = hub.look_up(file.repo)
    stated = next((each for each in files if each.name == file.name), None)
    if stated is None or not stated.sha256:
        raise FileNotFoundError(f"{file.repo} states no sha256 of {file.name}")
    return stated


def _read_pins(folder: Path) -> dict[str, hub.RemoteFile]:
    path = folder / PINS
    pins = json.loads(path.read_text()) if path.exists() else {}
    return {name: hub.RemoteFile(**pin) for name, pin in pins.items()}


def _write_pins(folder: Path, pins: dict[str, hub.RemoteFile]) -> None:
    partial = folder / f"{PINS}.partial"
    partial.write_text(json.dumps({name: asdict(pin) for name, pin in pins.items()}, indent=2))
    partial.rename(folder / PINS)
