"""Weekly notes to admins."""

import time
from pathlib import Path

from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import SendMessage

from bot.localization import Locales
from bot.weekly import WeeklyNotes
from handlers.people import Owners
from handlers.stats import WEEK_S
from tests.bot.test_alerts import Line
from transcription.storage.storage import Storage


async def test_a_note_comes_when_it_is_due_and_to_whom_asked(tmp_path: Path) -> None:
    """Once, however many were missed, with the next a week after; one that Telegram did not take comes later."""
    line, now = Line(), time.time()
    async with Storage.open(tmp_path / "db") as storage:
        owners = Owners(storage.people, frozenset({1, 2}), Locales.load().say)
        notes = WeeklyNotes(Bot("42:token", session=line), owners, storage.usage, lambda: now)
        await storage.people.set_weekly(1, now - 2.5 * WEEK_S)
        await storage.people.set_locale(1, "ru")
        line.failures = [TelegramNetworkError(SendMessage(chat_id=1, text=""), "reset")]
        for _ in range(3):
            await notes.write_due()
        assert line.taken.get_nowait() == (1, "📊 Все записи, последние 7 дней\n\nНи одной записи.\n0 человек")
        assert line.taken.empty()
        assert (await storage.people.get(1)).weekly_at == now + 0.5 * WEEK_S
