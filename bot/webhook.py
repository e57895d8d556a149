"""Updates by webhook: an HTTP server that Telegram calls, usually through a reverse proxy that speaks TLS."""

import asyncio
import errno
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

import structlog
from aiogram import Bot, Dispatcher
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramBadRequest, TelegramNetworkError
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web

from bot.telegram.session import parse_update
from config import SettingsError

log = structlog.get_logger()

HANDLING_TIMEOUT_S = 50.0
"""Telegram waits 60 s for an answer; what could not be written down by then is refused, and comes again."""
SHUTDOWN_TIMEOUT_S = 5.0
WATCH_INTERVAL_S = 60.0
"""Pause between two checks of what Telegram says of its calls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookOptions:
    """Where Telegram calls (`url`), where we listen (`host`, `port`), and the secret that proves a call to be its."""

    url: str
    host: str
    port: int
    secret: str = field(default_factory=secrets.token_urlsafe, repr=False)


class Webhook:
    """A server for Telegram's calls; an update is confirmed, by a 200, once it was handled."""

    def __init__(self, bot: Bot, dispatcher: Dispatcher, options: WebhookOptions) -> None:
        self._bot = bot
        self._dispatcher = dispatcher
        self._options = options
        self._last_error_at: datetime | None = None
        self._stopping = asyncio.Event()

    async def announce(self) -> None:
        """Have Telegram call. Raises `SettingsError` where it won't call this address."""
        try:
            await self._bot.set_webhook(
                self._options.url,
                secret_token=self._options.secret,
                allowed_updates=self._dispatcher.resolve_used_update_types(),
                drop_pending_updates=False,
            )
        except TelegramBadRequest as error:
            if "resolve host" in error.message:  # a name server that is slow to learn, or down
                raise TelegramNetworkError(error.method, error.message) from None
            raise SettingsError(f"WEBHOOK_URL: {error.message}") from None

    async def run(self) -> None:
        """Listen, and log what Telegram says of its calls, until stopped. Raises `SettingsError` for a wrong port."""
        async with self._listening(), asyncio.TaskGroup() as group:
            watching = group.create_task(self._watch())
            await self._stopping.wait()
            watching.cancel()

    async def stop(self) -> None:
        """Let `run` end: no more calls are taken, and those in hand are answered."""
        self._stopping.set()

    @asynccontextmanager
    async def _listening(self) -> AsyncIterator[None]:
        options = self._options
        app = web.Application()
        handler = Handler(self._dispatcher, self._bot, secret_token=options.secret)
        app.router.add_post(urlsplit(options.url).path or "/", handler.handle)
        setup_application(app, self._dispatcher, bot=self._bot)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_TIMEOUT_S)
        await runner.setup()
        try:
            await self._listen(runner)
            yield
        finally:
            await runner.cleanup()

    async def _listen(self, runner: web.AppRunner) -> None:
        host, port = self._options.host, self._options.port
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise SettingsError(f"WEBHOOK_PORT: {port} is taken by another program") from None
            raise SettingsError(f"WEBHOOK_HOST: can't listen at {host}: {error.strerror}") from None
        log.info("listening for Telegram's calls", host=host, port=port)

    async def _watch(self) -> None:
        while True:
            await self._check()
            await asyncio.sleep(WATCH_INTERVAL_S)

    async def _check(self) -> None:
        """Log why Telegram's calls failed, and set the webhook again where somebody has taken it away."""
        try:
            info = await self._bot.get_webhook_info()
            if info.url != self._options.url:
                log.warning("the webhook was changed by another program, setting it again")
                await self.announce()
        except (TelegramAPIError, ClientDecodeError, SettingsError) as error:
            log.warning("webhook not looked after", error=type(error).__name__, reason=str(error))
            return
        if info.last_error_date != self._last_error_at:
            self._last_error_at = info.last_error_date
            log.warning("Telegram could not call", reason=info.last_error_message, pending=info.pending_update_count)


class Handler(SimpleRequestHandler):
    """Handles updates one after the other, as polling does, and answers 200 to those whose handlers have ended.

    Others come again: 503 for what takes too long, because the database can't be written to for one.
    """

    def __init__(self, dispatcher: Dispatcher, bot: Bot, secret_token: str) -> None:
        super().__init__(dispatcher, bot, handle_in_background=False, secret_token=secret_token)
        self._lock = asyncio.Lock()

    def verify_secret(self, telegram_secret_token: str, bot: Bot) -> bool:  # noqa: ARG002 - aiogram's signature
        """Whether a call is Telegram's."""
        given, secret = telegram_secret_token.encode(errors="surrogateescape"), (self.secret_token or "").encode()
        return secrets.compare_digest(given, secret)

    async def close(self) -> None:
        """Nothing: delivery still needs the bot's session."""

    async def _handle_request(self, bot: Bot, request: web.Request) -> web.Response:
        update = parse_update(bot, await request.json())
        try:
            # Not by aiogram's feed_webhook_update: after 55 s it would confirm what has not been written down.
            async with asyncio.timeout(HANDLING_TIMEOUT_S), self._lock:
                await self.dispatcher.feed_update(bot, update, **self.data)
        except TimeoutError:
            log.warning("update not handled in time, it will come again", update=update.update_id)
            raise web.HTTPServiceUnavailable from None
        return web.Response()
