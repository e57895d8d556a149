"""The offer under a new text to say who speaks, where several voices are clearly there."""

import asyncio
from collections.abc import Callable

import structlog

from transcription import Service, View
from transcription.storage.deliveries import DeliveryStore

log = structlog.get_logger()


class SpeakerOffers:
    """Counts the voices of new texts while nothing else is to be done, each in a task of its own.

    It is done once only: what a restart loses is no more than an offer.
    """

    def __init__(self, service: Service, deliveries: DeliveryStore, follow: Callable[[int], None]) -> None:
        self._service = service
        self._deliveries = deliveries
        self._follow = follow
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_closed = False

    def begin(self, view: View) -> None:
        """Find out whether a text that is there now is to have the offer."""
        if view.transcript and not self._is_closed:
            task = asyncio.create_task(self._offer(view.job.id))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Offer nothing any more."""
        self._is_closed = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _offer(self, job_id: int) -> None:
        try:
            if (await self._service.voices(job_id) or 0) > 1:
                await self._deliveries.change_look(job_id, {"offer": True})
                self._follow(job_id)
        except Exception:
            log.exception("voices were not counted", job=job_id)
