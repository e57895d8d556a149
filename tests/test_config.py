"""The owner's settings."""

from pathlib import Path

import pytest

from config import SettingsError, former_names, load_settings

pytestmark = pytest.mark.usefixtures("no_settings_of_this_machine")


def test_nothing_set_is_enough() -> None:
    """Without a single setting there is a usable whole, and what depends on the machine is left open."""
    settings = load_settings(None)
    assert (settings.model, settings.keep_days, settings.bot_token) == ("base", 30, None)
    assert settings.max_concurrent is settings.cpu_threads is settings.beam_size is settings.language is None


def test_the_environment_is_stronger_than_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file holds what is usual, and one start can differ from it; `auto` and an empty value mean nothing was set."""
    file = tmp_path / "settings"
    file.write_text("MODEL=small\nKEEP_DAYS=7\nMAX_CONCURRENT=auto\nLANGUAGE=\n")
    monkeypatch.setenv("MODEL", "tiny")
    settings = load_settings(file)
    assert (settings.model, settings.keep_days, settings.max_concurrent, settings.language) == ("tiny", 7, None, None)


def test_ids_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    """People and groups, the latter negative, with or without spaces; an empty list is an empty list."""
    monkeypatch.setenv("ALLOWED_USERS", "12, -100345,")
    monkeypatch.setenv("ADMIN_USERS", "")
    monkeypatch.setenv("PRELOAD_MODELS", "tiny, base")
    settings = load_settings(None)
    assert settings.allowed_users == {12, -100345}
    assert settings.admin_users == frozenset()
    assert settings.preload_models == ("tiny", "base")


@pytest.mark.parametrize(
    ("url", "given", "expected"),
    [
        ("https://api.telegram.org/", "auto", 20),
        ("http://localhost:8081", "", 2000),
        ("http://localhost:8081", "50", 50),
    ],
)
def test_the_largest_file_depends_on_the_server(
    monkeypatch: pytest.MonkeyPatch, url: str, given: str, expected: int
) -> None:
    """Telegram's own server hands out 20 MiB, an own one 2000; what the owner set counts on both."""
    monkeypatch.setenv("TELEGRAM_API_URL", url)
    monkeypatch.setenv("MAX_FILE_MB", given)
    assert load_settings(None).max_file_bytes == expected << 20


def test_each_wrong_setting_is_one_line_without_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    """The owner is told which settings are wrong, all at once; what was written there is not repeated."""
    wrong = {
        "ALLOWED_USERS": "@somebody",
        "LOG_LEVEL": "loud",
        "MAX_CONCURRENT": "-1",
        "TELEGRAM_API_URL": "12345:a-token-in-the-wrong-place",
        "KEEP_DAYS": "1e999",
    }
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings(None)
    lines = str(caught.value).splitlines()
    assert sorted(line.partition(":")[0] for line in lines) == sorted(wrong)
    assert not any(value in str(caught.value) for value in wrong.values())
    assert "numeric ids" in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "http://:8081",
        "http://h:99999",
        "http:/h",
        "ftp://h",
        "http://a b",
        "http://u:p@h",
        "https://h/bot1:AA",
        "http://h?x",
    ],
)
def test_a_server_is_named_by_its_address_alone(url: str) -> None:
    """Without a host, with a path that holds a token, or otherwise more or less than an address, it is refused."""
    with pytest.raises(SettingsError, match=r"^TELEGRAM_API_URL: the server's address alone"):
        load_settings(None, telegram_api_url=url)


def test_words_may_be_written_in_any_case(monkeypatch: pytest.MonkeyPatch) -> None:
    """Levels, devices, languages and hosts mean the same in capitals and in small letters."""
    given = {"LOG_LEVEL": "debug", "DEVICE": "CPU", "LANGUAGE": "RU", "TELEGRAM_API_URL": "HTTPS://API.telegram.org/"}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    settings = load_settings(None)
    assert (settings.log_level, settings.device, settings.language, settings.on_cloud) == ("DEBUG", "cpu", "ru", True)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("socks5://proxy.example.org", "socks5://proxy.example.org:1080"),
        ("socks5h://anna:s3%3Acret@[::1]:9050/", "socks5://anna:s3%3Acret@[::1]:9050"),
        ("HTTP://anna:s3cret@10.0.0.1:3128", "http://anna:s3cret@10.0.0.1:3128"),
        ("https://proxy.example.org", "https://proxy.example.org:443"),
    ],
)
def test_a_proxy_is_named_by_its_address(given: str, meant: str) -> None:
    """With the port that is usual for its kind unless another is given; the setting is as secret as the token."""
    settings = load_settings(None, telegram_proxy=given)
    assert settings.proxy_url == meant
    assert "s3cret" not in repr(settings)


@pytest.mark.parametrize("url", ["proxy:1080", "ftp://h:1", "socks5://", "http://h:99999", "http://h/path", "s3cret"])
def test_what_is_no_proxy_is_refused(url: str) -> None:
    """The sentence says what one looks like, and repeats nothing of what was written."""
    with pytest.raises(SettingsError, match=r"^TELEGRAM_PROXY: a proxy's address, such as") as caught:
        load_settings(None, telegram_proxy=url)
    assert "s3cret" not in str(caught.value)


def test_the_token_is_in_no_representation(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings can be printed or logged without giving the token away."""
    monkeypatch.setenv("BOT_TOKEN", "12345:hidden")
    settings = load_settings(None)
    assert "hidden" not in repr(settings)
    assert "hidden" not in str(settings.model_dump())


def test_a_name_from_elsewhere_is_taken_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the environment or the file; our own name counts where both are set."""
    file = tmp_path / "settings"
    file.write_text("WHISPER_LOCAL_URL=http://127.0.0.1:5000/transcribe/\n")
    monkeypatch.delenv("WHISPER_LOCAL_URL", raising=False)
    assert load_settings(file).transcriber_url == "http://127.0.0.1:5000/transcribe"
    assert former_names(file) == ["WHISPER_LOCAL_URL is TRANSCRIBER_URL here"]
    monkeypatch.setenv("TRANSCRIBER_URL", "http://127.0.0.1:8000")
    assert load_settings(file).transcriber_url == "http://127.0.0.1:8000"
    assert former_names(file) == []


@pytest.mark.parametrize("url", ["127.0.0.1:5000", "ftp://host", "http://name:word@host", "http://host/?model=base"])
def test_a_transcribers_address_that_is_none_is_refused(url: str) -> None:
    """Under whichever name; a key belongs in a setting of its own."""
    with pytest.raises(SettingsError, match="TRANSCRIBER_URL: the server's address"):
        load_settings(None, transcriber_url=url)
