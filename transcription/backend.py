"""What a worker transcribes with: the engines of this process, another server, or one in place of the other."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from transcription.audio.ffmpeg import OnLength, any_length
from transcription.progress import TranscriptionProgress
from transcription.speakers.look import VoiceLook
from transcription.task import TranscriptionTask
from transcription.transcript import Transcript

PREFETCH = 2
"""Recordings that are fetched and decoded while all threads of a process are busy, so that no thread waits for the
network, or decodes one window where it could batch several."""


@dataclass(frozen=True, slots=True)
class Pass:
    """What one model made of a recording, the device it ran on (in CTranslate2's words) and its seconds of work."""

    transcript: Transcript
    device: str
    work_s: float
    is_final: bool = True
    """Whether no second pass follows."""
    look: VoiceLook | None = None
    """What a look at how many voices are in the recording takes, where that is possible and worthwhile."""


OnPass = Callable[[Pass], Awaitable[None]]


async def no_pass(_done: Pass) -> None:
    """For callers who only want the final transcript."""


class Backend(Protocol):
    """Transcribes recordings, any number at a time. It knows neither jobs nor a database."""

    @property
    def workers(self) -> int:
        """How many recordings are transcribed at the same time."""
        ...

    @property
    def room(self) -> int:
        """How many recordings of one person are worth having in hand: `workers`, and `PREFETCH` for each process."""
        ...

    @property
    def is_available(self) -> bool:
        """Whether it takes recordings now, as far as is known."""
        ...

    async def until_available(self) -> None:
        """Wait until it takes recordings."""
        ...

    @property
    def can_kill(self) -> bool:
        """Whether a recording can take this process down with it."""
        ...

    def watch(self, on_change: Callable[[], None]) -> None:
        """Call this whenever `workers` or `is_available` is another than before."""
        ...

    def device_of(self, model: str) -> str:
        """Where a model runs now, as the speeds are kept."""
        ...

    def final_model(self, model: str, language: str | None) -> str:
        """The model of the final transcript of a recording that `model` transcribes first."""
        ...

    async def transcribe(
        self,
        task: TranscriptionTask,
        progress: TranscriptionProgress,
        *,
        on_length: OnLength = any_length,
        on_pass: OnPass = no_pass,
    ) -> Transcript:
        """The final transcript.

        `on_length` is called with the seconds that are decoded so far, where that is done here. `on_pass` is awaited
        after each pass; once it returned, `task.chunks` are needed no more. Raises `TranscriptionError`: a
        `TemporaryFailure` is worth another attempt, and after `TranscriberUnavailable` it takes none for a while.
        """
        ...
