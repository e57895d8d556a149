"""The sound of a recording whose text is there, for a cheap look at how many voices are in it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from transcription.asr.thread_pool import ThreadPool
from transcription.audio.ffmpeg import SAMPLE_RATE, Samples
from transcription.audio.windows import Span
from transcription.speakers.base import Diarizer

SHORTEST_S, LONGEST_S = 20.0, 600.0
"""Recordings that are worth a look: a shorter one is read at a glance, and of a longer one much is kept for it."""


@dataclass(frozen=True, slots=True)
class VoiceLook:
    """What a look takes: a recording, where somebody speaks in it, and who counts voices in which threads."""

    samples: Samples
    spans: Sequence[Span]
    diarizer: Diarizer
    pool: ThreadPool

    @property
    def duration_s(self) -> float:
        """Seconds of sound that it keeps."""
        return len(self.samples) / SAMPLE_RATE

    @property
    def is_worthwhile(self) -> bool:
        """Whether the recording is neither short nor very long."""
        return SHORTEST_S <= self.duration_s <= LONGEST_S

    async def voices(self, stopped: Callable[[], bool]) -> int:
        """How many voices are clearly there. Raises `Cancelled` once `stopped`, or once others wait for a thread."""

        def gives_way() -> bool:
            return stopped() or self.pool.is_wanted

        return await self.pool.run(lambda: self.diarizer.voices(self.samples, self.spans, stopped=gives_way))
