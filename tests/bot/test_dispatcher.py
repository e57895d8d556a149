"""The order of updates: notes wait for nobody, answers run in the background."""

import asyncio
from pathlib import Path

from tests.handlers.conftest import ANN, Talk, Telegram
from transcription.storage.storage import Storage


async def test_a_slow_telegram_delays_no_note(tmp_path: Path) -> None:
    """While an answer hangs, the next update is handled, and its note is on disk before Telegram may forget it."""
    async with Storage.open(tmp_path / "stenobot.sqlite3") as storage:
        talk = Talk(Telegram(), storage, frozenset(), takes_links=False)
        talk.telegram.open.clear()
        await talk.feed("message", talk.message(text="/help"))
        file = {"file_id": "f", "file_unique_id": "u", "duration": 1}
        async with asyncio.timeout(5):
            await talk.feed("message", talk.message(voice=file))
        assert len(await storage.jobs.unfinished(ANN["id"])) == 1
        await talk.background.close(timeout_s=0)


async def test_strangers_reach_no_handler(tmp_path: Path) -> None:
    """Their notes are not written down, and they are told so once."""
    async with Storage.open(tmp_path / "stenobot.sqlite3") as storage:
        talk = Talk(Telegram(), storage, frozenset({1}), takes_links=False)
        assert [len(await talk.voice()), len(await talk.voice())] == [1, 0]
        assert await storage.jobs.unfinished(ANN["id"]) == []
