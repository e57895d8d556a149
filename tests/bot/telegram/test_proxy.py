"""The way to Telegram through a proxy."""

from pathlib import Path
from urllib.parse import quote

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError

from bot.check import check
from bot.telegram.files import fetch
from bot.telegram.session import Session
from config import load_settings
from runtime.check import CHECKOUT
from runtime.log import redact
from sandbox import SandboxServer, run_sandbox
from tests import proxies
from transcription.errors import FetchFailed
from transcription.jobs import File

FAR = "http://localhost:8081"
"""Only the proxy knows where this leads."""


def through(proxy: str) -> Session:
    return Session(FAR, proxy=proxy)


def address(kind: str, at: str, password: str = proxies.PASSWORD) -> str:
    return f"{kind}://{proxies.NAME}:{quote(password, safe='')}@{at}"


def port(sandbox: SandboxServer) -> int:
    return int(sandbox.url.rpartition(":")[2])


@pytest.mark.parametrize("kind", ["http", "socks5"])
async def test_calls_and_files_go_through_the_proxy(kind: str) -> None:
    """The bot never resolves Telegram's name itself: where it is blocked, that may be forged."""
    async with run_sandbox() as sandbox, proxies.running(kind, port(sandbox)) as (proxy, at):
        user = await sandbox.client.add_user()
        voice = (await sandbox.client.send(user["id"], file=b"OggS"))["voice"]
        async with Bot(sandbox.token, session=through(address(kind, at))) as bot:
            assert (await bot.me()).username == "sandbox_bot"
            assert b"".join([chunk async for chunk in fetch(bot, File(voice["file_id"], "u"))]) == b"OggS"
    assert set(proxy.asked) == {"localhost:8081"}


@pytest.mark.parametrize("kind", ["http", "socks5"])
async def test_a_refusal_of_the_proxy_is_network_trouble_without_secrets(kind: str) -> None:
    """Calls and downloads are tried again as ever, and no text holds the password."""
    async with (
        run_sandbox() as sandbox,
        proxies.running(kind, port(sandbox)) as (_, at),
        Bot(sandbox.token, session=through(address(kind, at, "wrong"))) as bot,
    ):
        with pytest.raises(TelegramNetworkError, match="ProxyError") as caught:
            await bot.get_me()
        with pytest.raises(FetchFailed):
            await anext(fetch(bot, File("f", "u")))
    assert "wrong" not in f"{caught.value!r} {caught.value} {caught.value.__cause__}"


async def test_the_check_names_the_setting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where Telegram can't be reached it says what helps, and whether the way was by a proxy, without its password."""
    token = "42:" + "x" * 35
    monkeypatch.setattr("config.CLOUD_API_URL", "http://127.0.0.1:1")
    told = {"bot_token": token, "telegram_api_url": "http://127.0.0.1:1", "data_dir": tmp_path}
    *_, direct = [finding async for finding in check(load_settings(None, **told), CHECKOUT)]
    behind = load_settings(None, **told, telegram_proxy="socks5://anna:s3cret@127.0.0.1:2")
    *_, proxied = [finding async for finding in check(behind, CHECKOUT)]
    assert not direct.well
    assert direct.text.endswith("where Telegram is blocked, TELEGRAM_PROXY names a way out")
    assert not proxied.well
    assert "by TELEGRAM_PROXY socks5://<credentials>@127.0.0.1:2" in proxied.text
    assert "s3cret" not in proxied.text


def test_a_log_holds_no_credentials() -> None:
    """Wherever an address with a name and a password appears."""
    assert redact("to socks5://anna:s3cret@10.0.0.1:1080 now") == "to socks5://<credentials>@10.0.0.1:1080 now"
