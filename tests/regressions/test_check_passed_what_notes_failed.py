"""`--check` once said that all was well where every note failed, and changed the database of a running older bot."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from bot.app import open_telegram
from config import Settings, SettingsError
from run_bot import MISCONFIGURED, main
from runtime.check import CHECKOUT, Finding, check
from runtime.models import choose_sizing, create_self_test
from runtime.process import serve
from runtime.storage import DATABASE
from tests.settings import settings
from transcription.asr.self_test import SelfTestFailed
from transcription.storage.migrations import STEPS
from transcription.storage.storage import Storage

OLDER = STEPS[:3]


pytestmark = pytest.mark.usefixtures("no_settings_of_this_machine")


async def findings(settings: Settings, about: str) -> list[Finding]:
    return [each async for each in check(settings, CHECKOUT) if each.text.startswith(about)]


async def test_a_format_that_the_cpu_lacks_is_a_wrong_setting(tmp_path: Path, models_dir: Path) -> None:
    """The check says so, and the start is refused with what can be set instead."""
    wrong = settings(tmp_path, compute_type="float16", models_dir=models_dir, bot_token="1:" + "x" * 35)
    reason = r"^COMPUTE_TYPE: the CPU here can't do float16; it can do float32, "
    with pytest.raises(SettingsError, match=reason):
        await serve(wrong, [open_telegram])
    assert [each.well for each in await findings(wrong, "COMPUTE_TYPE: ")] == [False]


def test_a_wrong_format_has_the_exit_code_of_settings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """So that systemd does not start it again and again."""
    (tmp_path / "env").write_text(f"COMPUTE_TYPE=float16\nDEVICE=cpu\nBOT_TOKEN=1:{'x' * 35}\nDATA_DIR={tmp_path}\n")
    assert main(["--env-file", str(tmp_path / "env")]) == MISCONFIGURED
    assert "COMPUTE_TYPE: " in capsys.readouterr().err


async def test_a_machine_without_ffmpeg_does_not_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every note would fail; the check and the start say the same."""
    monkeypatch.setenv("PATH", str(tmp_path))
    without = settings(tmp_path, bot_token="1:" + "x" * 35)
    with pytest.raises(SettingsError, match=r"^ffmpeg: not found; install it"):
        await serve(without, [open_telegram])
    assert [each.well for each in await findings(without, "ffmpeg: not found; install it")] == [False]


@pytest.mark.parametrize("adaptive_context", [True, False])
async def test_a_model_that_is_broken_is_found(tmp_path: Path, models_dir: Path, adaptive_context: bool) -> None:
    """All its files are there, and only hearing shows that they are no good."""
    folder = tmp_path / "models"
    shutil.copytree(models_dir / "tiny.en", folder / "tiny.en")
    (folder / "tiny.en" / "model.bin").write_bytes(b"\0" * 1000)
    broken = settings(tmp_path, models_dir=folder, model="tiny.en", adaptive_context=adaptive_context)
    [found] = await findings(broken, "self-test: ")
    assert not found.well
    assert found.text.startswith("self-test: tiny.en on the CPU, int8, fails: ")
    assert "Traceback" not in found.text


async def test_what_ends_a_process_from_inside_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a cuDNN does that lacks a symbol: its last words and the signal are the reason, and the check goes on."""
    ends = tmp_path / "python"
    ends.write_text("#!/bin/sh\necho 'Cannot load symbol cudnnCreateTensorDescriptor' >&2\nkill -ABRT $$\n")
    ends.chmod(0o700)
    monkeypatch.setattr("sys.executable", str(ends))
    with pytest.raises(SelfTestFailed, match=r"^Cannot load symbol cudnnCreateTensorDescriptor \(SIGABRT\)$"):
        await create_self_test(settings(tmp_path)).run()


def schema(path: Path) -> list[str]:
    with sqlite3.connect(path) as db:
        return [sql for (sql,) in db.execute("SELECT sql FROM sqlite_master ORDER BY name")]


async def test_a_running_older_bots_database_is_left_alone(tmp_path: Path) -> None:
    """It would fail from then on: the next start, which has the lock, brings the database up to date."""
    path = tmp_path / DATABASE
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE migrations (name TEXT PRIMARY KEY)")
        for name, sql in OLDER:
            db.executescript(f"{sql} INSERT INTO migrations VALUES ('{name}');")
    before = schema(path)
    [speed] = await findings(settings(tmp_path), "speed: ")
    assert speed.well
    assert speed.text.endswith("the database is of an older version; a start brings it up to date")
    assert schema(path) == before


async def test_a_running_bots_database_is_read_beside_it(tmp_path: Path) -> None:
    """What it learnt a moment ago is told, and nothing waits for it to end."""
    async with Storage.open(tmp_path / DATABASE) as storage:
        await storage.settings.record_speed(choose_sizing(settings(tmp_path)).machine, "base", 0.1)
        [speed] = await findings(settings(tmp_path), "speed: ")
    assert speed.text == "speed: base: one minute takes 6.0 s, measured"


async def test_a_database_that_is_locked_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line, no waiting for ever."""
    monkeypatch.setattr("runtime.check.LOCKED_S", 0.05)
    async with Storage.open(tmp_path / DATABASE):
        pass
    with sqlite3.connect(tmp_path / DATABASE) as db:
        db.execute("PRAGMA locking_mode=EXCLUSIVE")
        db.execute("CREATE TABLE more (id)")
        db.commit()
        [found] = await findings(settings(tmp_path), "DATA_DIR: ")
    assert found.text.endswith("another program keeps it locked; end that one")
