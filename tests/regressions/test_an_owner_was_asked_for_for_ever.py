"""One answer that never parses stopped all updates: the owner of a business connection was asked for, for ever."""

import asyncio
import json
from typing import Any

import pytest
from aiogram import Bot
from aiogram.methods import GetBusinessConnection

from bot.telegram.session import Session, UnreadableAnswerError
from handlers.connections import Connections

OWNER = 7


class Server(Session):
    """Answers every call with the same JSON."""

    def __init__(self, result: Any) -> None:
        super().__init__("http://127.0.0.1:1")
        self.result = result

    async def __call__(self, bot: Bot, method: Any, timeout: int | None = None) -> Any:  # noqa: ASYNC109
        return self.check_response(bot, method, 200, json.dumps({"ok": True, "result": self.result})).result


@pytest.mark.parametrize(
    ("result", "owner"),
    [({"id": "c", "user": {"id": OWNER}}, OWNER), ({"id": "c", "user": {"id": "?"}}, None), ("gone", None)],
)
async def test_an_answer_of_an_unknown_form_is_read_once(result: Any, owner: int | None) -> None:
    """If it names the owner, that is the owner; if not, the update is dropped and those behind it go on."""
    bot = Bot("42:" + "x" * 35, session=Server(result))
    with pytest.raises(UnreadableAnswerError):
        await bot(GetBusinessConnection(business_connection_id="c"))
    async with asyncio.timeout(10):
        connection = await Connections().get(bot, "c")
    assert (connection and connection.owner_id) == owner
