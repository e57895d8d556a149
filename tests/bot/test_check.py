"""The findings of `--check` about Telegram."""

from pathlib import Path

import pytest

from bot.check import check
from runtime.check import CHECKOUT, Finding
from tests.settings import settings

pytestmark = pytest.mark.usefixtures("no_settings_of_this_machine")


async def last_finding(folder: Path, **others: str) -> Finding:
    *_, last = [finding async for finding in check(settings(folder, **others), CHECKOUT)]
    return last


async def test_a_missing_token_is_a_problem(tmp_path: Path) -> None:
    """Whoever asks wants a bot, so where tokens come from is said."""
    found = await last_finding(tmp_path)
    assert not found.well
    assert "@BotFather" in found.text


async def test_a_server_out_of_reach_is_no_wrong_token(tmp_path: Path) -> None:
    """The network is to blame where nobody answers, and the token is not shown."""
    found = await last_finding(tmp_path, bot_token="123456789:" + "x" * 35, telegram_api_url="http://127.0.0.1:1")
    assert not found.well
    assert found.text.startswith("network: no answer from http://127.0.0.1:1")
    assert "xxx" not in found.text
