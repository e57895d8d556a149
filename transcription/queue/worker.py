"""A worker's end of the queue: takes tasks, has them transcribed here, and tells their fronts what happens."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Protocol

import aiohttp
import docket
import structlog

from transcription.backend import OnPass
from transcription.observer import Observer
from transcription.progress import TranscriptionProgress
from transcription.queue import contract
from transcription.queue.contract import ANNOUNCEMENTS, TASK, Assignment, Offer, Times, UnreadableError
from transcription.queue.fetched_sound import FetchedSound
from transcription.queue.fleet import pool_of
from transcription.queue.link import Link, RedisError
from transcription.queue.run import Run
from transcription.queue.trouble import reason_of
from transcription.task import TranscriptionTask
from transcription.transcript import Transcript

log = structlog.get_logger()

RECONNECT_S = 1.0
WAIT_S = 0.1
"""For how long docket waits for a task at a time, where it may take one; one that comes ends the wait."""
FULL_S = 0.005
"""How often docket looks whether there is room again, where it may take none. It asks Redis nothing then."""
SCHEDULE_S = 5.0
"""How often docket looks for tasks that are due later; there are none."""


Transcribe = Callable[[str], Awaitable[None]]


class TranscribesRecordings(Protocol):
    """What a worker transcribes with."""

    async def transcribe(
        self, task: TranscriptionTask, progress: TranscriptionProgress, *, on_pass: OnPass = ...
    ) -> Transcript:
        """The final transcript."""
        ...


class QueueWorker:
    """Holds as many tasks as its offer says. All of it belongs to one event loop."""

    def __init__(
        self,
        link: Link,
        offer: Offer,
        transcriber: TranscribesRecordings,
        times: Times | None = None,
        observer: Observer | None = None,
    ) -> None:
        self.offer = offer
        self._link = link
        self._transcriber = transcriber
        self._times = times or Times()
        self._observer = observer or Observer()
        self._running: set[Run] = set()
        self._is_linked: bool | None = None

    @property
    def in_hand(self) -> int:
        """How many tasks are worked on."""
        return len(self._running)

    @property
    def is_linked(self) -> bool:
        """Whether Redis answered when it was last asked."""
        return bool(self._is_linked)

    async def run(self, stopping: asyncio.Event, drain_s: float) -> None:
        """Work until `stopping` is set; what is in hand then has `drain_s` seconds, and goes to others after that."""
        async with aiohttp.ClientSession() as session:
            working = asyncio.create_task(self._work(session))
            announcing = asyncio.create_task(self._announce())
            stopped = asyncio.create_task(stopping.wait())
            await asyncio.wait([working, stopped], return_when=asyncio.FIRST_COMPLETED)
            announcing.cancel()
            stopped.cancel()
            if working.done():
                working.result()
            with suppress(RedisError):
                await self._link.announce(ANNOUNCEMENTS, replace(self.offer, is_leaving=True))
            log.info("stopping", in_hand=self.in_hand)
            working.cancel()  # docket then takes no more, and ends when what is in hand has ended
            await asyncio.wait([working], timeout=drain_s)
            for each in self._running:
                each.release()
            await asyncio.gather(working, announcing, stopped, return_exceptions=True)

    async def _work(self, session: aiohttp.ClientSession) -> None:
        """Take tasks, whether Redis is there or comes back, until cancelled."""

        async def transcribe(assigned: str) -> None:
            await self._take(assigned, session)

        pool = pool_of(self.offer.models)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._serve(pool.free, self.offer.capacity, transcribe))
            if self.offer.ahead:
                group.create_task(self._serve(pool.ahead, self.offer.ahead, transcribe))

    async def _serve(self, name: str, concurrency: int, transcribe: Transcribe) -> None:
        """Take so many tasks at a time from a queue, until cancelled."""
        while True:
            try:
                async with self._link.queue(name) as queue, self._reader(queue, concurrency, transcribe) as reader:
                    await reader.run_forever()
                    return
            except (RedisError, BaseExceptionGroup) as error:
                log.debug("the queue was lost", error=type(error).__name__)
                await asyncio.sleep(RECONNECT_S)

    def _reader(self, queue: docket.Docket, concurrency: int, transcribe: Transcribe) -> docket.Worker:
        held = 0

        async def take(assigned: str) -> None:
            nonlocal held
            held += 1
            reader.minimum_check_interval = timedelta(seconds=FULL_S if held == concurrency else WAIT_S)
            try:
                await transcribe(assigned)
            finally:
                held -= 1
                reader.minimum_check_interval = timedelta(seconds=WAIT_S)

        queue.register(take, names=[TASK])
        reader = docket.Worker(
            queue,
            name=self.offer.worker,
            concurrency=concurrency,
            redelivery_timeout=timedelta(seconds=self._times.lease),
            reconnection_delay=timedelta(seconds=RECONNECT_S),
            minimum_check_interval=timedelta(seconds=WAIT_S),
            scheduling_resolution=timedelta(seconds=SCHEDULE_S),
            schedule_automatic_tasks=False,
            message_batch=1,  # two recordings that come together are for two workers
        )
        return reader

    async def _announce(self) -> None:
        """Say what this worker is, again and again."""
        while True:
            try:
                if not self._is_linked:
                    await self._link.prove()
                await self._link.announce(ANNOUNCEMENTS, self.offer)
            except RedisError as error:
                if self._is_linked is not False:
                    name, reason = type(error).__name__, reason_of(error)
                    log.warning("the queue does not answer, will try again", error=name, reason=reason)
                self._is_linked = False
            else:
                if not self._is_linked:
                    log.info("taking tasks", models=self.offer.models, capacity=self.offer.capacity)
                self._is_linked = True
            await asyncio.sleep(self._times.announce)

    async def _take(self, assigned: str, session: aiohttp.ClientSession) -> None:
        """Do one task. Nothing is raised but what cancels it."""
        try:
            given = contract.read(Assignment, assigned)
            known = contract.transcript_of(given.known) if given.known else None
        except UnreadableError as error:
            log.warning("a task is not understood", reason=str(error))
            return
        run = Run(self._link, given, self.offer.worker, self._times)
        task = TranscriptionTask(
            given.job,
            FetchedSound(session, given.address),
            given.model,
            language=given.language,
            likely_language=given.likely_language,
            initial_prompt=given.initial_prompt,
            app_language=given.app_language,
            options=contract.options_of(given),
            known=known,
            size_bytes=given.size_bytes,
            duration_s=given.duration_s,
            unbatched=given.unbatched,
        )
        self._running.add(run)
        with self._observer.assignment(run.progress.timings, given.traceparent):
            log.info("task begun", job=given.job, front=given.front)
            try:
                await run.do(self._transcriber.transcribe(task, run.progress, on_pass=run.on_pass))
            finally:
                self._running.discard(run)
                log.info("task ended", job=given.job, front=given.front)
