"""A job in hand, and how far it is."""

import asyncio
import threading
import time
from dataclasses import dataclass, field

from transcription.jobs import Job
from transcription.models import Stage
from transcription.note import Note
from transcription.results import Segment, Transcript


@dataclass(slots=True)
class Work:
    """A job that was taken from the queue, while it is worked on."""

    job: Job
    cost_s: float
    queued_at: float = field(default_factory=time.monotonic)
    """When this process took it into its queue, like all times here by `time.monotonic`."""
    device: str = ""
    """Which one hears it, in CTranslate2's words."""
    taken_at: float = field(default_factory=time.monotonic)
    listening_at: float | None = None
    work_s: float = 0.0
    """Seconds for which it kept a thread busy."""
    fetched_bytes: int = 0
    fraction: float = 0.0
    stage: Stage | None = None
    segments: list[Segment] = field(default_factory=list)
    note: Note | None = None
    draft: Transcript | None = None
    """Its text, while a larger model goes over it. It then takes no place from other notes."""
    stop: threading.Event = field(default_factory=threading.Event)
    task: "asyncio.Task[None] | None" = None

    @property
    def left_s(self) -> float:
        """Seconds until the text that are expected to be left."""
        if self.listening_at is None:
            return self.cost_s
        spent_s = time.monotonic() - self.listening_at
        return spent_s * (1 - self.fraction) / self.fraction if self.fraction else max(0.0, self.cost_s - spent_s)
