"""What the dispatcher hands to handlers by parameter name, such as `say`, `run_in_background` and `models`."""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from transcription import Progress


class Say(Protocol):
    """Turns a message's key and its arguments into a sentence in its reader's language."""

    def __call__(self, key: str, /, **args: object) -> str:
        """The sentence of `key`. Arguments that the sentence does not mention are ignored."""
        ...


class RunInBackground(Protocol):
    """Runs what nobody has to wait for, such as a call to Telegram, beside the queue of updates."""

    def __call__(self, work: Awaitable[object], /) -> None:
        """Do the work in a task of its own."""
        ...


class FollowJob(Protocol):
    """Has a job's messages made to look as is wanted, soon."""

    def __call__(self, job_id: int, /) -> None:
        """There is a change of what is wanted."""
        ...


@dataclass(frozen=True, slots=True)
class Chart:
    """A bar chart: a value and a label for each bar, of which an empty one is not written."""

    title: str
    values: Sequence[float]
    labels: Sequence[str]


class DrawChart(Protocol):
    """Draws charts, where there is what it takes."""

    async def __call__(self, chart: Chart, /) -> bytes | None:
        """A picture (PNG); None where it can't be had."""
        ...


class AnyModels(Protocol):
    """The registry of models, whatever engine they run on."""

    @property
    def workers(self) -> Mapping[str, int] | None:
        """How many workers have each model, and there are no others; None where there are no workers."""
        ...

    def available(self, name: str) -> bool:
        """Whether a model need not be fetched first."""
        ...

    def check_fits(self, name: str) -> None:
        """Raise `ModelTooBig` for a model that the device has too little memory for."""
        ...

    async def ensure(self, name: str, on_progress: Progress = ...) -> object:
        """Have a model in memory; raises `TranscriptionError` where it can't be had."""
        ...
