"""The jobs that a worker has in hand."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field

import structlog

from transcription.audio.spool import Spool
from transcription.jobs import File, Job
from transcription.observer import Observer
from transcription.progress import TranscriptionProgress
from transcription.scheduler import Ticket
from transcription.speakers.look import VoiceLook
from transcription.task import TranscriptionTask
from transcription.transcript import Transcript

log = structlog.get_logger()

LONG_S = 600.0
"""Longer recordings are in hand one at a time, so that no others fill all slots, or the disk: an hour is 115 MB."""
LARGE_BYTES = 20 << 20
"""Larger files, too."""


def may_be_long(file: File) -> bool:
    """Whether a file is long or large, from what its sender said of it."""
    return (file.duration_s or 0) > LONG_S or (file.size_bytes or 0) > LARGE_BYTES


class TurnedOutLongError(Exception):
    """A recording is longer than was said, about `duration_s`, and another long one is in hand."""

    def __init__(self, duration_s: float) -> None:
        super().__init__(duration_s)
        self.duration_s = duration_s


@dataclass(slots=True)
class ActiveJob:
    """A job that was taken from the queue, until it has ended or is put back."""

    job: Job
    ticket: Ticket
    progress: TranscriptionProgress
    is_started: bool = False
    """Whether its file is here, so that it is decoded and transcribed."""
    is_heavy: bool = field(init=False)
    """Whether no other such job may be in hand beside it."""
    holds_slot: bool = True
    """Whether it keeps others waiting; not in its second pass."""
    charged_s: float = field(init=False)
    """Seconds of work that its owner was charged for when it was taken."""
    retry_in_s: float | None = None
    """Seconds until it is to be queued again, once it is put back."""
    taken_at: float = field(default_factory=time.monotonic)
    fetched: Spool | None = None
    """Its file, once it is here."""
    look: VoiceLook | None = None
    """What a look at its voices takes, once it is transcribed."""
    task: "asyncio.Task[None] | None" = None

    def __post_init__(self) -> None:
        """It is what was expected, until more is known."""
        self.is_heavy = self.ticket.is_heavy
        self.charged_s = self.ticket.cost_s
        self.progress.timings.record("queue", self.ticket.arrived_s, self.taken_at)

    def abort(self) -> None:
        """Stop working on it; its thread is free within one batch."""
        self.progress.stop.set()
        assert self.task
        self.task.cancel()

    def create_task(
        self, file: Spool, likely_language: str | None, known: Transcript | None, *, unbatched: bool
    ) -> TranscriptionTask:
        """What is asked of a transcriber, now that its file is here."""
        request = self.job.request
        return TranscriptionTask(
            self.job.id,
            file,
            request.model,
            language=request.language,
            likely_language=likely_language,
            initial_prompt=request.prompt or "",
            app_language=request.app_language,
            options=request.options,
            known=known,
            size_bytes=file.size,
            duration_s=request.file.duration_s,
            unbatched=unbatched,
        )

    def log_done(self, transcript: Transcript, observer: Observer) -> None:
        """Write down what it took, and tell who counts it."""
        audio_s, work_s = transcript.duration_ms / 1000, self.progress.work_s
        waited_s = self.taken_at - self.ticket.arrived_s
        observer.job_worked(self.job.request.source.kind, waited_s, work_s)
        log.info(
            "note done",
            job=self.job.id,
            audio_s=round(audio_s, 2),
            wall_s=round(time.monotonic() - self.taken_at, 3),
            rtf=round(work_s / audio_s, 3),
            waited_s=round(waited_s, 3),
            model=transcript.model,
            language=transcript.language,
            probability=round(transcript.language_probability, 3),
            bytes=self.fetched.size if self.fetched else 0,
        )


class ActiveJobs(dict[int, ActiveJob]):
    """The jobs in hand, by their ids, and what they leave to others."""

    @property
    def in_slots(self) -> list[ActiveJob]:
        """Those that keep others waiting."""
        return [active for active in self.values() if active.holds_slot]

    @property
    def has_heavy(self) -> bool:
        """Whether no other heavy job may be taken."""
        return any(active.is_heavy for active in self.in_slots)

    def check_length(self, active: ActiveJob, seconds: float) -> None:
        """Count a job as what its file is, not what was said of it, once so many seconds are decoded.

        Raises `TurnedOutLongError` where it may not go on now.
        """
        if seconds <= LONG_S or active.is_heavy:
            return
        if self.has_heavy:
            assert active.fetched
            raise TurnedOutLongError(seconds * active.fetched.size / active.fetched.read_bytes)
        active.is_heavy = True

    def left_s(self) -> tuple[float, float]:
        """Seconds of work that are left of the jobs that were started, and of the heavy one among them."""
        left = [(active.progress.left_s, active.is_heavy) for active in self.in_slots if active.is_started]
        return sum(left_s for left_s, _ in left), sum(left_s for left_s, is_heavy in left if is_heavy)

    def is_full(self, room: int) -> bool:
        """Whether no other job may be taken, where one person may have `room` of them in hand.

        As many slots again are kept for others, should all of one person's files hang.
        """
        return len(self.in_slots) >= 2 * room

    def busy_users(self, room: int) -> set[int]:
        """The people none of whose other jobs may be taken, where each may have `room` of them in hand."""
        counts = Counter(active.job.request.user_id for active in self.in_slots)
        return {user_id for user_id, count in counts.items() if count >= room}

    def pending_first_passes(self, user_id: int) -> int:
        """How many of a person's jobs have a text and wait for that of their second pass."""
        mine = (active.progress for active in self.values() if active.job.request.user_id == user_id)
        return sum(progress.first_pass is not None for progress in mine)
