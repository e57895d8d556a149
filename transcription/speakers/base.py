"""The protocol of a diarizer: what goes into it (samples and speech spans), and what comes out (turns)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from transcription.audio.ffmpeg import Samples
from transcription.audio.windows import Span

OnFraction = Callable[[float], None]
"""Called with the fraction of the work that is done (0..1)."""


def any_fraction(_fraction: float) -> None:
    """For callers who ask for the turns only."""


def never() -> bool:
    """For callers who don't stop it."""
    return False


@dataclass(frozen=True, slots=True)
class Turn:
    """A stretch of one voice. Times are milliseconds from the start of the recording."""

    start_ms: int
    end_ms: int
    speaker: int | None
    """0 is the first voice of the recording; None where it is like none of them."""
    other: int | None = None
    """Who else speaks, where several do at a time; `speaker` is then the one who is heard best."""


class Diarizer(Protocol):
    """Tells voices apart. Its methods block, and many threads may call them at a time."""

    def label(
        self,
        samples: Samples,
        spans: Sequence[Span],
        *,
        at_least: int = 1,
        at_most: int | None = None,
        stopped: Callable[[], bool] = never,
        on_fraction: OnFraction = any_fraction,
    ) -> list[Turn]:
        """Who speaks when, in order, and nobody twice at a time; nothing where nobody speaks.

        `spans` is where somebody speaks; `at_least` and `at_most` bound how many people there are. `stopped` is asked
        several times a second: True ends it with `Cancelled`.
        """

    def voices(self, samples: Samples, spans: Sequence[Span], *, stopped: Callable[[], bool] = never) -> int:
        """How many voices are clearly there: a cheap look, which rather misses one. `stopped` is as in `label`."""
