"""The client of the Bot API server."""

import asyncio
import contextlib
import json
import socket
import traceback
from collections.abc import Iterator
from typing import Any, cast

import pytest
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramNetworkError
from aiogram.methods import AnswerCallbackQuery, GetMe, GetUpdates
from aiohttp import TCPConnector, web
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.test_utils import TestServer

from bot.telegram.session import Session

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
    monkeypatch.setattr("bot.telegram.retry.PAUSES_S", (0.0,))
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


async def test_a_page_in_no_known_encoding_is_an_unreadable_answer() -> None:
    """A gateway's error page may be anything."""

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=502, body=b"\xff\xfe\x00", content_type="text/html", charset="utf-8")

    app = web.Application()
    app.router.add_post("/{path:.*}", answer)
    async with TestServer(app) as server, Bot(TOKEN, session=Session(str(server.make_url("/")))) as bot:
        with pytest.raises(ClientDecodeError, match="UnicodeDecodeError"):
            await bot(GetMe())


async def test_an_address_that_leads_nowhere_does_not_hold_up_the_other(silent_port: int) -> None:
    """IPv6 that is announced but broken, or missing on this machine, costs a moment and no call."""
    app = web.Application()
    app.router.add_post("/{path:.*}", _true)
    session = Session(f"http://localhost:{silent_port}")
    async with TestServer(app, host="127.0.0.1", port=silent_port), Bot(TOKEN, session=session) as bot:
        connector = cast("TCPConnector", (await session.create_session()).connector)
        connector._resolver = Resolver(("::1", socket.AF_INET6), ("127.0.0.1", socket.AF_INET))
        async with asyncio.timeout(10):
            assert await bot(AnswerCallbackQuery(callback_query_id="1"))


async def _true(_request: web.Request) -> web.Response:
    return web.json_response({"ok": True, "result": True})


class Resolver(AbstractResolver):
    """Finds the same addresses for every name."""

    def __init__(self, *addresses: tuple[str, socket.AddressFamily]) -> None:
        self._addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)
            for address, family in self._addresses
        ]

    async def close(self) -> None:
        pass


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port where IPv6 takes connections and answers none, as behind a broken tunnel; free for IPv4."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        port = listener.getsockname()[1]
        with contextlib.suppress(OSError):  # no IPv6 here at all
            listener_6 = stack.enter_context(socket.socket(socket.AF_INET6))
            listener_6.bind(("::1", port))
            listener_6.listen(0)
            for _ in range(2):  # a full queue: whoever comes next hears nothing
                caller = stack.enter_context(socket.socket(socket.AF_INET6))
                caller.setblocking(False)
                caller.connect_ex(("::1", port))
        listener.close()
        yield port
