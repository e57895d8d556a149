"""Single files of a hub: what it states of them at first holds ever after."""

import asyncio
from pathlib import Path

import pytest

from tests.transcription.models.model_hub import SMALL, WEIGHTS, Hub
from transcription.errors import Cancelled, ModelUnavailable
from transcription.models.disk import Stage
from transcription.models.pinned import HubFile, fetch_pinned

FILE = HubFile(SMALL.repo, "model.bin")


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


async def test_a_file_of_which_no_checksum_is_stated_is_not_taken(hub: Hub, tmp_path: Path) -> None:
    """The owner's own copy is, as it is."""
    small = HubFile(SMALL.repo, "config.json")
    with pytest.raises(ModelUnavailable):
        await fetched(tmp_path, small)
    (tmp_path / "speakers" / "config.json").write_bytes(b"mine")
    assert await fetched(tmp_path, small) == b"mine"
    assert hub.asked == []
