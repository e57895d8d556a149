"""The façade: notes go in, and what has become of them can be asked at any time."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from transcription.jobs import Job, Request
from transcription.results import Transcript


@dataclass(frozen=True, slots=True)
class View:
    """What there is to say of a job now.

    Queued: `position` (1 is next) and `eta_s` until its text. Running: `fraction` of the audio heard (0..1), the
    `text` so far and `eta_s`. Done: `transcript`.
    """

    job: Job
    position: int | None = None
    eta_s: float | None = None
    fraction: float = 0.0
    text: str = ""
    transcript: Transcript | None = None


class Service:
    """The one door to transcription for handlers and delivery."""

    async def submit(self, request: Request) -> Job:
        """Write the job durably and return it; the same origin a second time gives the first job again.

        Raises `QueueFull`.
        """
        raise NotImplementedError

    async def cancel(self, job_id: int) -> bool:
        """End a job that has not ended yet; False where there was nothing left to cancel."""
        raise NotImplementedError

    async def cancel_chat(self, chat_id: int, user_id: int) -> int:
        """End all of one person's unfinished jobs in a chat; returns how many."""
        raise NotImplementedError

    async def view(self, job_id: int) -> View | None:
        """What there is to say of a job now; None once it was forgotten."""
        raise NotImplementedError

    def subscribe(self, listener: Callable[[int], None]) -> None:
        """Call `listener(job_id)` on the event loop whenever a job's view changed."""
        raise NotImplementedError

    async def forget(self, user_id: int) -> int:
        """Delete all jobs and transcripts of a person now, running ones included; returns how many."""
        raise NotImplementedError
