"""Whose a message is, and who may manage a chat."""

from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramBadRequest, TelegramNetworkError
from aiogram.methods import GetChatMember, TelegramMethod
from aiogram.types import Chat

from handlers.permissions import Permissions
from tests.handlers.conftest import ANN, BOB, GROUP, ROOT, Json, Talk


@pytest.mark.parametrize(
    ("sender", "content", "may"),
    [(ANN, {}, False), (BOB, {}, True), (ROOT, {}, True), (ANN, {"sender_chat": GROUP}, True)],
    ids=["member", "admin", "the bot's owner", "anonymous admin"],
)
async def test_who_decides_for_a_group(talk: Talk, sender: Json, content: Json, may: bool) -> None:
    """Its admins, also those who write in its name, and whoever is in ADMIN_USERS."""
    talk.telegram.admins = {BOB["id"]}
    await talk.say("/language de", sender, GROUP, **content)
    assert ((await talk.service.preferences(GROUP["id"])).language == "de") is may


async def test_where_telegram_will_not_tell_nobody_decides(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bot that may not see a group's members changes nothing there, and does not fail."""

    async def refuse(bot: Bot, method: TelegramMethod[Any], **_: Any) -> None:
        raise TelegramBadRequest(method=method, message="Bad Request: member list is inaccessible")

    monkeypatch.setattr(talk.telegram, "make_request", refuse)
    assert not await Permissions().can_manage(talk.bot, Chat.model_validate(GROUP), ANN["id"])


async def test_admins_are_known_to_servers_of_other_versions(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that lacks one of the newest rights still says who is an admin."""

    async def answer(bot: Bot, method: TelegramMethod[Any], **_: Any) -> None:
        status = "administrator" if getattr(method, "user_id", 0) == ANN["id"] else "member"
        raise ClientDecodeError("Failed to deserialize object", ValueError(), {"result": {"status": status}})

    monkeypatch.setattr(talk.telegram, "make_request", answer)
    group, permissions = Chat.model_validate(GROUP), Permissions()
    assert [await permissions.can_manage(talk.bot, group, each["id"]) for each in (ANN, BOB)] == [True, False]


async def test_where_telegram_cannot_be_asked_that_is_what_is_said(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """An admin is not told that they are none; nothing changes, and a command that needs no rights goes on."""
    make_request = talk.telegram.make_request

    async def fail(bot: Bot, method: TelegramMethod[Any], **rest: Any) -> Any:
        if isinstance(method, GetChatMember):
            raise TelegramNetworkError(method, "reset")
        return await make_request(bot, method, **rest)

    monkeypatch.setattr(talk.telegram, "make_request", fail)
    assert (await talk.say("/language de", ANN, GROUP)).text.startswith("I could not ask Telegram")
    *_, alert = await talk.press("language:de", ANN, GROUP)
    assert alert.text.startswith("I could not ask Telegram")  # type: ignore[attr-defined]
    assert (await talk.service.preferences(GROUP["id"])).language is None
    assert "Make me an admin" not in (await talk.say("/help", ANN, GROUP)).text
