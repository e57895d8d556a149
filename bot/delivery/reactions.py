"""The sign on a recording that is being transcribed in a quiet chat: a reaction, which makes no message."""

import structlog
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramRetryAfter
from aiogram.methods import SetMessageReaction
from aiogram.types import ReactionTypeEmoji, ReactionTypeUnion

from bot.telegram.rate_limit import Pacer
from handlers.address import Address

log = structlog.get_logger()

LISTENING = "👀"
"""One of those that Telegram lets bots give."""


class Reactions:
    """Reacts to recordings, once and where it may: a group can do without reactions, a business account has none."""

    def __init__(self, bot: Bot, pacer: Pacer) -> None:
        self._bot = bot
        self._pacer = pacer

    async def put(self, address: Address) -> None:
        """Show that a recording is being heard, if the chat has a turn to spare."""
        if self._pacer.try_acquire(address.chat_id):
            await self._react(address, [ReactionTypeEmoji(emoji=LISTENING)])

    async def take(self, address: Address) -> None:
        """Show it no more. There is one such call for a result, so it waits for no turn."""
        await self._react(address, [])

    async def _react(self, address: Address, reaction: list[ReactionTypeUnion]) -> None:
        if not address.message_id or address.business_connection_id:
            return
        method = SetMessageReaction(chat_id=address.chat_id, message_id=address.message_id, reaction=reaction)
        try:
            await self._bot.session.make_request(self._bot, method)
        except (TelegramAPIError, ClientDecodeError) as error:
            if isinstance(error, TelegramRetryAfter):
                self._pacer.block(address.chat_id, error.retry_after)
            log.info("reaction not shown", error=type(error).__name__)
