"""Drafts: the text of a recording while it is recognised, as Telegram shows what is still being written."""

import structlog
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramForbiddenError, TelegramRetryAfter
from aiogram.methods import SendMessageDraft

from bot.telegram.api_errors import UnreachableError
from bot.telegram.rate_limit import Pacer, is_private
from handlers.address import Address

log = structlog.get_logger()


class DraftRefusedError(Exception):
    """Telegram shows no draft here, or not now."""


class Drafts:
    """Shows drafts, which end after 30 seconds or with the bot's next message, and have a button that stops them."""

    def __init__(self, bot: Bot, pacer: Pacer) -> None:
        self._bot = bot
        self._pacer = pacer

    @staticmethod
    def can_show(address: Address) -> bool:
        """Whether there can be drafts: in private chats with the bot itself."""
        return is_private(address.chat_id) and not address.business_connection_id

    async def show(self, address: Address, draft_id: int, text: str) -> bool:
        """Make a draft say this if the chat has a turn to spare; one try, for there will be newer news.

        Raises `DraftRefusedError`, after which none should be tried for this text, and `UnreachableError`.
        """
        if not self._pacer.try_acquire(address.chat_id):
            return False
        method = SendMessageDraft(
            chat_id=address.chat_id,
            message_thread_id=address.thread_id,
            draft_id=draft_id,
            text=text,
            parse_mode=None,
            can_stop=True,
            keep_on_stop=True,
        )
        try:
            await self._bot.session.make_request(self._bot, method)
        except TelegramForbiddenError:
            raise UnreachableError from None
        except (TelegramAPIError, ClientDecodeError) as error:
            if isinstance(error, TelegramRetryAfter):
                self._pacer.block(address.chat_id, error.retry_after)
            log.info("draft not shown", error=type(error).__name__)
            raise DraftRefusedError from None
        return True
