"""One backend in place of another, while that does not answer or for what it does not take."""

from collections.abc import Callable

import structlog

from transcription.audio.ffmpeg import OnLength, any_length
from transcription.backend import Backend, OnPass, no_pass
from transcription.errors import (
    ModelUnavailable,
    NoWorker,
    TranscriberFailed,
    TranscriberRefused,
    TranscriberUnavailable,
)
from transcription.progress import TranscriptionProgress
from transcription.task import TranscriptionTask
from transcription.transcript import Transcript

log = structlog.get_logger()


class Fallback:
    """A `Backend` that asks `first`, and `second` where that can't; `second` is always there."""

    def __init__(self, first: Backend, second: Backend) -> None:
        self._first = first
        self._second = second

    @property
    def workers(self) -> int:
        """Those of the backend that is asked now."""
        return self._asked.workers

    @property
    def room(self) -> int:
        """That of the backend that is asked now."""
        return self._asked.room

    @property
    def is_available(self) -> bool:
        """As the second one is."""
        return self._second.is_available

    async def until_available(self) -> None:
        """Wait for the second one alone."""
        await self._second.until_available()

    @property
    def can_kill(self) -> bool:
        """Whether either can be killed with this process."""
        return self._first.can_kill or self._second.can_kill

    def watch(self, on_change: Callable[[], None]) -> None:
        """Call this whenever either changes."""
        self._first.watch(on_change)
        self._second.watch(on_change)

    def device_of(self, model: str) -> str:
        """Where a model runs now."""
        return self._asked.device_of(model)

    def final_model(self, model: str, language: str | None) -> str:
        """As the backend says that is asked now."""
        return self._asked.final_model(model, language)

    async def transcribe(
        self,
        task: TranscriptionTask,
        progress: TranscriptionProgress,
        *,
        on_length: OnLength = any_length,
        on_pass: OnPass = no_pass,
    ) -> Transcript:
        """The final transcript of the first backend, else of the second."""
        if self._first.is_available:
            try:
                return await self._first.transcribe(task, progress, on_length=on_length, on_pass=on_pass)
            except (ModelUnavailable, NoWorker, TranscriberFailed, TranscriberRefused, TranscriberUnavailable) as error:
                log.info("note transcribed here instead", job=task.id, error=error.code)
                progress.restart()
        return await self._second.transcribe(task, progress, on_length=on_length, on_pass=on_pass)

    @property
    def _asked(self) -> Backend:
        return self._first if self._first.is_available else self._second
