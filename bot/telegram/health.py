"""Health of the connection to Telegram: whether the token is accepted, and whether polls come round."""

import time
from collections.abc import Callable

import structlog
from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import TelegramUnauthorizedError
from aiogram.methods import GetUpdates, GetWebhookInfo, Response, TelegramMethod
from aiogram.methods.base import TelegramType

from runtime import systemd

log = structlog.get_logger()

MAX_ROUND_S = 180.0
"""A poll takes 40 s at most, and a pause after failures 5 s; between two polls, updates are written down."""
ROUNDS = (GetUpdates, GetWebhookInfo)
"""What is called again and again for as long as updates are received."""


class Health(BaseRequestMiddleware):
    """Sees all calls of a session but those of deliveries, and tells systemd when the token is refused and taken again.

    A bot whose token is refused stays: its notes wait, and it goes on asking, for the token may be put right.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._round_at: float | None = None
        self._is_refused = False
        self._refused_at = 0.0
        self._refusal_s: float | None = None
        self._status = ""

    def started(self, status: str) -> None:
        """Telegram knows us; `status` is what systemd shows from now on, while all is well."""
        self._status = status
        systemd.notify(f"READY=1\nSTATUS={status}")

    def is_alive(self) -> bool:
        """Whether updates are received, as far as one can tell; where not, only a new start helps."""
        return self._round_at is None or self._now() - self._round_at < MAX_ROUND_S

    def take_refusal(self) -> float | None:
        """For how long (seconds) the token was refused, once after it is taken again; None where it was not."""
        refusal_s, self._refusal_s = self._refusal_s, None
        return refusal_s

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        """Make one call, and record how it went."""
        self._record_round(method)
        try:
            response = await make_request(bot, method)
        except TelegramUnauthorizedError:
            self._on_refused()
            raise
        finally:
            self._record_round(method)
        self._on_accepted()
        return response

    def _record_round(self, method: TelegramMethod[TelegramType]) -> None:
        if isinstance(method, ROUNDS):
            self._round_at = self._now()

    def _on_refused(self) -> None:
        if self._status and not self._is_refused:
            self._is_refused, self._refused_at = True, self._now()
            log.error("the Bot API server refuses the token; notes wait until it takes it again")
            systemd.notify("STATUS=The Bot API server refuses BOT_TOKEN; notes wait until it takes it again")

    def _on_accepted(self) -> None:
        if self._is_refused:
            self._is_refused, self._refusal_s = False, self._now() - self._refused_at
            log.info("the token is taken again")
            systemd.notify(f"STATUS={self._status}")
