"""Handlers that fail."""

from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramBadRequest, TelegramNetworkError, TelegramServerError
from aiogram.methods import GetMe, TelegramMethod

from tests.handlers.conftest import Talk


async def test_an_unforeseen_error_gets_a_number(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though it happened in the background; a command is answered, a button gets an alert."""

    async def fail(_: int) -> None:
        raise RuntimeError("bug")

    monkeypatch.setattr(talk.service, "preferences", fail)
    assert (await talk.say("/model")).text.startswith("Something went wrong here")
    (alert,) = await talk.press("models:1")
    assert getattr(alert, "show_alert", False)


async def test_a_refused_answer_is_let_be(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What Telegram refuses is not followed by more that it would refuse."""
    calls = []

    async def refuse(bot: Bot, method: TelegramMethod[Any], **_: Any) -> None:
        calls.append(method)
        raise TelegramBadRequest(method=method, message="Bad Request: not enough rights")

    monkeypatch.setattr(talk.telegram, "make_request", refuse)
    await talk.say("/start")
    assert len(calls) == 1


@pytest.mark.parametrize(
    "error",
    [
        TelegramNetworkError(GetMe(), "reset"),
        TelegramServerError(GetMe(), "Bad Gateway"),
        ClientDecodeError("Failed to decode object", ValueError(), "<html>"),
    ],
)
async def test_trouble_on_the_line_is_no_incident(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """Nothing is broken here, so nobody is given a number to complain with."""
    calls = []

    async def fail(bot: Bot, method: TelegramMethod[Any], **_: Any) -> None:
        calls.append(method)
        raise error

    monkeypatch.setattr(talk.telegram, "make_request", fail)
    await talk.say("/privacy")
    assert len(calls) == 1


def test_updates_that_nobody_handles_are_not_asked_for(talk: Talk) -> None:
    """Edited messages, for one: a new caption makes no new note."""
    asked_for = {
        *("message", "business_message", "channel_post", "callback_query", "inline_query", "message_reaction"),
        *("my_chat_member", "stopped_message_generation", "guest_message", "business_connection"),
        *("edited_business_message", "deleted_business_messages"),
    }
    assert set(talk.dispatcher.resolve_used_update_types()) == asked_for
