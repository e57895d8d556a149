"""Messages on their way to a chat: in turn, tried again until they arrive, and told apart from those that never can."""

import asyncio
import itertools
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
from aiogram.methods import EditMessageText, SendDocument, SendMessage, TelegramMethod
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    ReplyParameters,
)

from bot.pacing import Pacer, Urgency
from transcription.jobs import Origin

log = structlog.get_logger()

RETRY_PAUSES_S = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Pauses after failed calls; the last one repeats, for a text is never given up."""
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class MessageGoneError(Exception):
    """The message that was to be edited is not there any more."""


class UnreachableError(Exception):
    """Nothing can be said in this chat: the bot was blocked or removed, or may not write."""


class Outbox:
    """Sends and edits, each until Telegram has taken it."""

    def __init__(self, bot: Bot, pacer: Pacer) -> None:
        self._bot = bot
        self._pacer = pacer
        self._moved: dict[int, int] = {}

    async def send(self, origin: Origin, text: str, keyboard: InlineKeyboardMarkup | None, urgency: Urgency) -> int:
        """Reply to a note, whether or not it is still there; returns the new message's id."""
        return await self._call(
            SendMessage(
                **self._where(origin),
                text=text,
                reply_markup=keyboard,
                link_preview_options=NO_PREVIEW,
                reply_parameters=ReplyParameters(message_id=origin.message_id, allow_sending_without_reply=True),
            ),
            urgency,
        )

    async def send_file(self, origin: Origin, file: BufferedInputFile, caption: str, reply_to: int) -> int:
        """Send a document in reply to one of our own messages; returns the new message's id."""
        return await self._call(
            SendDocument(
                **self._where(origin),
                document=file,
                caption=caption,
                reply_parameters=ReplyParameters(message_id=reply_to, allow_sending_without_reply=True),
            ),
            Urgency.PART,
        )

    async def edit(
        self,
        origin: Origin,
        message_id: int,
        text: str,
        keyboard: InlineKeyboardMarkup | None = None,
        urgency: Urgency = Urgency.FINAL,
    ) -> None:
        """Make a message say this; saying it already is success. Raises `MessageGoneError`."""
        await self._call(self._edit(origin, message_id, text, keyboard), urgency)

    async def edit_once(
        self, origin: Origin, message_id: int, text: str, keyboard: InlineKeyboardMarkup | None
    ) -> bool:
        """Make a message say this if the chat has a turn to spare; one try, for there will be newer news."""
        if not self._pacer.spare(self._chat(origin)):
            return False
        try:
            await self._bot(self._edit(origin, message_id, text, keyboard))
        except TelegramRetryAfter as error:
            self._pacer.block(self._chat(origin), error.retry_after)
            return False
        except TelegramForbiddenError:
            raise UnreachableError from None
        except (TelegramAPIError, ClientDecodeError) as error:
            log.info("progress not shown", error=type(error).__name__)
            return False
        return True

    def _edit(
        self, origin: Origin, message_id: int, text: str, keyboard: InlineKeyboardMarkup | None
    ) -> EditMessageText:
        return EditMessageText(
            business_connection_id=origin.business_connection_id or None,
            chat_id=self._chat(origin),
            message_id=message_id,
            text=text,
            reply_markup=keyboard,
            link_preview_options=NO_PREVIEW,
        )

    def _where(self, origin: Origin) -> dict[str, Any]:
        return {
            "business_connection_id": origin.business_connection_id or None,
            "chat_id": self._chat(origin),
            "message_thread_id": origin.thread_id,
            "parse_mode": None,
        }

    def _chat(self, origin: Origin) -> int:
        return self._moved.get(origin.chat_id, origin.chat_id)

    async def _call(self, method: TelegramMethod[Any], urgency: Urgency) -> int:
        """Call until it is taken; returns the id of the message that was sent or edited.

        Edits are idempotent; a send whose answer is lost is sent twice rather than never.
        """
        for pause_s in itertools.chain(RETRY_PAUSES_S, itertools.repeat(RETRY_PAUSES_S[-1])):
            chat_id = method.chat_id  # type: ignore[attr-defined]
            await self._pacer.turn(chat_id, urgency)
            try:
                return int((await self._bot(method)).message_id)
            except TelegramRetryAfter as error:
                self._pacer.block(chat_id, error.retry_after)
                log.info("chat is rate-limited", chat=chat_id, retry_after_s=error.retry_after)
            except TelegramMigrateToChat as error:
                self._moved[chat_id] = error.migrate_to_chat_id
                if isinstance(method, EditMessageText):
                    raise MessageGoneError from None
                method = method.model_copy(update={"chat_id": error.migrate_to_chat_id})
            except TelegramForbiddenError:
                raise UnreachableError from None
            except (TelegramBadRequest, TelegramNotFound) as error:
                return _judge(error, method)
            except (TelegramEntityTooLarge, TelegramUnauthorizedError):
                raise
            except (TelegramAPIError, ClientDecodeError) as error:
                if (message_id := _taken(error)) is not None:
                    return message_id
                log.info("call failed, will try again", method=type(method).__name__, error=type(error).__name__)
                await asyncio.sleep(pause_s)
        raise AssertionError


def _taken(error: Exception) -> int | None:
    """The message's id where Telegram did what was asked and only its answer has a form that is not known yet."""
    data = error.data if isinstance(error, ClientDecodeError) else None
    result = data.get("result") if isinstance(data, dict) and data.get("ok") else None
    return int(result["message_id"]) if isinstance(result, dict) and "message_id" in result else None


def _judge(error: TelegramBadRequest | TelegramNotFound, method: TelegramMethod[Any]) -> int:
    """What a refusal means: the id of a message that says this already, or an error."""
    text = error.message.lower()
    if isinstance(method, EditMessageText):
        if "message is not modified" in text:
            return method.message_id or 0
        if any(sign in text for sign in ("message to edit not found", "message can't be edited", "message_id_invalid")):
            raise MessageGoneError from None
    if any(
        sign in text for sign in ("chat not found", "not enough rights", "have no rights", "forbidden", "topic_closed")
    ):
        raise UnreachableError from None
    raise error
