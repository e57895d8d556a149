"""`run_bot.py` without a token, or with `--sandbox`: the bot and a Telegram of its own, started together."""

import asyncio
import os
import socket
import time
from collections.abc import Mapping
from pathlib import Path

import aiohttp
import pytest

from sandbox.web.seed import ANNA
from tests.conftest import Clip
from tests.sandbox_process import playing, start

pytestmark = pytest.mark.e2e


async def test_it_leaves_real_data_alone_and_keeps_other_settings(tmp_path: Path, models_dir: Path) -> None:
    """Token, server and who may use the bot are the sandbox's; MODEL is the owner's; real data are not touched."""
    data = tmp_path / "data"
    (data / "sandbox").mkdir(parents=True)
    for folder in (data, data / "sandbox"):
        (folder / "stenobot.sqlite3").write_text("no database")
    (tmp_path / "env").write_text(
        "BOT_TOKEN=1:real\nTELEGRAM_API_URL=http://127.0.0.1:1\nALLOWED_USERS=1\nMODEL=tiny.en\nLANGUAGE=en\n"
    )
    async with playing(tmp_path, models_dir, "--sandbox") as bot:
        await bot.people.send(ANNA.id, "/language")
        await bot.people.wait(ANNA.id, text="English")
        async with aiohttp.ClientSession() as session, session.get(bot.page_url) as page:
            assert "<title>" in await page.text()
        assert await bot.interrupt() == 0
        assert "model=tiny.en" in bot.log.read_text()
    assert (data / "stenobot.sqlite3").read_text() == "no database"
    assert sorted(path.name for path in data.iterdir()) == ["sandbox", "stenobot.sqlite3"]


async def test_ctrl_c_ends_both_at_once(tmp_path: Path, models_dir: Path, clips: Mapping[str, Clip]) -> None:
    """Also in the middle of a note, and with one line on the whole where the page is."""
    async with playing(tmp_path, models_dir) as bot:
        assert bot.line.startswith(f"Stenobot is in the sandbox: {bot.page_url} ")
        await bot.people.send(ANNA.id, file=clips["en_long_lj1"].voice * 4, media={"duration": 272})
        await bot.people.wait(ANNA.id, button="Cancel", timeout_s=30)
        asked_at = time.monotonic()
        assert await bot.interrupt() == 0
        assert time.monotonic() - asked_at < 8  # a bot with a token would give the note ten seconds
        assert "Traceback" not in bot.log.read_text()


async def test_a_state_file_keeps_chats_and_the_bots_memory(tmp_path: Path, models_dir: Path) -> None:
    """With --state the next start shows what was said, under the same path, and the bot knows what was chosen."""
    state = str(tmp_path / "chats.json")
    async with playing(tmp_path, models_dir, "--state", state) as bot:
        await bot.people.send(ANNA.id, "/language german")
        await bot.people.wait(ANNA.id, text="Deutsch")
        assert await bot.interrupt() == 0
        secret = bot.page_url.rsplit("/", 2)[1]
    async with playing(tmp_path, models_dir, "--state", state) as bot:
        assert bot.page_url.rsplit("/", 2)[1] == secret
        assert (await bot.people.messages(ANNA.id))[0]["text"] == "/language german"
        said = len(await bot.people.messages(ANNA.id))
        await bot.people.send(ANNA.id, "/language")
        await bot.people.wait(method="sendMessage", calls=1)
        assert "Deutsch" in (await bot.people.messages(ANNA.id))[said + 1]["text"]


async def test_what_stops_the_start_is_one_line(tmp_path: Path) -> None:
    """A port that is taken and a file that is no state end with 78, the sentence, and no traceback."""
    (tmp_path / "shopping.txt").write_text("milk\n")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        wrong = {
            ("--port", port): f"--port: {port} is taken by another program",
            ("--state", str(tmp_path / "shopping.txt")): "--state: ",
        }
        for arguments, said in wrong.items():
            process = await start(tmp_path, *arguments)
            assert await asyncio.wait_for(process.wait(), 30) == 78
            head, line = (tmp_path / "runtime.log").read_text().splitlines()[-2:]
            assert head == "Stenobot can't start:"
            assert line.startswith(said)
    assert (tmp_path / "shopping.txt").read_text() == "milk\n"


async def test_with_a_token_the_sandboxs_options_need_its_name(tmp_path: Path) -> None:
    """`--port` and `--state` would do nothing for a bot at Telegram."""
    process = await start(tmp_path, "--port", "8081", BOT_TOKEN="1:real")
    assert await asyncio.wait_for(process.wait(), 30) == 78
    assert "--port and --state are the sandbox's: add --sandbox" in (tmp_path / "runtime.log").read_text()


async def test_enter_opens_the_page_where_there_is_a_desktop(tmp_path: Path, models_dir: Path) -> None:
    """At a terminal with a display the line offers it, and the browser gets the page's address."""
    opened = tmp_path / "opened"
    os.mkfifo(opened)
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" >{opened}\n')
    browser.chmod(0o755)
    ours, terminal = os.openpty()
    settings = {"DISPLAY": ":99", "BROWSER": f"{browser} %s"}
    async with playing(tmp_path, models_dir, stdin=terminal, **settings) as bot:
        assert "press Enter to open it" in bot.line
        os.write(ours, b"\n")
        assert await asyncio.wait_for(asyncio.to_thread(opened.read_text), 10) == f"{bot.page_url}\n"
        assert await bot.interrupt() == 0
    os.close(ours)
    os.close(terminal)
