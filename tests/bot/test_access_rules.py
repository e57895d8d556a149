"""Who may use the bot, by the settings."""

from pathlib import Path

import pytest

from bot.app import access_rules
from config import SettingsError
from tests.settings import settings


def test_a_bot_that_nobody_could_open_does_not_start(tmp_path: Path) -> None:
    """With invitations only there has to be somebody who invites."""
    with pytest.raises(SettingsError, match="INVITE_ONLY: nobody could let anybody in"):
        access_rules(settings(tmp_path, invite_only=True))
    assert access_rules(settings(tmp_path, invite_only=True, admin_users={9})).is_closed
    assert not access_rules(settings(tmp_path, admin_users={9})).is_closed
