"""Retries of the calls that handlers make, and their turns in the chats' rate limits."""

import asyncio
import itertools
from typing import cast

import structlog
from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import (
    AnswerCallbackQuery,
    AnswerGuestQuery,
    DeleteBusinessMessages,
    DeleteMessage,
    EditMessageCaption,
    EditMessageMedia,
    EditMessageReplyMarkup,
    EditMessageText,
    GetBusinessConnection,
    GetChatMember,
    Response,
    SendDocument,
    SendMessage,
    SendPhoto,
    SetMyCommands,
    TelegramMethod,
)
from aiogram.methods.base import TelegramType

from bot.telegram.rate_limit import Pacer, Priority

log = structlog.get_logger()

MESSAGES = (
    *(SendMessage, SendDocument, SendPhoto),
    *(EditMessageText, EditMessageCaption, EditMessageMedia, EditMessageReplyMarkup),
)
"""Methods that count towards their chat's rate limit."""
OTHERS = (
    *(AnswerCallbackQuery, AnswerGuestQuery, DeleteBusinessMessages, DeleteMessage),
    *(GetBusinessConnection, GetChatMember, SetMyCommands),
)
"""Other methods to retry: those that no caller retries itself."""
PAUSES_S = (0.5, 1.0, 2.0, 4.0)
MAX_PENDING_REPLIES = 30
"""Answers that may wait in one chat. Who makes the bot say more than that loses some of it, and no other chat does."""


class TooManyPendingReplies(TelegramAPIError):
    """So many answers wait in this chat that another one is dropped."""


class Retry(BaseRequestMiddleware):
    """Holds `MESSAGES` to the rate limits, and retries them and `OTHERS` after a failure; the last error is raised.

    Delivery's calls do not come this way (`MessageSender` takes turns of its own, from the same pacer). A message whose
    answer was lost is sent twice rather than never.
    """

    def __init__(self, pacer: Pacer) -> None:
        self._pacer = pacer

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        """Make one call, with retries."""
        chat_id = method.chat_id if isinstance(method, MESSAGES) and isinstance(method.chat_id, int) else None
        is_retried = isinstance(method, (*MESSAGES, *OTHERS))
        for pause_s in itertools.chain(PAUSES_S if is_retried else (), (None,)):
            if chat_id is not None:
                await self._acquire(chat_id, method)
            try:
                return await make_request(bot, method)
            except (TelegramNetworkError, TelegramServerError, TelegramRetryAfter, ClientDecodeError) as error:
                if chat_id is not None and isinstance(error, TelegramRetryAfter):
                    self._pacer.block(chat_id, error.retry_after)
                if pause_s is None:
                    raise
                log.info("call failed, will try again", method=type(method).__name__, error=type(error).__name__)
                await asyncio.sleep(getattr(error, "retry_after", pause_s))
            except TelegramBadRequest as error:
                if _harmless(error, method):
                    return cast("Response[TelegramType]", True)
                raise
        raise AssertionError

    async def _acquire(self, chat_id: int, method: TelegramMethod[TelegramType]) -> None:
        if self._pacer.waiting(chat_id, Priority.ANSWER) >= MAX_PENDING_REPLIES:
            raise TooManyPendingReplies(method, "too many answers wait in this chat")
        await self._pacer.acquire(chat_id, Priority.ANSWER)


def _harmless(error: TelegramBadRequest, method: TelegramMethod[TelegramType]) -> bool:
    """Whether nobody misses what was refused: word of a button's press that came too late, or the same text again."""
    return isinstance(method, AnswerCallbackQuery) or "message is not modified" in error.message
