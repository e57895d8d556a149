"""What a running transcription has done so far."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from transcription.models.registry import Stage
from transcription.timings import Timings
from transcription.transcript import Segment, Transcript

DECODING_SHARE = 0.75
"""Of the work where speakers are told apart, too: that takes 0.02 s a second of audio, and base 0.06."""


def _ignore_change() -> None:
    """For callers who only want the transcript."""


@dataclass(slots=True)
class TranscriptionProgress:
    """Progress of one transcription. `on_change` is called on the event loop whenever any of it changed.

    `expected_s` is the seconds of work that were expected at the start.
    """

    expected_s: float = 0.0
    on_change: Callable[[], None] = _ignore_change
    fetched_mb: int | None = None
    """So much of a link's file is here; None before and after."""
    stage: Stage | None = None
    """What is done to have the model, while it is not there."""
    fraction: float = 0.0
    """Of that stage, or of the recording (0..1)."""
    segments: list[Segment] = field(default_factory=list)
    first_pass: Transcript | None = None
    """The transcript of the first pass, while there is a second one."""
    decoding_share: float = 1.0
    """Of the work; the rest is telling speakers apart, once all is decoded."""
    work_s: float = 0.0
    """Seconds for which it kept a thread busy."""
    timings: Timings = field(default_factory=Timings)
    """Where the time went, on the way to the text."""
    stop: threading.Event = field(default_factory=threading.Event)
    """Set to have its threads end soon."""
    _decoding_since: float | None = None

    @property
    def left_s(self) -> float:
        """Seconds until the transcript that are expected to be left."""
        if self._decoding_since is None:
            return self.expected_s
        spent_s = time.monotonic() - self._decoding_since
        return spent_s * (1 - self.fraction) / self.fraction if self.fraction else max(0.0, self.expected_s - spent_s)

    def so_far(self, model: str) -> Transcript | None:
        """What this model has recognised, as a partial transcript; None while there is nothing of it."""
        if not self.segments:
            return None
        return Transcript(tuple(self.segments), "", 0.0, self.segments[-1].end_ms, model, is_partial=True)

    def restart(self) -> None:
        """Forget what was transcribed, for it is done again from the start."""
        self.segments.clear()
        self.fraction = self.work_s = 0.0

    def on_fetched(self, size_bytes: int) -> None:
        """So much of a link's file is here."""
        if self.fetched_mb != (size_mb := size_bytes >> 20):
            self.fetched_mb = size_mb
            self.on_change()

    def on_stage(self, stage: Stage, fraction: float) -> None:
        """The model is on its way."""
        self.stage, self.fraction = stage, fraction
        self.on_change()

    def on_model(self) -> None:
        """The model is there."""
        self.stage = None

    def on_start(self) -> None:
        """The first window is decoded from now on."""
        self._decoding_since = time.monotonic()

    def on_text(self, text: str, fraction: float) -> None:
        """All that is certain so far, from one that does not tell its segments yet."""
        self.segments[:] = [Segment(0, 0, text)]
        self.fraction = fraction
        self.on_change()

    def on_segment(self, segment: Segment, fraction: float) -> None:
        """One more segment is certain."""
        self.segments.append(segment)
        self.fraction = fraction * self.decoding_share
        self.on_change()

    def on_speakers(self, fraction: float) -> None:
        """So much of telling speakers apart is done."""
        if self._decoding_since is None:  # the words were known
            self.on_start()
        self.fraction = self.decoding_share + fraction * (1 - self.decoding_share)
        self.on_change()
