"""Models from a hub, which is on this machine."""

import asyncio
import fcntl
import shutil
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.transcription.models.model_hub import COMMIT, FILES, SMALL, WEIGHTS, Hub
from transcription.errors import Cancelled, ModelTooBig, ModelUnavailable
from transcription.models.catalogue import find
from transcription.models.disk import SPARE_BYTES
from transcription.models.sources import Stage, available, fetch, local


def ignore(stage: Stage, fraction: float) -> None:
    """A listener for tests that ask about the files only."""


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


async def test_a_model_comes_from_the_hub(hub: Hub, tmp_path: Path) -> None:
    """The files that are needed arrive, no others; progress grows to 1; the token stays with the hub."""
    told: list[float] = []
    folder = await asyncio.to_thread(fetch, SMALL, tmp_path, lambda stage, fraction: told.append(fraction))
    assert folder == tmp_path / "small" == local(SMALL, tmp_path)
    assert contents(folder) == FILES
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert (hub.tokens["hub"], hub.tokens["model.bin"]) == ("Bearer hf_secret", None)
    assert [path.name for path in (tmp_path / ".partial").iterdir()] == ["small.lock"]


async def test_what_is_there_is_not_asked_for(hub: Hub, tmp_path: Path) -> None:
    """The owner's own copy is used as it is."""
    shutil.copytree(_folder(tmp_path / "mine"), tmp_path / "small")
    assert await asyncio.to_thread(fetch, SMALL, tmp_path, ignore) == tmp_path / "small"
    assert hub.asked == []


async def test_an_unfinished_copy_is_left_alone(hub: Hub, tmp_path: Path) -> None:
    """A folder that lacks files is neither used nor replaced."""
    _folder(tmp_path / "small")
    (tmp_path / "small" / "tokenizer.json").unlink()
    with pytest.raises(ModelUnavailable):
        await asyncio.to_thread(fetch, SMALL, tmp_path, ignore)
    assert (tmp_path / "small" / "model.bin").exists()
    assert hub.asked == []


def _folder(path: Path) -> Path:
    path.mkdir()
    for name, content in FILES.items():
        (path / name).write_bytes(content)
    return path


@pytest.mark.parametrize("ranges", [True, False])
async def test_an_interrupted_download_goes_on(hub: Hub, tmp_path: Path, *, ranges: bool) -> None:
    """What was stopped looks incomplete and is continued where it stood; a hub without ranges starts from scratch."""

    def stop(stage: Stage, fraction: float) -> None:
        if fraction > 0.2:
            raise Cancelled

    with pytest.raises(Cancelled):
        await asyncio.to_thread(fetch, SMALL, tmp_path, stop)
    assert not available(SMALL, tmp_path)
    had = (tmp_path / ".partial" / f"small@{COMMIT}" / "model.bin").stat().st_size
    assert 0 < had < len(WEIGHTS)
    hub.asked.clear()
    hub.ranges = ranges
    assert contents(await asyncio.to_thread(fetch, SMALL, tmp_path, ignore)) == FILES
    assert hub.asked[0] == ("model.bin", f"bytes={had}-")


async def test_a_broken_connection_is_taken_up_again(hub: Hub, tmp_path: Path) -> None:
    """A line that drops in the middle costs the rest of the file only, within the same call."""
    hub.broken_after = 2_000_000
    assert contents(await asyncio.to_thread(fetch, SMALL, tmp_path, ignore)) == FILES
    first, second = (asked for name, asked in hub.asked if name == "model.bin")
    assert first == "bytes=0-"
    assert second not in (None, "bytes=0-")


async def test_foreign_weights_are_refused(hub: Hub, tmp_path: Path) -> None:
    """A file whose sha256 is not the hub's is deleted, so that the next try fetches it anew."""
    hub.files["model.bin"] = WEIGHTS[::-1]
    with pytest.raises(ModelUnavailable):
        await asyncio.to_thread(fetch, SMALL, tmp_path, ignore)
    assert not available(SMALL, tmp_path)
    hub.files = dict(FILES)
    assert contents(await asyncio.to_thread(fetch, SMALL, tmp_path, ignore)) == FILES


async def test_a_repository_without_a_tokenizer_is_refused(hub: Hub, tmp_path: Path) -> None:
    """What faster-whisper could not run without asking the hub again does not get the model's name."""
    del hub.files["tokenizer.json"]
    with pytest.raises(ModelUnavailable):
        await asyncio.to_thread(fetch, SMALL, tmp_path, ignore)
    assert not (tmp_path / "small").exists()


async def test_leftovers_of_another_version_are_swept(hub: Hub, tmp_path: Path) -> None:
    """Old partial downloads of this model go, those of others stay."""
    for name in ("small@old", "small@package", "small.en@old"):
        (tmp_path / ".partial" / name).mkdir(parents=True)
    await asyncio.to_thread(fetch, SMALL, tmp_path, ignore)
    assert {path.name for path in (tmp_path / ".partial").iterdir()} == {"small.lock", "small.en@old"}


async def test_a_full_disk_is_named_before_the_download(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without room for the files and a reserve nothing is fetched, and the numbers are told."""
    usage = SimpleNamespace(free=SPARE_BYTES + 1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    with pytest.raises(ModelTooBig) as caught:
        await asyncio.to_thread(fetch, SMALL, tmp_path, ignore)
    assert caught.value.details == {"model": "small", "need_mb": 4, "have_mb": 1, "what": "disk"}
    assert hub.asked == []


async def test_an_unknown_repository_is_unavailable(hub: Hub, tmp_path: Path) -> None:
    """The hub's 404 is told as such, without tries."""
    with pytest.raises(ModelUnavailable):
        await asyncio.to_thread(fetch, find("medium"), tmp_path, ignore)


async def test_without_a_network_it_fails_at_once(hub: Hub, tmp_path: Path) -> None:
    """A hub that nothing answers for is unavailable within seconds."""
    await hub.server.close()
    started = time.monotonic()
    with pytest.raises(ModelUnavailable):
        await asyncio.to_thread(fetch, SMALL, tmp_path, ignore)
    assert time.monotonic() - started < 3


async def test_two_fetches_of_one_model_do_not_mix(hub: Hub, tmp_path: Path) -> None:
    """Whoever comes second waits, may give up, and finds the folder of the first."""
    (tmp_path / ".partial").mkdir()
    waiting = asyncio.Event()
    loop = asyncio.get_running_loop()
    with (tmp_path / ".partial" / "small.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        second = asyncio.create_task(
            asyncio.to_thread(fetch, SMALL, tmp_path, lambda *_: loop.call_soon_threadsafe(waiting.set))
        )
        await waiting.wait()
        _folder(tmp_path / "small")
    assert await second == tmp_path / "small"
    assert hub.asked == []
