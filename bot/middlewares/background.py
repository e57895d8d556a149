"""Background tasks for handlers that talk to Telegram, so that they delay no other update."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aiogram import BaseMiddleware
from aiogram.dispatcher.flags import get_flag
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.types import ErrorEvent, TelegramObject

from handlers.media import DURABLE

log = structlog.get_logger()

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class Background(BaseMiddleware):
    """Runs handlers in tasks of their own, but for the durable ones, after which an update may be confirmed.

    An inner middleware: the flag is that of the handler that was found. Beyond `limit` tasks updates are dropped,
    for whatever they were can be asked again.
    """

    def __init__(self, limit: int = 1000) -> None:
        self._limit = limit
        self._tasks: set[asyncio.Task[None]] = set()

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Start the handler, or run it where it is durable."""
        if get_flag(data, DURABLE):
            return await handler(event, data)
        self.start(_reporting(handler, event, data))
        return None

    def start(self, work: Awaitable[object]) -> None:
        """Do something in a task of its own; what it raises is logged."""
        if len(self._tasks) >= self._limit:
            log.error("too much at once, an answer was dropped", tasks=len(self._tasks))
            if asyncio.iscoroutine(work):
                work.close()
            return
        task = asyncio.create_task(_logging(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self, timeout_s: float = 2.0) -> None:
        """Wait at most this long for the tasks that run, then cancel them."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=timeout_s)
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _reporting(handler: Handler, event: TelegramObject, data: dict[str, Any]) -> None:
    """Run a handler; what it raises goes to the error handlers, as if they had been waiting for it."""
    try:
        await handler(event, data)
    except Exception as error:  # noqa: BLE001 - the error handler decides, as it does in aiogram's own middleware
        *_, root = data["event_router"].chain_head
        await root.propagate_event("error", ErrorEvent(update=data["event_update"], exception=error), **data)


async def _logging(work: Awaitable[object]) -> None:
    try:
        await work
    except (TelegramAPIError, ClientDecodeError) as error:
        log.warning("answer not taken", error=type(error).__name__, reason=str(error))
    except Exception:
        log.exception("answer failed")
