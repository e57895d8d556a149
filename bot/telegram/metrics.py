"""Metrics of the Bot API: calls by method and status, flood waits, polls, and whether the token is taken."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import GetUpdates, TelegramMethod
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from bot.telegram.health import ROUNDS
from bot.telegram.session import UnreadableAnswerError

NAMESPACE = "stenobot_telegram"
SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
STATUSES: tuple[tuple[type[Exception], str], ...] = (
    (TelegramRetryAfter, "429"),
    (TelegramEntityTooLarge, "413"),
    (TelegramConflictError, "409"),
    (TelegramNotFound, "404"),
    (TelegramForbiddenError, "403"),
    (TelegramUnauthorizedError, "401"),
    (TelegramBadRequest, "400"),
    (TelegramMigrateToChat, "400"),
    (TelegramServerError, "500"),
    (TelegramNetworkError, "network"),
    (ClientDecodeError, "unreadable"),
)
"""HTTP's status where there was an answer; the first that fits, for some of aiogram's errors are kinds of others."""


def _status(error: Exception) -> str:
    if isinstance(error, UnreadableAnswerError) and error.status_code and error.status_code != HTTPStatus.OK:
        return str(error.status_code)  # a gateway's page
    return next((word for kind, word in STATUSES if isinstance(error, kind)), "error")


class CallMetrics:
    """Counts every call of a session, retries and deliveries too."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._calls = Counter(
            "calls", "Calls of the Bot API.", ("method", "status"), namespace=NAMESPACE, registry=registry
        )
        self._seconds = Histogram(
            "call_seconds",
            "How long calls took, long polls left out.",
            ("method",),
            namespace=NAMESPACE,
            buckets=SECONDS,
            registry=registry,
        )
        self._floods = Counter(
            "flood_waits", "Calls that Telegram wants later.", ("method",), namespace=NAMESPACE, registry=registry
        )
        self._flood_s = Counter("flood_wait_seconds", "How much later, in all.", namespace=NAMESPACE, registry=registry)
        self._round_at = Gauge(
            "last_poll_timestamp_seconds",
            "When updates were last asked for with success (Unix); at first, when the program started.",
            namespace=NAMESPACE,
            registry=registry,
        )
        self._round_at.set_to_current_time()
        self._refused = Gauge("token_refused", "Whether the token is refused.", namespace=NAMESPACE, registry=registry)

    @contextmanager
    def measure(self, method: TelegramMethod[Any]) -> Iterator[None]:
        """Count the call that is made in this block."""
        name, began_at, status = type(method).__name__, time.monotonic(), "cancelled"
        try:
            yield
            status = "200"
            if isinstance(method, ROUNDS):
                self._round_at.set_to_current_time()
        except (TelegramAPIError, ClientDecodeError) as error:
            status = _status(error)
            if isinstance(error, TelegramRetryAfter):
                self._floods.labels(name).inc()
                self._flood_s.inc(error.retry_after)
            raise
        finally:
            self._calls.labels(name, status).inc()
            if status.isdecimal():  # Telegram has answered
                self._refused.set(status == "401")
            if not isinstance(method, GetUpdates):
                self._seconds.labels(name).observe(time.monotonic() - began_at)
