"""The client of the Bot API server."""

import json
import traceback
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramNetworkError
from aiogram.methods import AnswerCallbackQuery, GetMe, GetUpdates
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.session import Session

TOKEN = "123456789:" + "x" * 35


@pytest.fixture
def bot() -> Bot:
    return Bot(TOKEN, session=Session("http://127.0.0.1:1"))


def update(update_id: int, **message: Any) -> dict[str, Any]:
    return {
        "update_id": update_id,
        "message": {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}, **message},
    }


def test_a_poison_update_is_stepped_over(bot: Bot) -> None:
    """An update that can't be understood comes as an empty one: it is confirmed, and its neighbours are handled."""
    answer = {"ok": True, "result": [update(1, text="a"), update(2, message_id="poison"), update(3, text="c")]}
    updates = bot.session.check_response(bot, GetUpdates(), 200, json.dumps(answer)).result or []
    assert [one.update_id for one in updates] == [1, 2, 3]
    assert [one.message and one.message.text for one in updates] == ["a", None, "c"]


def test_updates_that_are_understood_can_be_answered(bot: Bot) -> None:
    """Also the neighbours of a poison update know their bot."""
    answer = {"ok": True, "result": [update(1, text="a"), update(2, message_id="poison")]}
    first = (bot.session.check_response(bot, GetUpdates(), 200, json.dumps(answer)).result or [])[0]
    assert first.message
    assert first.message.bot is bot


def test_an_html_page_keeps_its_content_to_itself(bot: Bot) -> None:
    """A proxy's error page is an error that can be told from others, and its text is not repeated into the log."""
    with pytest.raises(ClientDecodeError) as caught:
        bot.session.check_response(bot, GetUpdates(), 502, "<html>what people said</html>")
    assert "what people said" not in str(caught.value)


async def test_no_error_gives_the_token_away() -> None:
    """aiohttp's errors name the address, which holds the token: neither their texts nor their causes come through."""

    async def redirect(request: web.Request) -> web.Response:
        raise web.HTTPFound(request.path)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", redirect)
    async with TestServer(app) as server, Bot(TOKEN, session=Session(str(server.make_url("/")))) as bot:
        with pytest.raises(TelegramNetworkError, match=r"TooManyRedirects.*<token>/getMe") as caught:
            await bot(GetMe())
    assert "x" * 20 not in "".join(traceback.format_exception(caught.value))


async def test_a_gateway_that_fails_once_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy's page of HTML is a passing trouble: a call that may be made twice gets its answer."""
    monkeypatch.setattr("bot.retry.PAUSES_S", (0.0,))
    answers = [
        web.Response(status=502, text="<html>Bad Gateway</html>"),
        web.json_response({"ok": True, "result": True}),
    ]

    async def answer(_request: web.Request) -> web.Response:
        return answers.pop(0)

    app = web.Application()
    app.router.add_post("/{path:.*}", answer)
    async with TestServer(app) as server, Bot(TOKEN, session=Session(str(server.make_url("/")))) as bot:
        assert await bot(AnswerCallbackQuery(callback_query_id="1"))
