"""Whether a server takes recordings now: asked, ever more rarely, from when it did not until it does."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from transcription.errors import TranscriberUnavailable

log = structlog.get_logger()

FIRST_PAUSE_S = 0.5
MAX_PAUSE_S = 10.0
"""Before a server is asked again; the pause doubles up to that, and begins anew after a transcript."""


class Availability:
    """Knows whether a server is there. `ask` returns if it is, and raises `TranscriberUnavailable` if not."""

    def __init__(self, ask: Callable[[], Awaitable[object]]) -> None:
        self._ask = ask
        self._is_there = asyncio.Event()
        self._is_there.set()
        self._pause_s = FIRST_PAUSE_S
        self._asking: asyncio.Task[None] | None = None
        self._watchers: list[Callable[[], None]] = []

    @property
    def is_there(self) -> bool:
        """Whether it takes recordings, as far as is known."""
        return self._is_there.is_set()

    async def wait(self) -> None:
        """Wait until it is there."""
        await self._is_there.wait()

    def watch(self, on_change: Callable[[], None]) -> None:
        """Call this whenever it goes away or comes back."""
        self._watchers.append(on_change)

    def on_answer(self) -> None:
        """It has made a transcript."""
        self._pause_s = FIRST_PAUSE_S

    def on_absence(self, error: TranscriberUnavailable) -> None:
        """It took no recording; it is asked until it would."""
        if self.is_there:
            self._is_there.clear()
            self._tell()
            self._asking = asyncio.create_task(self._ask_again(error.retry_after_s or 0.0))

    async def aclose(self) -> None:
        """Ask no more."""
        if self._asking:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)

    async def _ask_again(self, pause_s: float) -> None:
        while True:
            await asyncio.sleep(max(pause_s, self._pause_s))
            self._pause_s = min(2 * self._pause_s, MAX_PAUSE_S)
            try:
                await self._ask()
            except TranscriberUnavailable as error:
                pause_s = error.retry_after_s or 0.0
            except Exception:
                log.exception("the transcription server can't be asked")
            else:
                log.info("the transcription server is back")
                self._is_there.set()
                self._tell()
                return

    def _tell(self) -> None:
        for on_change in self._watchers:
            on_change()
