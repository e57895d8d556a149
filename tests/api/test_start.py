"""Before the API serves: keys by command, settings, and what `--check` says."""

from pathlib import Path

import pytest

from api.check import check
from config import SettingsError, former_names, load_settings
from run_bot import MISCONFIGURED, OK, main
from tests.settings import settings

pytestmark = pytest.mark.usefixtures("no_settings_of_this_machine")


def test_keys_are_made_listed_and_revoked_by_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A key is shown once; the database holds its hash only. What can't be done is said in a sentence."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))

    def run(*words: str) -> tuple[int, str]:
        code = main(["--env-file", str(tmp_path / "none"), "--api-key", *words])
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    code, printed = run("add", "ann", "--scope", "transcribe,metrics", "--rate", "60/minute", "--expires", "90d")
    key = printed.splitlines()[0]
    assert code == OK
    assert key.startswith("sb_")
    assert key[12:].encode() not in b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir())
    _, listed = run("list")
    assert listed.startswith("ann  metrics,transcribe  60/minute  until 20")
    assert key[12:] not in listed
    for words, said in (
        (("add", "ann"), "there is a key ann already"),
        (("add", "bob", "--scope", "all"), "there is no all"),
        (("add", "bob", "--rate", "often"), "--rate: such as"),
        (("add", "bob", "--expires", "soon"), "--expires: a date"),
        (("revoke", "bob"), "there is no key bob"),
        (("rename",), "add NAME, list, or revoke NAME"),
    ):
        code, printed = run(*words)
        assert (code, said in printed) == (MISCONFIGURED, True), printed
    assert run("revoke", "ann")[0] == OK
    assert run("list") == (OK, "there are no keys\n")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"api_host": "0.0.0.0"}, "API_HOST: whoever reaches 0.0.0.0 could use it without a key"),
        ({"rate_limit": "often"}, "RATE_LIMIT: such as 60/minute"),
        ({"jwt_key": "short"}, "JWT_KEY: for HS256 at least 32 bytes"),
        ({"jwt_key": "/nowhere", "jwt_algorithm": "RS256"}, "JWT_KEY: for RS256 the file of a public key"),
    ],
)
async def test_what_the_start_refuses_is_a_finding(tmp_path: Path, given: dict[str, str], said: str) -> None:
    """Named after its setting, with what to do."""
    (finding,) = [each async for each in check(settings(tmp_path, api_port=8000, **given))]
    assert (finding.well, finding.text[: len(said)]) == (False, said)


async def test_who_can_use_it_is_told(tmp_path: Path) -> None:
    """With keys on any host, without them on loopback only, unless the owner says that he means it."""
    for given, said in (
        ({}, "API: http://127.0.0.1:8000, without a key, for programs of this machine only"),
        ({"api_host": "0.0.0.0", "api_keys": "a, b"}, "API: http://0.0.0.0:8000, for 2 keys"),
        ({"api_host": "0.0.0.0", "api_open": True}, "API: http://0.0.0.0:8000, without a key for whoever"),
    ):
        (finding,) = [each async for each in check(settings(tmp_path, api_port=8000, **given))]
        assert (finding.well, finding.text[: len(said)]) == (True, said)


def test_a_server_that_strangers_could_use_is_not_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], models_dir: Path
) -> None:
    """It ends with the code that systemd does not restart, before it listens."""
    given = {"API_PORT": "1", "API_HOST": "0.0.0.0", "DATA_DIR": tmp_path, "MODELS_DIR": models_dir}
    for name, value in given.items():
        monkeypatch.setenv(name, str(value))
    assert main(["--env-file", str(tmp_path / "none")]) == MISCONFIGURED
    assert "could use it without a key" in capsys.readouterr().err


def test_names_of_other_programs_mean_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is such a setting; its own name is stronger. What is not needed is said of the file only."""
    file = tmp_path / "env"
    file.write_text("DEFAULT_MODEL=small\nWHISPER_BEAM_SIZE=3\nBEAM_SIZE=2\nREDIS_HOST=redis\n")
    monkeypatch.setenv("REDIS_PORT", "6379")
    given = load_settings(file)
    assert (given.model, given.beam_size) == ("small", 2)
    assert former_names(file) == [
        "DEFAULT_MODEL is MODEL here",
        "REDIS_HOST is not needed: tasks are kept in DATA_DIR, and QUEUE_URL is for workers",
    ]
    monkeypatch.setenv("DEFAULT_MODEL", "tiny")
    assert load_settings(file).model == "tiny"
    monkeypatch.setenv("WHISPER_BEAM_SIZE", "many")
    file.write_text("")
    with pytest.raises(SettingsError, match="BEAM_SIZE"):
        load_settings(file)
