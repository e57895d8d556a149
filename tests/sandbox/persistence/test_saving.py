"""The state file: kept across restarts, never half written, refused when it holds something else."""

import asyncio
import os
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from sandbox import RateLimits, SandboxOptions, StateFileError, run_sandbox
from sandbox.web.seed import ANNA, FORUM_ID

ROOT = Path(__file__).parents[3]


@pytest.fixture
def kept(tmp_path) -> SandboxOptions:
    """Options of a sandbox with a page and a state file."""
    return SandboxOptions(page=True, state_file=tmp_path / "state.json", rates=RateLimits(enabled=False))


async def call(server, method, **params):
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{server.url}/bot{server.token}/{method}", json=params) as response,
    ):
        return (await response.json())["result"]


async def test_everything_comes_back(kept):
    """People, messages, files, the bot's menu, waiting updates and the page's address live on."""
    async with run_sandbox(kept) as first:
        note = await first.client.send(ANNA.id, file=b"OggS" * 100, media={"duration": 3})
        await first.client.react(ANNA.id, note["message_id"], "👀")
        business = {"business_connection_id": (await first.client.connect_business(ANNA.id))["id"]}
        update = (await call(first, "getUpdates"))[0]
        await call(first, "sendMessage", chat_id=FORUM_ID, text="<b>kept</b>", parse_mode="HTML")
        await call(first, "setMyCommands", commands=[{"command": "go", "description": "Go"}])
        before = [await first.client.chat(chat_id) for chat_id in (ANNA.id, FORUM_ID)]
    port = int(first.url.rpartition(":")[2])
    async with run_sandbox(replace(kept, port=port)) as second:
        assert second.page_url == first.page_url
        after = [await second.client.chat(chat_id) for chat_id in (ANNA.id, FORUM_ID)]
        for chat in (*before, *after):
            for message in chat["messages"]:
                del message["history"]
        assert after == before
        assert (await call(second, "getUpdates"))[0] == update
        assert [menu["commands"][0]["command"] for menu in (await second.client.bot())["menus"]] == ["go"]
        file = await call(second, "getFile", file_id=update["message"]["voice"]["file_id"])
        assert file["file_size"] == 400
        assert (await call(second, "getBusinessConnection", **business))["user"]["id"] == ANNA.id
        sent = await second.client.send(ANNA.id, "more")
        assert sent["message_id"] > update["message"]["message_id"]


async def test_numbers_go_on_even_when_the_state_is_lost(kept, monkeypatch):
    """A bot that remembers messages of an earlier run meets none of their ids again."""
    async with run_sandbox(replace(kept, state_file=None)) as first:
        old = [await first.client.send(ANNA.id, "one", chat_id=chat_id) for chat_id in (ANNA.id, FORUM_ID)]
    later = time.time() + 60
    monkeypatch.setattr("sandbox.telegram.state.time.time", lambda: later)
    async with run_sandbox(replace(kept, state_file=None)) as second:
        new = [await second.client.send(ANNA.id, "two", chat_id=chat_id) for chat_id in (ANNA.id, FORUM_ID)]
    assert all(newer["message_id"] > older["message_id"] for newer, older in zip(new, old, strict=True))


async def test_a_kill_leaves_a_whole_state(kept):
    """After a SIGKILL at any moment the file holds what there was a moment before, and a new start reads it."""
    arguments = ("-m", "sandbox", "--port", "0", "--state", str(kept.state_file))
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdout=asyncio.subprocess.PIPE, cwd=ROOT)
    page_url = (await process.stdout.readline()).decode().split()[-1]
    async with aiohttp.ClientSession() as session:
        for number in range(20):
            payload = {"user_id": ANNA.id, "text": f"message {number}"}
            async with session.post(f"{page_url}control/send", json=payload) as response:
                assert response.status == 200
    os.kill(process.pid, signal.SIGKILL)
    await process.wait()
    async with run_sandbox(kept) as server:
        texts = [message["text"] for message in await server.client.messages(ANNA.id)]
    assert texts
    assert texts == [f"message {number}" for number in range(len(texts))]
    assert kept.state_file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", ["", "[]", '{"format": 7}', '{"format": 1, "key": "x", "state": {}}'])
async def test_a_file_of_another_kind_is_refused_and_left_alone(kept, content):
    """The error names the file, and nothing is written over it."""
    kept.state_file.write_text(content)
    with pytest.raises(StateFileError, match=r"state\.json"):
        async with run_sandbox(kept):
            pass
    assert kept.state_file.read_text() == content
