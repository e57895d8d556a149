"""The bot that the page is tried with."""

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot

from tests.sandbox.web.scripted_bot import ScriptedBot, running


@pytest.fixture
async def script(bot: Bot) -> AsyncIterator[ScriptedBot]:
    """The scripted bot, polling."""
    async with running(bot) as scripted:
        yield scripted
