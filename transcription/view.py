"""What there is to say of a job now: to delivery, and to clients of the API."""

from dataclasses import dataclass

from transcription.jobs import Job
from transcription.models.registry import Stage
from transcription.transcript import Transcript


@dataclass(frozen=True, slots=True)
class View:
    """What there is to say of a job now.

    Queued: `position` (1 is next) and `eta_s` until its text, or `is_held_up` while no job can be transcribed, for the
    server that does it does not answer, or `fetched_mb` while a link is fetched. Running: `fraction` of the audio
    transcribed (0..1), the `text` so far and `eta_s`, or the `stage` of its model's loading, of which `fraction` is
    then done; or, if it `is_preliminary`, the whole `text`, while a larger model makes a better one. Done:
    `transcript`.
    """

    job: Job
    position: int | None = None
    eta_s: float | None = None
    fraction: float = 0.0
    text: str = ""
    is_preliminary: bool = False
    stage: Stage | None = None
    is_held_up: bool = False
    lacks_worker: bool = False
    """Whether it is held up because no worker is there."""
    transcript: Transcript | None = None
    fetched_mb: int | None = None
