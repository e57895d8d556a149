from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import aiohttp
import pytest

from sandbox import SandboxClient, SandboxError, WaitTimeoutError

ROOT = Path(__file__).parents[3]


async def test_waiting_ends_when_the_bot_has_done_it(people, bot):
    """All parts of a condition must hold; the newest fitting message comes back."""
    ann = await people.add_user()
    waiting = asyncio.create_task(people.wait(ann["id"], text=r"^done \d+$", messages=2, method="sendMessage", calls=3))
    for text in ("done 1", "else", "done 2"):
        await bot.send_message(ann["id"], text)

    assert (await waiting)["text"] == "done 2"


async def test_waiting_in_vain_says_what_there_is(people, bot):
    """A timeout shows the bot's messages, so that a failed test explains itself."""
    ann = await people.add_user()
    await bot.send_message(ann["id"], "something else")

    with pytest.raises(WaitTimeoutError, match="something else"):
        await people.wait(ann["id"], text="done", timeout_s=0.05)
    with pytest.raises(SandboxError, match="unknown condition: texd"):
        await people.wait(ann["id"], texd="done")


async def test_the_call_log_names_files_and_hides_secrets(people, call):
    """Parameters are kept, a webhook's secret is not."""
    await call("setWebhook", url="https://example.org", secret_token="hush")

    (logged,) = await people.calls("setwebhook")
    assert logged["params"] == {"url": "https://example.org", "secret_token": "***"}
    assert (logged["method"], logged["status"]) == ("setWebhook", 200)


async def test_a_reset_leaves_update_ids_growing(people, call):
    """A bot that polls on after a reset does not confirm what comes next by its old offset."""
    ann = await people.add_user()
    await people.send(ann["id"], "one")
    (before,) = (await call("getUpdates"))["result"]
    await people.reset()
    await people.add_user(ann["id"])
    await people.send(ann["id"], "two")

    (after,) = (await call("getUpdates", offset=before["update_id"] + 1))["result"]
    assert after["message"]["text"] == "two"


async def test_a_burst_of_60_voice_messages_is_taken_at_once(people, bot):
    """Nobody waits for the sandbox: 60 people send a file each at the same time, and all can be fetched."""
    users = [await people.add_user() for _ in range(60)]
    content = bytes(30_000)
    await asyncio.gather(*(people.send(user["id"], file=content) for user in users))
    updates = await bot.get_updates()

    files = await asyncio.gather(*(bot.get_file(update.message.voice.file_id) for update in updates))
    bodies = await asyncio.gather(*(bot.download_file(file.file_path) for file in files))
    assert {len(body.read()) for body in bodies} == {30_000}
    assert len(bodies) == 60


async def test_it_runs_as_a_process():
    """`python -m sandbox` says where it listens and serves there."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox", "--port", "0", "--no-page", stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    try:
        line = (await process.stdout.readline()).decode()
        async with aiohttp.ClientSession() as session:
            people = SandboxClient(line.split()[-1], session)
            assert (await people.bot())["pending"] == 0
    finally:
        process.terminate()
        await process.wait()
