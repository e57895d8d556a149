"""One recording on its way through the queue: what was handed out for it, and what its worker says."""

import asyncio
import time
import uuid
from dataclasses import dataclass, field

from transcription import transcript
from transcription.errors import TooManyCrashes, TranscriptionError
from transcription.models.sources import Stage
from transcription.progress import TranscriptionProgress
from transcription.queue.contract import Event, Kind, Times
from transcription.queue.sounds import VALID_S
from transcription.task import TranscriptionTask
from transcription.trace_context import TRACEPARENT
from transcription.transcript import Segment

MAX_STARTS = 10
"""A recording that was begun so often, and whose worker died each time, is not begun once more. Others of the same
worker are counted with it, so these are more than it takes to tell."""
News = Event | TranscriptionError


@dataclass(slots=True)
class HandOut:
    """A recording between `transcribe` and its end. It has an id of its own each time it is handed out."""

    task: TranscriptionTask
    progress: TranscriptionProgress
    news: asyncio.Queue[News] = field(default_factory=asyncio.Queue)
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    pool: str | None = None
    """Where it was handed out; None while it waits for room."""
    token: str | None = None
    """That of the newest start, whose result counts."""
    since: float = field(default_factory=time.monotonic)
    """When it was last heard of, handed out or taken back."""
    starts: int = 0
    traceparent: str | None = field(default_factory=TRACEPARENT.get)
    """The span in which it is waited for."""

    @property
    def is_suspect(self) -> bool:
        """Whether a worker may have died of it."""
        return self.starts > 0

    def receive(self, event: Event) -> bool:
        """Take in what a worker says; returns whether it says so of the newest start."""
        if event.kind is Kind.STARTED:
            self._start(event.token)
        if event.token != self.token:
            return False
        self.since = time.monotonic()
        if event.kind is Kind.PROGRESS:
            self._progress(event)
        elif event.kind is not Kind.STARTED:
            self.news.put_nowait(event)
        return True

    def loss(self, quiet_s: float, times: Times, *, is_kept: bool) -> str | None:
        """Why it is to be handed out anew, after so many seconds without news; None where it is not.

        `is_kept` says that the queue still has it, and workers for it.
        """
        if self.token:
            return "nothing is heard of it" if quiet_s > times.silent else None
        if not is_kept:
            return "the queue has forgotten it, or its workers are gone"
        return "it was not begun in time" if quiet_s > VALID_S - times.gone else None

    def excuse(self, times: Times) -> None:
        """It could not be heard of for a while. One that was begun has so long to be heard as a worker has.

        It may have been silent before, and a Redis that came back empty does not hand it out again by itself.
        """
        now_s = time.monotonic()
        self.since = max(self.since, now_s - times.silent + times.gone) if self.token else now_s

    def take_back(self) -> None:
        """It is to be handed out anew."""
        self.id, self.pool, self.token, self.since = uuid.uuid4().hex, None, None, time.monotonic()

    def end_with_first_pass(self) -> bool:
        """Have its first pass's text be the final one, where there is that: its sound is not there any more then."""
        if self.progress.first_pass is None:
            return False
        text = transcript.to_json(self.progress.first_pass)
        self.news.put_nowait(Event(Kind.RESULT, self.id, "", "", transcript=text))
        return True

    def _start(self, token: str) -> None:
        self.token = token
        self.starts += 1
        if self.starts > MAX_STARTS:
            self.news.put_nowait(TooManyCrashes(tries=MAX_STARTS))
        if self.starts > 1:
            self.progress.restart()
        self.progress.on_start()

    def _progress(self, event: Event) -> None:
        self.progress.stage = Stage(event.stage) if event.stage in set(Stage) else None
        self.progress.fraction = event.fraction
        self.progress.segments[event.first :] = [Segment(*segment) for segment in event.segments]
        self.progress.on_change()
