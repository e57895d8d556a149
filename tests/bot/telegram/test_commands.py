"""The menu of commands."""

from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import SetMyCommands

from bot.localization import Locales
from bot.telegram.commands import set_commands
from tests.handlers.conftest import Telegram

LOCALES = Locales.load()


async def test_every_language_has_a_menu() -> None:
    """Groups and private chats, in each language and in the one for all others."""
    telegram = Telegram()
    await set_commands(Bot("42:token", session=telegram), LOCALES)
    calls: list[Any] = telegram.calls
    assert all(isinstance(call, SetMyCommands) for call in calls)
    assert {(call.language_code, call.scope.type) for call in calls} == {
        (code, scope) for code in (None, *LOCALES.codes) for scope in ("all_private_chats", "all_group_chats")
    }
    assert all(3 <= len(command.description) <= 256 for call in calls for command in call.commands)
    assert next(call for call in calls if call.language_code == "ru").commands[0].description == "Точнее или быстрее"


async def test_admins_see_their_own_commands_too() -> None:
    """In their private chat, in each language."""
    telegram = Telegram()
    await set_commands(Bot("42:token", session=telegram), LOCALES, {9})
    calls: list[Any] = [call for call in telegram.calls if getattr(call.scope, "chat_id", None) == 9]  # type: ignore[attr-defined]
    assert len(calls) == 1 + len(LOCALES.codes)
    assert {"model", "invite", "users", "ban"} <= {command.command for command in calls[0].commands}


async def test_a_menu_that_is_refused_keeps_no_other_from_being_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is tried, and none of them ends the bot."""
    calls = []

    async def refuse(bot: Bot, method: SetMyCommands, **_: Any) -> None:
        calls.append(method)
        raise TelegramBadRequest(method=method, message="Bad Request: invalid language code specified")

    telegram = Telegram()
    monkeypatch.setattr(telegram, "make_request", refuse)
    await set_commands(Bot("42:token", session=telegram), LOCALES)
    assert len(calls) == 2 * (1 + len(LOCALES.codes))
