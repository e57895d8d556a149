"""run_bot.py as a service behind a webhook: what happens to notes when it is killed, and what its owner is told."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from sandbox import RateLimits, SandboxOptions, run_sandbox
from tests.bot_process import BotProcess
from tests.conftest import Clip

pytestmark = pytest.mark.e2e


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[socket.socket]:
    """Where systemd listens."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(60)
        yield listener


@pytest.fixture
async def bot(tmp_path: Path, models_dir: Path, systemd: socket.socket) -> AsyncIterator[BotProcess]:
    """A service that its sandbox calls."""
    async with AsyncExitStack() as stack:
        options = SandboxOptions(rates=RateLimits(enabled=False), webhook_retry_s=0.1)
        sandbox = await stack.enter_async_context(run_sandbox(options))
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        settings = {"WEBHOOK_URL": f"http://127.0.0.1:{port}/stenobot", "WEBHOOK_PORT": str(port)}
        bot = BotProcess(sandbox, tmp_path, models_dir, **settings, NOTIFY_SOCKET=systemd.getsockname())
        stack.push_async_callback(bot.kill)
        await bot.start(polling=False)
        yield bot


async def test_a_note_that_comes_by_webhook_has_one_text_also_after_a_kill(
    bot: BotProcess, clips: Mapping[str, Clip]
) -> None:
    """A lost answer brings the note twice, kill -9 while it is fetched, calls that meet nobody: one final text each."""
    people, clip = bot.sandbox.client, clips["en_sense_0930"]
    user = (await people.add_user())["id"]
    await people.add_fault("webhook", "reset_after")
    first = await people.send(user, file=clip.voice, media={"duration": round(clip.duration_s)})
    await people.wait(method="getFile", timeout_s=60)
    await bot.kill()
    second = await people.send(user, file=clip.voice + b" ", media={"duration": round(clip.duration_s)})
    await bot.start(polling=False)
    for note in (first, second):
        await people.wait(user, reply_to=note["message_id"], settled=True, timeout_s=90)
    await people.wait(pending=0)
    texts = [reply["text"] for reply in await people.messages(user, from_bot=True)]
    final = texts[-1]
    assert texts.count(final) == 2
    assert "queue" not in final
    assert await people.calls("getUpdates") == []
    assert await bot.stop() == 0


async def test_back_to_polling_what_is_pending_is_kept(bot: BotProcess, clips: Mapping[str, Clip]) -> None:
    """Without WEBHOOK_URL the webhook is taken back at the start."""
    people, clip = bot.sandbox.client, clips["en_sense_0930"]
    user = (await people.add_user())["id"]
    await people.wait(method="getWebhookInfo", timeout_s=60)
    assert await bot.stop() == 0
    note = await people.send(user, file=clip.voice, media={"duration": round(clip.duration_s)})
    del bot.settings["WEBHOOK_URL"]
    await bot.start()
    await people.wait(user, reply_to=note["message_id"], settled=True, timeout_s=90)


async def test_a_token_that_is_refused_for_a_while_costs_no_note(
    bot: BotProcess, clips: Mapping[str, Clip], systemd: socket.socket
) -> None:
    """systemd is told, the process stays, and the note that came in has its text once the token is taken again."""
    people, clip = bot.sandbox.client, clips["en_sense_0930"]
    user = (await people.add_user())["id"]
    await people.wait(method="getWebhookInfo", timeout_s=60)
    await people.add_fault("*", "error", code=401, text="Unauthorized", times=None)
    note = await people.send(user, file=clip.voice, media={"duration": round(clip.duration_s)})
    await people.wait(method="getFile", timeout_s=60)
    said = await asyncio.to_thread(heard, systemd, "refuses BOT_TOKEN")
    await people.clear_faults()
    await people.wait(user, reply_to=note["message_id"], settled=True, timeout_s=90)
    assert "notes wait" in said
    assert bot.running


def heard(systemd: socket.socket, text: str) -> str:
    """The first state with this text."""
    while text not in (state := systemd.recv(256).decode()):
        pass
    return state
