"""Retention: jobs and their transcripts are deleted once they are old."""

import asyncio
import math
import time

import structlog

from transcription.host.clock import STEADY_S, Clock
from transcription.storage.jobs import JobStore

log = structlog.get_logger()

DAY_S = 86400.0
EVERY_S = 60.0
SCRUB_SHARE = 0.01
"""The share of time in which the index may be rewritten, for with a million texts that takes seconds: decision 142."""
UNDELIVERED_S = DAY_S
"""A text that could not be delivered is kept for so long at least; `keep_days` may be less."""


class Expiry:
    """Deletes jobs that ended more than `keep_days` ago; 0 keeps delivered ones for no time at all."""

    def __init__(self, store: JobStore, keep_days: float, clock: Clock) -> None:
        self._store = store
        self._keep_s = keep_days * DAY_S
        self._clock = clock

    async def run(self) -> None:
        """Delete what is old, in batches, every minute until cancelled; soon their words leave the index, too."""
        is_dirty, scrub_at = True, -math.inf
        while True:
            count, limits = 0, self._limits()
            while gone := await self._store.expire(*limits):
                count += gone
            if count:
                log.info("old notes deleted", count=count)
                is_dirty = True
            if is_dirty and (began := time.monotonic()) >= scrub_at:
                await self._store.texts.scrub()
                is_dirty, scrub_at = False, began + (time.monotonic() - began) / SCRUB_SHARE
            await asyncio.sleep(EVERY_S)

    def _limits(self) -> tuple[float, float]:
        """Before when (Unix seconds) jobs must have ended to be deleted: delivered ones, and all others."""
        keep_s = self._keep_s
        now = self._clock.believed(min(STEADY_S, keep_s or STEADY_S))
        if now is None:
            return -math.inf if keep_s else math.inf, -math.inf
        return now - keep_s if keep_s else math.inf, now - max(keep_s, UNDELIVERED_S)
