"""Updates by long polling."""

import contextlib

from aiogram import Bot, Dispatcher


class Polling:
    """Long polls, one after the other; an update is confirmed by the poll after it was handled."""

    def __init__(self, bot: Bot, dispatcher: Dispatcher) -> None:
        self._bot = bot
        self._dispatcher = dispatcher

    async def announce(self) -> None:
        """Take back an old webhook, keeping its pending updates."""
        await self._bot.delete_webhook(drop_pending_updates=False)

    async def run(self) -> None:
        """Poll until stopped."""
        await self._dispatcher.start_polling(
            self._bot,
            handle_as_tasks=False,  # an update is confirmed only once its job is on disk
            handle_signals=False,
            close_bot_session=False,
            allowed_updates=self._dispatcher.resolve_used_update_types(),
        )

    async def stop(self) -> None:
        """End `run`, which would leave its inner task behind if it was cancelled."""
        with contextlib.suppress(RuntimeError):  # it has ended, or not begun
            await self._dispatcher.stop_polling()
