"""The database is its owner's alone, also where others may enter the folder that it lies in."""

import stat
from pathlib import Path

import pytest

from transcription.storage.storage import Storage


def modes_in(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    tmp_path.chmod(0o755)
    (tmp_path / "db").touch(mode=0o644)
    return tmp_path / "db"


async def test_the_database_and_its_journal_are_their_owners_alone(path: Path) -> None:
    """A folder that was made for the models first, or for the sandbox, is open to all; so was a former database."""
    async with Storage.open(path) as storage:
        await storage.settings.set_auto_model("this", "base")
        assert modes_in(path.parent) == dict.fromkeys(("db", "db-wal", "db-shm"), 0o600)
