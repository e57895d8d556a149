"""Messages on their way to a chat: in turn, tried again until they arrive, and told apart from those that never can."""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import (
    EditMessageReplyMarkup,
    EditMessageText,
    SendChatAction,
    SendDocument,
    SendMessage,
    TelegramMethod,
)
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardMarkup,
    InputRichMessage,
    MessageEntity,
    ReplyParameters,
)

from bot.delivery.methods import edit_method, target
from bot.delivery.rich_message import is_shortened
from bot.telegram.api_errors import (
    ChatMovedError,
    RichRefusedError,
    UnreachableError,
    classify,
    is_topic_deleted,
    may_have_moved,
    says_already,
    sent_message_id,
)
from bot.telegram.rate_limit import Pacer, Priority
from handlers.address import Address
from handlers.messages import NO_PREVIEW, delete_message
from handlers.rate_limit import pauses

log = structlog.get_logger()

RETRY_PAUSES_S = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Pauses after failed calls; the last one repeats, for a text is never given up."""


class MessageSender:
    """Sends and edits, each until Telegram has taken it.

    Raises `UnreachableError` and `ChatMovedError`, and `TelegramAPIError` for a refusal that nobody foresaw.
    """

    def __init__(self, bot: Bot, pacer: Pacer) -> None:
        self._bot = bot
        self._pacer = pacer

    def line_up(self, address: Address, priority: Priority) -> "asyncio.Future[None]":
        """A turn to come in a chat, for `send`; done when it is there, and to be cancelled if it is not needed."""
        return self._pacer.line_up(address.chat_id, priority)

    async def send(
        self,
        address: Address,
        text: str,
        keyboard: InlineKeyboardMarkup | None,
        priority: Priority,
        turn: "asyncio.Future[None] | None" = None,
        *,
        is_quiet: bool = False,
    ) -> int:
        """Reply to a recording, whether or not it is still there; returns the new message's id.

        Where `address` has no message, its chat has moved, and this is no reply. `turn` is one that was waited for.
        In groups nothing makes a sound, elsewhere what is not `is_quiet`.
        """
        replying = ReplyParameters(message_id=address.message_id, allow_sending_without_reply=True)
        return await self._deliver(
            SendMessage(
                **target(address, is_quiet=is_quiet),
                text=text,
                reply_markup=keyboard,
                link_preview_options=NO_PREVIEW,
                reply_parameters=replying if address.message_id else None,
            ),
            priority,
            turn,
        )

    async def send_file(
        self, address: Address, file: BufferedInputFile, caption: str, reply_to: int, *, is_quiet: bool
    ) -> int:
        """Send a document in reply to one of our own messages; returns the new message's id."""
        return await self._deliver(
            SendDocument(
                **target(address, is_quiet=is_quiet),
                document=file,
                caption=caption,
                reply_parameters=ReplyParameters(message_id=reply_to, allow_sending_without_reply=True),
            ),
            Priority.PART,
        )

    async def edit(
        self,
        address: Address,
        message_id: int,
        text: str,
        keyboard: InlineKeyboardMarkup | None = None,
        entities: Sequence[MessageEntity] = (),
        *,
        rich: InputRichMessage | None = None,
    ) -> None:
        """Make a message say this text, or be this rich message; saying it already is success.

        Raises `MessageGoneError` and `RichRefusedError`.
        """
        content = {"rich_message": rich} if rich else {"text": text, "entities": list(entities) or None}
        await self._deliver(edit_method(address, message_id, keyboard, **content), Priority.FINAL)

    async def edit_keyboard(
        self, address: Address, message_id: int, keyboard: InlineKeyboardMarkup | None, priority: Priority
    ) -> None:
        """Put these buttons under a message, whatever it says. Raises `MessageGoneError`."""
        await self._deliver(
            EditMessageReplyMarkup(
                business_connection_id=address.business_connection_id or None,
                chat_id=address.chat_id,
                message_id=message_id,
                reply_markup=keyboard,
            ),
            priority,
        )

    async def edit_once(
        self, address: Address, message_id: int, text: str, keyboard: InlineKeyboardMarkup | None
    ) -> bool:
        """Make a message say this if the chat has a turn to spare; one try, for there will be newer news."""
        if not self.try_turn(address):
            return False
        try:
            await self._attempt(edit_method(address, message_id, keyboard, text=text))
        except TelegramRetryAfter as error:
            self._pacer.block(address.chat_id, error.retry_after)
            return False
        except TelegramMigrateToChat as error:
            raise ChatMovedError(error.migrate_to_chat_id) from None
        except TelegramForbiddenError:
            raise UnreachableError from None
        except (TelegramAPIError, ClientDecodeError) as error:
            log.info("progress not shown", error=type(error).__name__)
            return False
        return True

    def try_turn(self, address: Address) -> bool:
        """Take a turn in a chat for what need not be said, if there is one to spare."""
        return self._pacer.try_acquire(address.chat_id)

    async def delete(self, address: Address, message_id: int) -> None:
        """Take one of our own messages away, where that is possible."""
        with contextlib.suppress(TelegramAPIError, ClientDecodeError):
            await delete_message(self._bot, address, message_id)

    async def _request(self, method: TelegramMethod[Any]) -> int:
        """One call, past the session's own turns and retries; returns the message's id."""
        message = await self._bot.session.make_request(self._bot, method)
        rich = method.rich_message if isinstance(method, EditMessageText) else None
        if rich and is_shortened(rich, message.rich_message):
            raise RichRefusedError
        return int(message.message_id)

    async def _attempt(self, method: TelegramMethod[Any]) -> int:
        """`_request`; saying it already is success, and a group that refuses an edit is asked whether it has moved."""
        try:
            return await self._request(method)
        except (TelegramBadRequest, TelegramNotFound) as error:
            if (message_id := says_already(error, method)) is not None:
                return message_id
            if may_have_moved(method):
                chat_id = method.chat_id  # type: ignore[attr-defined]
                await self._bot.session.make_request(self._bot, SendChatAction(chat_id=chat_id, action="typing"))
            raise

    async def _deliver(
        self, method: TelegramMethod[Any], priority: Priority, turn: "asyncio.Future[None] | None" = None
    ) -> int:
        """Call until it is taken; returns the id of the message that was sent or edited.

        Edits are idempotent; a send whose answer is lost is sent twice rather than never.
        """
        for pause_s in pauses(RETRY_PAUSES_S):
            chat_id = method.chat_id  # type: ignore[attr-defined]
            await (turn or self._pacer.line_up(chat_id, priority))
            turn = None
            try:
                return await self._attempt(method)
            except TelegramRetryAfter as error:
                self._pacer.block(chat_id, error.retry_after)
                log.info("chat is rate-limited", chat=chat_id, retry_after_s=error.retry_after)
            except TelegramMigrateToChat as error:
                raise ChatMovedError(error.migrate_to_chat_id) from None
            except TelegramForbiddenError:
                raise UnreachableError from None
            except (TelegramBadRequest, TelegramNotFound) as error:
                if not (is_topic_deleted(error) and getattr(method, "message_thread_id", None)):
                    classify(error, method)
                method = method.model_copy(update={"message_thread_id": None})
            except (TelegramEntityTooLarge, TelegramUnauthorizedError):
                raise
            except (TelegramAPIError, ClientDecodeError) as error:
                if (message_id := sent_message_id(error)) is not None:
                    return message_id
                log.info("call failed, will try again", method=type(method).__name__, error=type(error).__name__)
                await asyncio.sleep(pause_s)
        raise AssertionError
