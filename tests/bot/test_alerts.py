"""Alerts to the admins."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramForbiddenError, TelegramNetworkError
from aiogram.methods import SendMessage

from bot import alerts as alerts_module
from bot.alerts import Alerts
from bot.localization import Locales
from bot.telegram.health import Health
from handlers.people import Owners
from runtime.troubles import Watch
from tests.handlers.conftest import Telegram
from transcription.storage.storage import Storage


class Line(Telegram):
    """Telegram, which fails as told before; what it took can be waited for."""

    def __init__(self) -> None:
        super().__init__()
        self.failures: list[Exception] = []
        self.taken = asyncio.Queue[tuple[int, str]]()

    async def make_request(self, bot: Bot, method: Any, timeout: int | None = None) -> Any:  # noqa: ASYNC109
        if self.failures:
            raise self.failures.pop(0)
        self.taken.put_nowait((method.chat_id, method.text))
        return await super().make_request(bot, method, timeout)


class House:
    """A machine with a disk, and admins 1 (Russian) and 2."""

    def __init__(self, storage: Storage, folder: Path) -> None:
        self.storage, self.folder = storage, folder
        self.free_mb = 5000.0
        self.llm: str | None = None
        self.line = Line()
        self.bot = Bot("42:token", session=self.line)
        self.health = Health()

    def start(self, *admins: int) -> "asyncio.Task[None]":
        owners = Owners(self.storage.people, frozenset(admins), Locales.load().say)
        alerts = Alerts(
            self.bot,
            owners,
            self.storage.database,
            self.health,
            create_watch=lambda known: Watch([self.folder], known, free_mb=lambda _folder: self.free_mb),
            workers=lambda: (set(), set()),
            llm=lambda: self.llm,
        )
        return asyncio.create_task(alerts.run())

    async def told(self, count: int) -> list[tuple[int, str]]:
        async with asyncio.timeout(10):
            return [await self.line.taken.get() for _ in range(count)]


@pytest.fixture
async def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    monkeypatch.setattr(alerts_module, "EVERY_S", 0.001)
    async with Storage.open(tmp_path / "db") as storage:
        await storage.people.set_locale(1, "ru")
        yield House(storage, tmp_path)


async def test_each_admin_is_told_once_in_their_language(house: House) -> None:
    """When it begins and when it is over, also over a new start; one who blocked the bot keeps no other from it."""
    method = SendMessage(chat_id=1, text="")
    house.free_mb = 100.0
    house.line.failures = [TelegramForbiddenError(method, "Forbidden: bot was blocked by the user")]
    first = house.start(1, 2)
    ((admin, text),) = await house.told(1)
    assert (admin, text[:12], "100 MB" in text) == (2, "⚠️ The disk ", True)
    first.cancel()
    second = house.start(1, 2)
    house.free_mb = 2000.0
    (russian, english) = await house.told(2)
    assert (russian[0], russian[1][:12]) == (1, "✅ На диске с")
    assert (english[0], english[1][:12]) == (2, "✅ There is r")
    second.cancel()
    assert house.line.taken.empty()


async def test_what_telegram_did_not_take_is_told_later(house: House) -> None:
    """In its order: a network that is down is no reason to keep the news."""
    house.free_mb = 100.0
    house.line.failures = [TelegramNetworkError(SendMessage(chat_id=2, text=""), "reset")] * 3
    running = house.start(2)
    assert "nearly full" in (await house.told(1))[0][1]
    running.cancel()


async def test_a_refused_token_is_told_when_it_is_well_again(house: House) -> None:
    """Until then nothing can be sent."""
    house.health._refusal_s = 65.0
    running = house.start(2)
    assert (await house.told(1))[0][1].startswith("✅ Telegram refused my token for 1 min")
    running.cancel()


async def test_a_refused_key_of_the_language_model_is_told(house: House) -> None:
    """By the name of the setting, until it answers."""
    house.llm = "key"
    running = house.start(2)
    begun = (await house.told(1))[0][1]
    house.llm = "answered"
    over = (await house.told(1))[0][1]
    running.cancel()
    assert begun.startswith("⚠️ The language model’s server refuses LLM_KEY")
    assert over == "✅ The language model takes LLM_KEY again."


async def test_without_an_admin_nobody_is_written_to(house: House) -> None:
    """It ends at once."""
    house.free_mb = 1.0
    await asyncio.wait_for(house.start(), 5)
    assert house.line.calls == []
