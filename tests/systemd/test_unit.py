"""The systemd unit and its installer."""

import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UNIT = ROOT / "systemd" / "stenobot.service"
INSTALLER = ROOT / "systemd" / "install.sh"

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed (apt-get install systemd)"
)


def install(dest: Path, *options: str, checkout: Path) -> str:
    """Run the checkout's installer into `dest` and return what it said."""
    done = subprocess.run(
        [checkout / "systemd" / "install.sh", *options],
        env=os.environ | {"DESTDIR": str(dest)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small checkout with what people and tasks leave in one."""
    home = tmp_path / "checkout"
    (home / "systemd").mkdir(parents=True)
    shutil.copy2(UNIT, home / "systemd")
    shutil.copy2(INSTALLER, home / "systemd")
    (home / "run_bot.py").touch()
    for made in ("var", ".venv", ".git", "bot/__pycache__"):
        (home / made).mkdir(parents=True)
        (home / made / "something").touch()
    return home


@needs_systemd
def test_exposure_is_low() -> None:
    """systemd rates the unit's exposure 2.0 of 10 or less."""
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", str(UNIT)],
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"exposure level for stenobot\.service: ([\d.]+)", done.stdout)
    assert found
    assert float(found[1]) <= 2.0


@needs_systemd
def test_unit_is_valid(tmp_path: Path) -> None:
    """systemd finds nothing to say against the unit, once its program exists."""
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text().replace("/opt/stenobot/.venv/bin/python", "/bin/true"))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False
    )
    complaints = [line for line in done.stderr.splitlines() if "stenobot.service" in line]
    assert not complaints


def test_a_service_without_a_token_is_no_sandbox(tmp_path: Path) -> None:
    """What the unit starts says so, and ends with the code after which systemd does not start it again."""
    started = re.search(r"^ExecStart=\S+ (.+)$", UNIT.read_text(), re.MULTILINE)
    assert started
    done = subprocess.run(
        [sys.executable, *started[1].split(), "--env-file", str(tmp_path / "none")],
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 78
    assert "BOT_TOKEN: not set" in done.stderr


def test_installs_code_unit_and_settings(tmp_path: Path, checkout: Path) -> None:
    """An installation holds the code and the unit, and none of what the checkout's owner made in it."""
    dest = tmp_path / "dest"
    install(dest, checkout=checkout)
    app = dest / "opt/stenobot"
    assert sorted(path.name for path in app.iterdir()) == ["bot", "run_bot.py", "systemd"]
    assert not list((app / "bot").iterdir())
    assert (dest / "etc/systemd/system/stenobot.service").read_text() == UNIT.read_text()
    settings = dest / "etc/stenobot/stenobot.env"
    assert stat.S_IMODE(settings.stat().st_mode) == 0o640


def test_settings_are_translated_for_systemd(tmp_path: Path, checkout: Path) -> None:
    """The .env becomes what systemd reads alike: no export, comments, empty values, or paths of the checkout."""
    (checkout / ".env").write_text(
        "# a comment\n"
        'export BOT_TOKEN="1:a#b"  # from BotFather\n'
        "MODEL = small # why\n"
        "DATA_DIR=var\n"
        "LANGUAGE=\n"
        "LOG_LEVEL=#nothing\n"
    )
    install(tmp_path / "dest", checkout=checkout)
    settings = (tmp_path / "dest/etc/stenobot/stenobot.env").read_text()
    assert settings == 'BOT_TOKEN="1:a#b"\nMODEL=small\n'


def test_second_installation_updates_code_and_keeps_settings(tmp_path: Path, checkout: Path) -> None:
    """Installing again replaces the code, drops files that are gone, and leaves the settings alone."""
    dest = tmp_path / "dest"
    (checkout / "gone.py").touch()
    install(dest, checkout=checkout)
    settings = dest / "etc/stenobot/stenobot.env"
    settings.write_text("BOT_TOKEN=1:mine\n")
    (checkout / "gone.py").unlink()
    (checkout / "run_bot.py").write_text("new = True\n")
    install(dest, checkout=checkout)
    assert settings.read_text() == "BOT_TOKEN=1:mine\n"
    assert (dest / "opt/stenobot/run_bot.py").read_text() == "new = True\n"
    assert sorted(path.name for path in (dest / "opt").iterdir()) == ["stenobot"]
    assert not (dest / "opt/stenobot/gone.py").exists()


@pytest.mark.parametrize(("options", "kept"), [((), True), (("--purge",), False)])
def test_uninstall_keeps_data_unless_purged(
    tmp_path: Path, checkout: Path, options: tuple[str, ...], *, kept: bool
) -> None:
    """Removing takes code and unit away; settings and data go only with --purge."""
    dest = tmp_path / "dest"
    install(dest, checkout=checkout)
    (dest / "var/lib/stenobot").mkdir(parents=True)
    install(dest, "--uninstall", *options, checkout=checkout)
    assert not (dest / "opt/stenobot").exists()
    assert not (dest / "etc/systemd/system/stenobot.service").exists()
    assert (dest / "var/lib/stenobot").exists() is kept
    assert (dest / "etc/stenobot/stenobot.env").exists() is kept


def test_dry_run_changes_nothing(tmp_path: Path, checkout: Path) -> None:
    """A dry run prints its steps and touches no file."""
    said = install(tmp_path / "dest", "--dry-run", checkout=checkout)
    assert "+ mv" in said
    assert not (tmp_path / "dest").exists()
