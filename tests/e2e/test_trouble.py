"""What happens to notes when the bot is killed, stopped, or cut off from Telegram."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from aiogram import Bot

from bot.telegram.session import Session
from sandbox import RateLimits, SandboxClient, SandboxOptions, run_sandbox
from tests.bot_process import BotProcess
from tests.conftest import Clip

pytestmark = pytest.mark.e2e

StartBot = Callable[..., Awaitable[BotProcess]]
SHORT = ("en_sense_0930", "en_libri_61", "ru_ast_vm-savefolder", "ru_ast_dir-instr")


@pytest.fixture
async def start_bot(tmp_path: Path, models_dir: Path) -> AsyncIterator[StartBot]:
    """Starts bots, each with a sandbox of its own that sets no pace, and ends them with the test."""
    async with AsyncExitStack() as stack:

        async def start(**settings: str) -> BotProcess:
            options = SandboxOptions(rates=RateLimits(enabled=False), seed=7)
            bot = BotProcess(await stack.enter_async_context(run_sandbox(options)), tmp_path, models_dir, **settings)
            stack.push_async_callback(bot.kill)
            await bot.start()
            return bot

        yield start


async def send(people: SandboxClient, clips: Mapping[str, Clip], count: int) -> Counter[tuple[int, int]]:
    """Send notes of four people; returns the notes, each with how many final texts are owed for it."""
    users = [(await people.add_user())["id"] for _ in range(4)]
    notes = Counter[tuple[int, int]]()
    for n in range(count):
        user, clip = users[n % len(users)], clips[SHORT[n % len(SHORT)]]
        note = await people.send(user, file=clip.voice + bytes([n]), media={"duration": round(clip.duration_s)})
        notes[user, note["message_id"]] = 1
    return notes


async def finals(people: SandboxClient, notes: Counter[tuple[int, int]]) -> Counter[tuple[int, int]]:
    """How many settled replies each note has, once all have one."""
    for user, note in notes:
        await people.wait(user, reply_to=note, settled=True, timeout_s=90)
    settled = Counter[tuple[int, int]]()
    for user in {user for user, _ in notes}:
        replies = await people.messages(user, from_bot=True)
        settled.update(
            (user, reply["reply_to_message"]["message_id"]) for reply in replies if "reply_markup" not in reply
        )
    return settled


async def test_killed_at_any_moment_each_note_gets_one_text(start_bot: StartBot, clips: Mapping[str, Clip]) -> None:
    """kill -9 while notes are received, fetched, heard and delivered: every note has exactly one final text."""
    bot = await start_bot()
    people = bot.sandbox.client
    notes = await send(people, clips, 12)
    for method, more in (("getFile", 1), ("editMessageText", 2), ("editMessageText", 5)):
        calls = len(await people.calls(method))
        await people.wait(method=method, calls=calls + more, timeout_s=60)
        await bot.kill()
        await bot.start()
    assert await finals(people, notes) == notes


async def test_sigterm_ends_well_and_the_next_start_goes_on(start_bot: StartBot, clips: Mapping[str, Clip]) -> None:
    """Told to stop, the bot exits with 0 and leaves what it could not finish to the next start."""
    bot = await start_bot()
    people = bot.sandbox.client
    notes = await send(people, clips, 12)
    await people.wait(method="editMessageText", timeout_s=60)
    assert await bot.stop() == 0
    await bot.start()
    assert await finals(people, notes) == notes


async def test_sigterm_ends_well_while_telegram_says_nothing(tmp_path: Path, models_dir: Path) -> None:
    """A server that takes the call and never answers does not keep the bot from stopping at once."""
    called = asyncio.Event()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        called.set()
        await reader.read()
        writer.close()

    async with run_sandbox() as unused, await asyncio.start_server(listen, "127.0.0.1", 0) as mute:
        url = f"http://127.0.0.1:{mute.sockets[0].getsockname()[1]}"
        bot = BotProcess(unused, tmp_path, models_dir, TELEGRAM_API_URL=url)
        await bot.start(polling=False)
        await asyncio.wait_for(called.wait(), 30)
        assert await asyncio.wait_for(bot.stop(), 2) == 0
    assert "Traceback" not in bot.log.read_text()


async def test_a_faulty_network_loses_and_doubles_nothing(start_bot: StartBot, clips: Mapping[str, Clip]) -> None:
    """With every tenth call failing in every way that calls fail, each note has exactly one final text."""
    bot = await start_bot()
    people = bot.sandbox.client
    for kind in ("flood", "bad_gateway", "reset", "reset_after"):
        await people.add_fault("*", kind, times=None, probability=0.025, retry_after=1)
    await people.add_fault("download", "truncate", times=None, probability=0.1, fraction=0.5)
    notes = await send(people, clips, 12)
    assert await finals(people, notes) == notes


async def test_a_wrong_token_is_said_and_not_tried_again(start_bot: StartBot) -> None:
    """The exit code tells systemd that starting again won't help, and the reason is one line."""
    bot = await start_bot()
    await bot.stop()
    bot.settings["BOT_TOKEN"] = "43:" + "x" * 35
    await bot.start(polling=False)
    assert await asyncio.wait_for(bot.wait(), 30) == 78
    last = bot.log.read_text().strip().splitlines()[-1]
    assert "BOT_TOKEN" in last
    assert "x" * 35 not in bot.log.read_text()


async def test_an_old_webhook_is_taken_back_with_its_updates(start_bot: StartBot, clips: Mapping[str, Clip]) -> None:
    """A bot that lived behind a webhook answers what came in meanwhile."""
    bot = await start_bot()
    await bot.stop()
    people = bot.sandbox.client
    async with Bot(bot.sandbox.token, session=Session(bot.sandbox.url)) as client:
        await client.set_webhook("https://example.org/hook")
    notes = await send(people, clips, 1)
    await bot.start()
    assert await finals(people, notes) == notes
