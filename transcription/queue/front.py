"""The front's end of the queue: a backend whose recordings are transcribed by workers on any machine."""

import asyncio
import hashlib
import time
from collections.abc import Callable

import structlog

from transcription.audio.ffmpeg import OnLength, any_length
from transcription.backend import OnPass, Pass, no_pass
from transcription.errors import NoWorker, TranscriberUnavailable, TranscriptionError
from transcription.progress import TranscriptionProgress
from transcription.queue import contract
from transcription.queue.contract import Event, Kind, Offer, Times, UnreadableError
from transcription.queue.dispatch import Dispatch
from transcription.queue.handout import HandOut
from transcription.queue.link import Link, RedisError
from transcription.queue.listener import Listener
from transcription.queue.memory import Memory
from transcription.queue.models import DEVICE
from transcription.queue.presence import Presence
from transcription.queue.sounds import Sounds
from transcription.task import TranscriptionTask
from transcription.transcript import Transcript

log = structlog.get_logger()

RETRY_S = 0.5


class QueueBackend:
    """A `Backend`. `run` is to be running; all of it belongs to one event loop.

    `key` is kept between starts, so that what workers still do for a former process is heard of, and stopped. With
    `has_stand_in` somebody else transcribes what is given up, and so nothing waits for a Redis that stays away.
    """

    def __init__(
        self, link: Link, sounds: Sounds, key: bytes, times: Times | None = None, *, has_stand_in: bool = False
    ) -> None:
        self._link = link
        self._times = times or Times()
        self._has_stand_in = has_stand_in
        self.id = hashlib.sha256(b"front" + key).hexdigest()[:16]
        self._wake = asyncio.Event()
        self._presence = Presence(self._times.gone, self._wake.set)
        self.fleet = self._presence.fleet
        self._dispatch = Dispatch(link, sounds, self.id)
        self._memory = Memory(link, self.id)
        self._listener = Listener(link, self.id, self._times.gone, self)
        self._open: list[HandOut] = []

    @property
    def workers(self) -> int:
        """How many recordings the workers transcribe at the same time."""
        return max(1, self.fleet.capacity)

    @property
    def room(self) -> int:
        """How many recordings the workers hold."""
        return max(1, self.fleet.room)

    @property
    def is_available(self) -> bool:
        """Whether there is a worker."""
        return self._presence.is_there

    @property
    def is_linked(self) -> bool:
        """Whether Redis answers."""
        return self._presence.is_linked

    @property
    def can_kill(self) -> bool:
        """No: a recording harms its worker."""
        return False

    @property
    def handed_out(self) -> int:
        """How many recordings are with workers, or wait there."""
        return len(self._dispatch.by_id)

    @property
    def waiting(self) -> int:
        """How many recordings are fetched, and wait for room."""
        return len(self._open) - self.handed_out

    async def until_available(self) -> None:
        """Wait until there is a worker."""
        await self._presence.wait()

    def watch(self, on_change: Callable[[], None]) -> None:
        """Call this whenever workers come or go."""
        self._presence.watch(on_change)

    def device_of(self, _model: str) -> str:
        """Elsewhere."""
        return DEVICE

    def final_model(self, model: str, language: str | None) -> str:
        """As the workers refine it."""
        return self.fleet.final_model(model, language)

    async def transcribe(
        self,
        task: TranscriptionTask,
        progress: TranscriptionProgress,
        *,
        on_length: OnLength = any_length,  # noqa: ARG002 - decoded elsewhere
        on_pass: OnPass = no_pass,
    ) -> Transcript:
        """The final transcript. Raises `TranscriberUnavailable` where no worker is there, and what a worker says."""
        given = HandOut(task, progress)
        self._open.append(given)
        self._wake.set()
        try:
            return await self._follow(given, on_pass)
        finally:
            self._open.remove(given)
            self._dispatch.revoke(given)
            self._wake.set()

    async def _follow(self, given: HandOut, on_pass: OnPass) -> Transcript:
        progress = given.progress
        while True:
            news = await given.news.get()
            if isinstance(news, TranscriptionError):
                raise news
            if news.kind is Kind.RELEASED:
                self._take_back(given, "its worker was stopped")
            elif news.kind is Kind.ERROR:
                self._dispatch.forget(given)
                raise contract.error_of(news)
            else:
                made = contract.transcript_of(news.transcript or "")
                is_final = news.kind is Kind.RESULT
                progress.work_s += news.work_s
                if is_final:
                    self._dispatch.forget(given)
                else:
                    progress.first_pass = made
                await on_pass(Pass(made, DEVICE, news.work_s, is_final))
                if is_final:
                    return made
                progress.on_change()

    async def run(self) -> None:
        """Hand out, and hear what workers say, until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._listener.run())
                group.create_task(self._hand_out_all())
                group.create_task(self._look_after_all())
        finally:
            await self._dispatch.aclose()

    # What workers say

    def on_link(self) -> None:
        """Redis is there. What could not be heard meanwhile is no sign of anything."""
        for given in self._dispatch.by_id.values():
            given.excuse(self._times)
        self._presence.link()

    def on_loss(self, error: RedisError) -> None:
        """Redis does not answer."""
        self._presence.lose(error)

    def receive(self, text: str, *, is_offer: bool) -> None:
        """Take in what a worker says of itself, or of a recording."""
        try:
            if is_offer:
                self._presence.receive(contract.read(Offer, text))
                return
            event = contract.read(Event, text)
        except UnreadableError as error:
            log.warning("a worker says what is not understood", reason=str(error))
            return
        given = self._dispatch.by_id.get(event.task)
        if given is None or not given.receive(event):
            self._dispatch.dismiss(event)

    # What is handed out

    async def _hand_out_all(self) -> None:
        """Hand out what there is room for, in the order in which it came, whenever there may be room."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            if not self.is_linked:
                continue
            try:
                for given in [each for each in self._open if each.pool is None]:
                    if pool := self.fleet.queue_for(given.task.model, self._dispatch.counts()):
                        await self._dispatch.hand_out(given, pool)
            except RedisError:
                await asyncio.sleep(RETRY_S)
                self._wake.set()

    def _take_back(self, given: HandOut, reason: str) -> None:
        """Have a recording handed out anew, unless it ends with the text of its first pass."""
        log.info("note handed out again", job=given.task.id, reason=reason)
        self._dispatch.revoke(given)
        if given.end_with_first_pass():
            return
        given.take_back()
        self._wake.set()

    # What is lost

    async def _look_after_all(self) -> None:
        """Notice workers that are gone, recordings that nobody works on, and a Redis that has forgotten."""
        while True:
            await asyncio.sleep(self._times.announce / 2)
            has_forgotten = False
            if self.is_linked:
                try:
                    has_forgotten = await self._memory.has_forgotten()
                except RedisError:
                    continue  # found out by whoever listens, too
                self._presence.forget_gone()
            for given in list(self._open):
                self._look_after(given, has_forgotten=has_forgotten)

    def _look_after(self, given: HandOut, *, has_forgotten: bool) -> None:
        """End what is hopeless, and have what is lost handed out anew."""
        quiet_s = time.monotonic() - given.since
        if error := self._hopeless(given, quiet_s):
            if not given.end_with_first_pass():
                given.news.put_nowait(error)
        elif given.pool and self.is_linked:
            is_kept = not has_forgotten and self.fleet.has(given.pool)
            if reason := given.loss(quiet_s, self._times, is_kept=is_kept):
                self._take_back(given, reason)

    def _hopeless(self, given: HandOut, quiet_s: float) -> TranscriptionError | None:
        """Why nobody begins a recording, or nobody is to wait for it any more.

        One that was begun goes on while Redis is away, and its worker keeps the result; only a stand-in is sooner.
        """
        if given.pool and self.is_linked:
            return None
        if given.token:
            is_late = self._has_stand_in and quiet_s > self._times.silent
            return TranscriberUnavailable() if is_late else None
        if not self.is_available and (given.pool is None or quiet_s > self._times.gone):
            return TranscriberUnavailable()
        if given.task.model not in self.fleet.models and quiet_s > self._times.gone:
            return NoWorker(model=given.task.model)
        return None
