"""Files of a model hub, pinned by what it states of them at first, and checked ever after."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

from transcription.errors import ModelDamaged, ModelUnavailable, TranscriptionError
from transcription.models import hub
from transcription.models.disk import Progress, Stage, check_blob, check_disk, check_sum, exclusive_lock

PINS = "pins.json"


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file of a repository of the hub."""

    repo: str
    path: str

    @property
    def name(self) -> str:
        """What it is called here."""
        return PurePosixPath(self.path).name


def fetch_pinned(files: Sequence[HubFile], models_dir: Path, folder: str, report: Progress) -> list[Path]:
    """The paths of files in a folder of `models_dir`, brought there first where they are not there yet. Blocks.

    The size, the commit and the checksum that the hub states at first are kept beside them: a download is resumed and
    repeated by these alone, and each call checks what is there. The owner's own copies, of which nothing was stated,
    are used as they are. Raises `ModelUnavailable`, `ModelTooBig` (`what="disk"`), and what `report` raises.
    """
    target = models_dir / folder
    try:
        with exclusive_lock(folder, models_dir, report):
            pins = _pinned(files, target)
            for name, pin in pins.items():
                if (target / name).exists():
                    _check(target / name, pin)
            missing = {file.name: pins[file.name] for file in files if not (target / file.name).exists()}
            check_disk(folder, models_dir, sum(pin.size - _had(target, name) for name, pin in missing.items()))
            _download(missing, target, report)
            return [target / file.name for file in files]
    except TranscriptionError:
        raise
    except Exception as error:  # those of the hub's client, of the disk, and of a file that is not what was stated
        raise ModelUnavailable(model=folder) from error


def check_pinned(folder: Path) -> None:
    """Check the files of a folder of which the hub stated something. Blocks: a gigabyte takes a second or more.

    Raises `ModelDamaged`; such a file is deleted, to be fetched again.
    """
    for name, pin in _read_pins(folder).items():
        try:
            _check(folder / name, pin)
        except (OSError, ValueError) as error:
            raise ModelDamaged(model=folder.name, file=name) from error


def _pinned(files: Sequence[HubFile], target: Path) -> dict[str, hub.RemoteFile]:
    """What was stated of files, by their names here; of those that are neither here nor known yet, what is now."""
    pins = _read_pins(target)
    unknown = [file for file in files if file.name not in pins and not (target / file.name).exists()]
    for repo in dict.fromkeys(file.repo for file in unknown):
        stated = {each.name: each for each in hub.look_up(repo)[1]}
        for file in unknown:
            if file.repo == repo:
                pins[file.name] = _pin(file, stated.get(file.path))
    if unknown:
        target.mkdir(exist_ok=True)
        partial = target / f"{PINS}.partial"
        partial.write_text(json.dumps({name: asdict(pin) for name, pin in pins.items()}, indent=2))
        partial.rename(target / PINS)
    return pins


def _pin(file: HubFile, stated: hub.RemoteFile | None) -> hub.RemoteFile:
    if stated is None or not (stated.sha256 or stated.blob_id):
        raise FileNotFoundError(f"{file.repo} states no checksum of {file.path}")
    return stated


def _download(missing: dict[str, hub.RemoteFile], target: Path, report: Progress) -> None:
    total, done = sum(pin.size for pin in missing.values()), 0
    for name, pin in missing.items():
        partial = target / f"{name}.partial"
        for length in hub.download(pin, partial):
            report(Stage.DOWNLOAD, (done + length) / total)
        _check(partial, pin)
        partial.rename(target / name)
        done += pin.size


def _check(file: Path, pin: hub.RemoteFile) -> None:
    if pin.sha256:
        check_sum(file, pin.sha256)
    else:
        check_blob(file, pin.blob_id or "")


def _had(target: Path, name: str) -> int:
    partial = target / f"{name}.partial"
    return partial.stat().st_size if partial.exists() else 0


def _read_pins(folder: Path) -> dict[str, hub.RemoteFile]:
    path = folder / PINS
    pins = json.loads(path.read_text()) if path.exists() else {}
    return {name: hub.RemoteFile(**pin) for name, pin in pins.items()}
