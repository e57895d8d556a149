"""One start of a task on a worker: what it tells its front, and when it is stopped."""

import asyncio
import time
import uuid
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

import structlog

from transcription import transcript
from transcription.backend import Pass
from transcription.errors import TranscriptionError
from transcription.progress import TranscriptionProgress
from transcription.queue.contract import Assignment, Event, Kind, Times
from transcription.queue.fetched_sound import UnwantedError
from transcription.queue.link import Link, RedisError
from transcription.transcript import Transcript

log = structlog.get_logger()

RETRY_S = 0.5
KEPT_S = 600.0
"""For how long a result is offered to a Redis that is away."""


class Run:
    """Has a token of its own, by which its front tells it from others of the same task."""

    def __init__(self, link: Link, given: Assignment, worker: str, times: Times) -> None:
        self.progress = TranscriptionProgress()
        self._link = link
        self._given = given
        self._worker = worker
        self._times = times
        self._token = uuid.uuid4().hex
        self._told = 0
        self._final_work_s = 0.0
        self._is_wanted = True
        self._is_released = False
        self._work: asyncio.Task[Transcript] | None = None

    async def do(self, work: Coroutine[Any, Any, Transcript]) -> None:
        """Do the work, and tell the front how it goes. Raises nothing but what cancels it."""
        self._work = asyncio.create_task(work)
        reporting = asyncio.create_task(self._report())
        try:
            await self._tell(self._event(Kind.STARTED))
            end = await self._end(self._work)
        except asyncio.CancelledError:
            self.progress.stop.set()
            if not self._is_released:
                if self._is_wanted:
                    raise  # it is docket that has it stopped
                return
            end = self._event(Kind.RELEASED)
        except UnwantedError:
            return
        finally:
            reporting.cancel()
            self._work.cancel()
            await asyncio.gather(reporting, self._work, return_exceptions=True)
        await self._tell(end)

    async def _end(self, work: "asyncio.Task[Transcript]") -> Event:
        """What became of it. Raises what stops it."""
        try:
            text = transcript.to_json(await work)
            return self._event(Kind.RESULT, transcript=text, work_s=self._final_work_s)
        except TranscriptionError as error:
            return self._event(Kind.ERROR, error=error.code, details=error.details)
        except UnwantedError:
            raise
        except Exception:
            incident = uuid.uuid4().hex[:8]
            log.exception("task failed", job=self._given.job, incident=incident)
            return self._event(Kind.ERROR, error="unknown", details={"incident": incident})

    async def on_pass(self, done: Pass) -> None:
        """Tell the front of a first pass."""
        if done.is_final:
            self._final_work_s = done.work_s
        else:
            text = transcript.to_json(done.transcript)
            await self._tell(self._event(Kind.PASS, transcript=text, work_s=done.work_s))

    def release(self) -> None:
        """Stop, for this worker does: somebody else is to do it."""
        self._is_released = True
        self._cancel()

    def _cancel(self) -> None:
        self.progress.stop.set()
        if self._work:
            self._work.cancel()

    async def _report(self) -> None:
        """Tell the front how far it is, and stop once it wants no more of this."""
        while True:
            await asyncio.sleep(self._times.beat)
            with suppress(RedisError):
                if await self._link.tell(self._given.front, self._progress()):
                    log.info("task stopped, for it is done elsewhere or not wanted", job=self._given.job)
                    self._is_wanted = False
                    self._cancel()

    def _progress(self) -> Event:
        progress, first = self.progress, self._told
        new = [(each.start_ms, each.end_ms, each.text) for each in progress.segments[first:]]
        if first > len(progress.segments):  # it was begun again
            first, new = 0, [(each.start_ms, each.end_ms, each.text) for each in progress.segments]
        self._told = len(progress.segments)
        return self._event(
            Kind.PROGRESS, stage=progress.stage, fraction=progress.fraction, first=first, segments=tuple(new)
        )

    async def _tell(self, event: Event) -> None:
        """Tell the front, as soon as Redis is there."""
        until_s = time.monotonic() + KEPT_S
        while time.monotonic() < until_s:
            try:
                await self._link.tell(self._given.front, event)
            except RedisError:
                await asyncio.sleep(RETRY_S)
            else:
                return
        log.error("nobody to tell how a task ended", job=self._given.job, kind=event.kind)

    def _event(self, kind: Kind, **values: Any) -> Event:
        return Event(kind, self._given.id, self._token, self._worker, **values)
