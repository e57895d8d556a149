"""Single files of a hub: what it states of them at first holds ever after."""

import asyncio
import hashlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import pytest

from tests.transcription.models.model_hub import SMALL, WEIGHTS, Hub
from tests.transcription.second_engine import LoudnessEngine
from transcription.errors import Cancelled, ModelDamaged, ModelUnavailable
from transcription.models import sources
from transcription.models.catalogue import find
from transcription.models.disk import Stage
from transcription.models.options import ModelOptions
from transcription.models.pinned import PINS, HubFile, check_pinned, fetch_pinned
from transcription.models.registry import ModelRegistry

FILE = HubFile(SMALL.repo, "model.bin")
PARAKEET = find("parakeet-v3")


async def fetched(models_dir: Path, file: HubFile = FILE, stop: bool = False) -> bytes:
    def report(_stage: Stage, _fraction: float) -> None:
        if stop:
            raise Cancelled

    (path,) = await asyncio.to_thread(fetch_pinned, [file], models_dir, "speakers", report)
    assert path == models_dir / "speakers" / file.name
    return path.read_bytes()


async def test_a_download_goes_on_where_it_broke_off(hub: Hub, tmp_path: Path) -> None:
    """Here after a block; once it is there the hub is not asked again."""
    with pytest.raises(Cancelled):
        await fetched(tmp_path, stop=True)
    assert await fetched(tmp_path) == WEIGHTS
    asked = len(hub.asked)
    assert hub.asked[-1] == ("model.bin", "bytes=1048576-")
    assert await fetched(tmp_path) == WEIGHTS
    assert len(hub.asked) == asked


async def test_a_file_is_checked_and_comes_again_as_it_was_stated_first(hub: Hub, tmp_path: Path) -> None:
    """A damaged one is refused and deleted; a hub that has another one by now does not get it in."""
    assert await fetched(tmp_path) == WEIGHTS
    path = tmp_path / "speakers" / "model.bin"
    path.write_bytes(WEIGHTS[:-1] + b"?")
    with pytest.raises(ModelUnavailable):
        await fetched(tmp_path)
    assert not path.exists()
    hub.files["model.bin"], hub.sha256 = WEIGHTS[::-1], "0" * 64
    with pytest.raises(ModelUnavailable):
        await fetched(tmp_path)
    hub.files["model.bin"] = WEIGHTS
    assert await fetched(tmp_path) == WEIGHTS


async def test_a_file_that_the_hub_does_not_have_is_not_taken(hub: Hub, tmp_path: Path) -> None:
    """The owner's own copy is, as it is."""
    foreign = HubFile(SMALL.repo, "int8/encoder.onnx")
    with pytest.raises(ModelUnavailable):
        await fetched(tmp_path, foreign)
    (tmp_path / "speakers").mkdir()
    (tmp_path / "speakers" / "encoder.onnx").write_bytes(b"mine")
    assert await fetched(tmp_path, foreign) == b"mine"
    assert hub.asked == []


async def test_small_files_are_checked_by_what_git_calls_them(hub: Hub, tmp_path: Path) -> None:
    """A hub states no sha256 of them."""
    small = HubFile(SMALL.repo, "config.json")
    assert await fetched(tmp_path, small) == b"{}"
    (tmp_path / "speakers" / "config.json").write_bytes(b"[]")
    with pytest.raises(ModelDamaged):
        check_pinned(tmp_path / "speakers")
    assert await fetched(tmp_path, small) == b"{}"


@pytest.fixture
def files(hub: Hub) -> Mapping[str, bytes]:
    """Those of a model that states its files, on the hub; one of them in a folder there."""
    hub.repo, hub.large, hub.sha256 = PARAKEET.repo, "int8/encoder-model.int8.onnx", hashlib.sha256(WEIGHTS).hexdigest()
    hub.files = {path: path.encode() for path in PARAKEET.files} | {hub.large: WEIGHTS, "README.md": b"not needed"}
    return {PurePosixPath(path).name: hub.files[path] for path in PARAKEET.files}


async def test_a_model_that_states_its_files_comes_in_one_folder(
    hub: Hub, tmp_path: Path, files: Mapping[str, bytes]
) -> None:
    """Progress grows to 1, and what was stopped is continued; it is whole when all of its files are there."""
    told: list[float] = []

    def stop(_stage: Stage, fraction: float) -> None:
        told.append(fraction)
        if len(told) == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        await asyncio.to_thread(sources.fetch, PARAKEET, tmp_path, stop)
    assert not sources.available(PARAKEET, tmp_path)
    assert 0 < told[-1] < 1
    folder = await asyncio.to_thread(sources.fetch, PARAKEET, tmp_path, lambda _stage, fraction: told.append(fraction))
    assert folder == sources.local(PARAKEET, tmp_path)
    assert {file.name: file.read_bytes() for file in folder.iterdir() if file.name != PINS} == files
    assert told[-1] == 1.0


async def test_a_damaged_model_is_named_and_fetched_again(hub: Hub, tmp_path: Path, files: Mapping[str, bytes]) -> None:
    """When it is to be loaded, and by what was stated at first; nothing else is fetched then."""
    loaded: list[Path] = []

    def load(folder: Path, _options: ModelOptions) -> LoudnessEngine:
        loaded.append(folder)
        return LoudnessEngine()

    models: ModelRegistry[LoudnessEngine] = ModelRegistry(ModelOptions(tmp_path), {"onnx": load}, lambda: 10_000)
    await models.fetch("parakeet-v3")
    encoder = tmp_path / "parakeet-v3" / "encoder-model.int8.onnx"
    encoder.write_bytes(WEIGHTS[:-1])
    with pytest.raises(ModelDamaged) as damaged:
        await models.ensure("parakeet-v3")
    assert damaged.value.details == {"model": "parakeet-v3", "file": encoder.name}
    assert not loaded
    hub.asked.clear()
    await models.ensure("parakeet-v3")
    assert [name for name, _ in hub.asked] == ["int8/encoder-model.int8.onnx"]
    assert encoder.read_bytes() == WEIGHTS
    assert loaded == [encoder.parent]
    await models.aclose()


async def test_the_owner_s_half_copy_is_left_alone(hub: Hub, tmp_path: Path, files: Mapping[str, bytes]) -> None:
    """Nothing is mixed with what is still being copied."""
    (tmp_path / "parakeet-v3").mkdir()
    (tmp_path / "parakeet-v3" / "vocab.txt").write_bytes(b"mine")
    with pytest.raises(ModelUnavailable):
        await asyncio.to_thread(sources.fetch, PARAKEET, tmp_path, lambda *_: None)
    assert hub.asked == []
