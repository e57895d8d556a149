"""The findings of `--check` about this machine, and what stops a start."""

from pathlib import Path
from typing import Any

import pytest

from config import Settings, SettingsError
from run_bot import MISCONFIGURED, main
from runtime.check import CHECKOUT, WHEEL, Commands, check
from runtime.models import ENGINES, create_models
from runtime.services import create_services
from runtime.storage import DATABASE
from tests.settings import settings
from transcription.asr.base import EngineType
from transcription.host.memory import Memory

pytestmark = pytest.mark.usefixtures("no_settings_of_this_machine")


async def start(settings: Settings) -> None:
    async with create_services(settings, {}):
        pass


async def problems(settings: Settings, commands: Commands = CHECKOUT) -> list[str]:
    return [finding.text async for finding in check(settings, commands) if not finding.well]


async def test_each_problem_says_what_to_do(tmp_path: Path) -> None:
    """All are found in one go, each named after its setting."""
    (tmp_path / "file").touch()
    found = await problems(settings(tmp_path / "file" / "data", model="huge"))
    assert [text.partition(":")[0] for text in found] == ["DATA_DIR", "MODEL"]
    assert "large-v3-turbo" in found[1]


async def test_it_says_how_links_are_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where they are, and what adds pages to files."""

    async def said(*, links: bool) -> str:
        found = [finding.text async for finding in check(settings(tmp_path, links=links, model="tiny"), CHECKOUT)]
        return next((text for text in found if text.startswith("links:")), "")

    assert await said(links=False) == ""
    assert "by yt-dlp 20" in await said(links=True)
    monkeypatch.setattr("transcription.links.sites.find_spec", lambda _name: None)
    assert "scripts/setup.sh links" in await said(links=True)


@pytest.mark.parametrize(
    ("commands", "fetch", "bot"),
    [(CHECKOUT, "make models", ".venv/bin/python run_bot.py"), (WHEEL, "stenobot --fetch-model", "stenobot")],
)
async def test_hints_name_commands_that_are_there(tmp_path: Path, commands: Commands, fetch: str, bot: str) -> None:
    """A wheel brings no Makefile and no run_bot.py to call."""
    found = await problems(settings(tmp_path, model="tiny", refine_model="small"), commands)
    assert f"model: tiny is not here yet; `{fetch}` fetches it" in found
    assert f"REFINE_MODEL: small is not here yet; `{bot} --fetch-model small` fetches it" in found


@pytest.mark.parametrize("wrong", [{"model": "huge"}, {"preload_models": ("base", "huge")}, {"refine_model": "huge"}])
def test_a_model_that_does_not_exist_is_a_wrong_setting(tmp_path: Path, wrong: dict[str, Any]) -> None:
    """It stops the start, for no restart would help."""
    with pytest.raises(SettingsError, match=f"^{next(iter(wrong)).upper()}: there is no model huge"):
        create_models(settings(tmp_path, **wrong))


async def test_an_engine_that_is_not_installed_is_a_wrong_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what installs it; nothing of it is imported to find out."""
    monkeypatch.setitem(ENGINES, "onnx", EngineType("no.such.module", ("no_such_package",)))
    (found,) = await problems(settings(tmp_path, model="gigaam-v3"))
    assert found == "MODEL: gigaam-v3 needs the engine onnx: scripts/setup.sh onnx installs it; or set base"


@pytest.mark.parametrize(
    ("refine_model", "found"),
    [
        ("tiny", "REFINE_MODEL: tiny is no larger than base"),
        ("large-v3", "REFINE_MODEL: large-v3 does not fit beside base"),
        ("small", "REFINE_MODEL: small is not here yet; `.venv/bin/python run_bot.py --fetch-model small`"),
    ],
)
async def test_a_model_that_can_refine_nothing_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refine_model: str, found: str
) -> None:
    """No larger, too large, or not fetched: the check says which, and the bot starts all the same."""
    monkeypatch.setattr("transcription.host.memory.memory_limits", lambda: Memory(2000, 1500, "a test's"))
    refined = settings(tmp_path, refine_model=refine_model)
    assert [text for text in await problems(refined) if text.startswith(found)]
    create_models(refined)


async def test_a_language_that_whisper_does_not_know_is_a_wrong_setting(tmp_path: Path) -> None:
    """The check says so, and it stops the start."""
    wrong = settings(tmp_path, language="xx")
    assert any(text.startswith("LANGUAGE: Whisper has no code xx; it has af, ") for text in await problems(wrong))
    with pytest.raises(SettingsError, match=r"^LANGUAGE: "):
        await start(wrong)


async def test_a_database_that_is_none_stops_the_start(tmp_path: Path) -> None:
    """One line names the file, and it is left as it is: whoever has a copy can put it back."""
    (tmp_path / DATABASE).write_bytes(b"once upon a time " * 300)
    with pytest.raises(SettingsError, match=rf"^DATA_DIR: {tmp_path}/{DATABASE}: file is not a database; move it away"):
        await start(settings(tmp_path))
    assert (tmp_path / DATABASE).read_bytes().startswith(b"once")


def test_a_gpu_that_is_not_there_is_a_wrong_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for by name it must be there; `auto` would have taken the CPU."""
    monkeypatch.setattr("runtime.models.usable_gpus", lambda: 0)
    with pytest.raises(SettingsError, match=r"^DEVICE:"):
        create_models(settings(tmp_path, device="cuda"))


async def test_a_gpu_that_fails_is_found_before_any_note(
    models_dir: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """CTranslate2's own reason is told, and that the CPU transcribes a second of speech in its place."""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    monkeypatch.setattr("runtime.models.usable_gpus", lambda: 1)
    on_gpu = settings(tmp_path, device="cuda", models_dir=models_dir, model="tiny.en")
    found = [finding async for finding in check(on_gpu, CHECKOUT) if finding.text.startswith("self-test: tiny.en on ")]
    assert [finding.well for finding in found] == [False, True]
    assert "CUDA failed with error" in found[0].text
    assert "on the CPU, int8, transcribes a second of speech in " in found[1].text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"LOG_LEVEL=loud", "LOG_LEVEL: "),
        (b"\xff\xfe", "settings: this file is not text"),
        (b"LOG_FILE=/proc/none/log\nBOT_TOKEN=1:x", "LOG_FILE: /proc/none/log can't be written to"),
    ],
)
def test_wrong_settings_end_with_a_code_of_their_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: bytes, said: str
) -> None:
    """systemd does not restart on it; one sentence is printed, and no traceback."""
    (tmp_path / "settings").write_bytes(text)
    assert main(["--env-file", str(tmp_path / "settings")]) == MISCONFIGURED == 78
    assert said in capsys.readouterr().err
