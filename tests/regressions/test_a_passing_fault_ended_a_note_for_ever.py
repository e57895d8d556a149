"""A passing fault of Telegram ended a note for ever."""

from aiogram import Bot

from bot.telegram.files import fetch
from bot.telegram.session import Session
from sandbox import run_sandbox
from transcription.errors import FetchFailed
from transcription.jobs import File


async def test_a_file_that_is_unavailable_three_times_is_fetched_by_the_fourth_try() -> None:
    """getFile says "wrong file_id or the file is temporarily unavailable" for every download that failed."""
    async with run_sandbox() as sandbox, Bot(sandbox.token, session=Session(sandbox.url)) as bot:
        user = await sandbox.client.add_user()
        voice = (await sandbox.client.send(user["id"], file=b"OggS"))["voice"]
        await sandbox.client.add_fault("getFile", "unavailable", times=3)
        outcomes = [await attempt(bot, File(voice["file_id"], voice["file_unique_id"])) for _ in range(4)]
    assert outcomes == ["try again"] * 3 + [b"OggS"]


async def attempt(bot: Bot, file: File) -> bytes | str:
    try:
        return b"".join([chunk async for chunk in fetch(bot, file)])
    except FetchFailed:
        return "try again"
