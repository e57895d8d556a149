"""A job in hand, and how far it is."""

import asyncio
import threading
import time
from dataclasses import dataclass, field

from transcription.asr.recording import Recording
from transcription.audio.spool import Spool
from transcription.jobs import Job
from transcription.models.registry import Stage
from transcription.scheduler import Ticket
from transcription.transcript import Segment, Transcript


@dataclass(slots=True)
class ActiveJob:
    """A job that was taken from the queue, while it is worked on."""

    job: Job
    ticket: Ticket
    device: str = ""
    """Which one hears it, in CTranslate2's words."""
    begun: bool = False
    """Whether its file is here, so that it is decoded and heard."""
    is_heavy: bool = field(init=False)
    """Whether no other such note may be in hand beside it."""
    charged_s: float = field(init=False)
    """Seconds of work that its owner was charged for when it was taken."""
    again_in_s: float | None = None
    """Seconds until it is to be queued again, once it is put back."""
    taken_at: float = field(default_factory=time.monotonic)
    decoding_since: float | None = None
    work_s: float = 0.0
    """Seconds for which it kept a thread busy."""
    fetched: Spool | None = None
    """Its file, once it is here."""
    fraction: float = 0.0
    stage: Stage | None = None
    segments: list[Segment] = field(default_factory=list)
    recording: Recording | None = None
    first_pass: Transcript | None = None
    """Its text, while a larger model goes over it. It then takes no place from other notes."""
    stop: threading.Event = field(default_factory=threading.Event)
    task: "asyncio.Task[None] | None" = None

    def __post_init__(self) -> None:
        """It is what was foreseen, until more is known."""
        self.is_heavy = self.ticket.is_heavy
        self.charged_s = self.ticket.cost_s

    @property
    def left_s(self) -> float:
        """Seconds until the text that are expected to be left."""
        if self.decoding_since is None:
            return self.ticket.cost_s
        spent_s = time.monotonic() - self.decoding_since
        return (
            spent_s * (1 - self.fraction) / self.fraction if self.fraction else max(0.0, self.ticket.cost_s - spent_s)
        )
