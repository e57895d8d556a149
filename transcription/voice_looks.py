"""Looks at how many voices are in recordings whose texts are there, taken while nothing else is to be done."""

import asyncio
import threading

import structlog

from transcription.errors import Cancelled
from transcription.speakers.look import LONGEST_S, VoiceLook

log = structlog.get_logger()

KEPT_S = 60.0
"""Seconds after its text in which a recording is kept for a look."""


class VoiceLooks:
    """Keeps the sound of the latest recordings for a short while, `LONGEST_S` of it in all, and looks at one at a time.

    A look gives way to each job that comes, and is begun again once there is none. All of it is in memory only: what a
    look would have found out is an offer that nobody waits for.
    """

    def __init__(self) -> None:
        self._kept: dict[int, VoiceLook] = {}
        self._idle = asyncio.Event()
        self._idle.set()
        self._stop = threading.Event()
        self._one = asyncio.Lock()

    def keep(self, job_id: int, look: VoiceLook) -> None:
        """Keep what a look at a job's recording takes, in place of the oldest ones where there are too many."""
        self._kept[job_id] = look
        while sum(each.duration_s for each in self._kept.values()) > LONGEST_S:
            del self._kept[next(iter(self._kept))]
        asyncio.get_running_loop().call_later(KEPT_S, self._kept.pop, job_id, None)

    def clear(self) -> None:
        """Keep nothing, for somebody's recordings are not to be kept; others lose no more than an offer."""
        self._kept.clear()

    def set_idle(self, is_idle: bool) -> None:
        """Nothing else is to be done, or there is a job again."""
        if is_idle:
            self._stop.clear()
            self._idle.set()
        else:
            self._idle.clear()
            self._stop.set()

    async def voices(self, job_id: int) -> int | None:
        """How many voices are clearly there in a job's recording; None where it is not kept, or kept no longer."""
        while job_id in self._kept:
            try:
                async with asyncio.timeout(KEPT_S), self._one:
                    await self._idle.wait()
                    look = self._kept.get(job_id)
                    voices = await look.voices(self._stop.is_set) if look else None
            except Cancelled:
                continue
            except TimeoutError:
                break
            self._kept.pop(job_id, None)
            log.info("voices counted", job=job_id, voices=voices)
            return voices
        return None
