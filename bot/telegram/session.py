"""The HTTP session of the Bot API: proxy, updates that can't be parsed, and errors free of secrets."""

import ssl
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, cast

import aiohttp
import structlog
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import ClientDecodeError, DetailedAiogramError, TelegramNetworkError
from aiogram.methods import GetUpdates, Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import Update
from aiohttp_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError
from pydantic import ValidationError

from bot.telegram.rate_limit import Pacer
from bot.telegram.retry import Retry
from config import Settings, SettingsError
from runtime.log import redact

log = structlog.get_logger()

TIMEOUT_S = 30
PROXY_ERRORS = (ProxyConnectionError, ProxyError, ProxyTimeoutError)
"""What aiogram and aiohttp do not know as trouble with the network."""
Measure = Callable[[TelegramMethod[Any]], AbstractContextManager[Any]]
"""Makes what is entered for as long as a call takes."""


def create_bot(settings: Settings, pacer: Pacer | None = None, measure: Measure = nullcontext) -> Bot:
    """The client, whose session is open for as long as the block it is entered for. Raises `SettingsError`."""
    if settings.bot_token is None:
        raise SettingsError("BOT_TOKEN: not set; get one from @BotFather")
    session = Session(settings.telegram_api_url, pacer, settings.proxy_url, measure)
    # An answer to a message that was deleted meanwhile is still an answer.
    properties = DefaultBotProperties(allow_sending_without_reply=True)
    return Bot(settings.bot_token.get_secret_value(), session=session, default=properties)


class Session(AiohttpSession):
    """aiogram's session over aiohttp for one Bot API server; what handlers say waits for the turns of `pacer`.

    With `proxy` (http, https or socks5, with or without credentials) calls and downloads go that way, and names are
    resolved there.
    """

    def __init__(
        self,
        api_url: str,
        pacer: Pacer | None = None,
        proxy: str | None = None,
        measure: Measure = nullcontext,
    ) -> None:
        is_tls = proxy is not None and proxy.startswith("https://")
        super().__init__(
            proxy=f"http{proxy.removeprefix('https')}" if proxy and is_tls else proxy,
            api=TelegramAPIServer.from_base(api_url),
            timeout=TIMEOUT_S,
        )
        if is_tls:
            self._connector_init["proxy_ssl"] = ssl.create_default_context()
        self._measure = measure
        self.middleware(Retry(pacer or Pacer()))

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram's signature
    ) -> TelegramType:
        """As aiogram does; an error's text and causes are freed of the token, which is part of every URL.

        Whatever prevents an answer is a `TelegramNetworkError`, also a proxy's refusal.
        """
        with self._measure(method):
            return await self._make_request(bot, method, timeout)

    async def _make_request(
        self, bot: Bot, method: TelegramMethod[TelegramType], timeout_s: int | None
    ) -> TelegramType:
        try:
            return await super().make_request(bot, method, timeout_s)
        except DetailedAiogramError as error:
            error.message = redact(error.message)
            raise error from None
        except UnicodeDecodeError as error:
            raise UnreadableAnswerError("Failed to decode answer", error, None) from None
        except PROXY_ERRORS as error:
            raise TelegramNetworkError(method=method, message=redact(f"{type(error).__name__}: {error}")) from None
        except OSError as error:
            raise TelegramNetworkError(method=method, message=type(error).__name__) from None

    async def stream_content(self, *args: Any, **kwargs: Any) -> AsyncGenerator[bytes, None]:
        """As aiogram does; trouble with a proxy is an `aiohttp.ClientError` like any other."""
        try:
            async for chunk in super().stream_content(*args, **kwargs):
                yield chunk
        except PROXY_ERRORS as error:
            raise aiohttp.ClientConnectionError(type(error).__name__) from None

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        """As aiogram does; of updates it gives those that it understands, so that one it doesn't blocks no other."""
        try:
            return super().check_response(bot, method, status_code, content)
        except ClientDecodeError as error:
            if isinstance(method, GetUpdates) and isinstance(error.data, dict) and error.data.get("ok"):
                updates = [parse_update(bot, item) for item in error.data["result"]]
                return cast("Response[TelegramType]", Response[list[Update]](ok=True, result=updates))
            raise UnreadableAnswerError(error.message, error.original, error.data, status_code) from None


class UnreadableAnswerError(ClientDecodeError):
    """An answer that is not JSON, or has a form that aiogram does not know; its text keeps the content to itself."""

    def __init__(self, message: str, original: Exception, data: Any, status_code: int | None = None) -> None:
        super().__init__(message, original, data)
        self.status_code = status_code

    def __str__(self) -> str:
        return f"{self.message} ({type(self.original).__name__})"


def parse_update(bot: Bot, item: dict[str, Any]) -> Update:
    """One update; where it can't be understood, an empty one with its id, so that it is confirmed with the others."""
    try:
        return Update.model_validate(item, context={"bot": bot})
    except ValidationError as error:
        log.warning("update not understood", update_id=item["update_id"], errors=error.error_count())
        return Update(update_id=item["update_id"])
