"""Calls that may be made twice without harm are tried again when the network or the server fails."""

import asyncio
import itertools

import structlog
from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import ClientDecodeError, TelegramNetworkError, TelegramRetryAfter, TelegramServerError
from aiogram.methods import AnswerCallbackQuery, GetChatMember, Response, SetMyCommands, TelegramMethod
from aiogram.methods.base import TelegramType

log = structlog.get_logger()

METHODS = (AnswerCallbackQuery, GetChatMember, SetMyCommands)
"""Of the methods that are idempotent, those that nobody else tries again at a pace of their own."""
PAUSES_S = (0.5, 1.0, 2.0, 4.0)


class Retry(BaseRequestMiddleware):
    """Tries `METHODS` again after a pause, or after the time that the server asks for; then the error stands."""

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        """Make one call, several times if need be."""
        for pause_s in itertools.chain(PAUSES_S if isinstance(method, METHODS) else (), (None,)):
            try:
                return await make_request(bot, method)
            except (TelegramNetworkError, TelegramServerError, TelegramRetryAfter, ClientDecodeError) as error:
                if pause_s is None:
                    raise
                log.info("call failed, will try again", method=type(method).__name__, error=type(error).__name__)
                await asyncio.sleep(getattr(error, "retry_after", pause_s))
        raise AssertionError
