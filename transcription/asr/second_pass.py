"""Two-pass transcription: a larger model decodes a recording again, at low priority, while no other one waits."""

import asyncio

import structlog

from transcription.asr.base import Engine
from transcription.asr.batcher import Batcher
from transcription.asr.recording import Recording
from transcription.errors import ModelTooBig
from transcription.models.catalogue import final_model, find
from transcription.models.registry import ModelRegistry
from transcription.task import TranscriptionTask
from transcription.transcript import Transcript

log = structlog.get_logger()

MAX_PENDING_S = 3600.0
"""Seconds of audio that may wait for a second pass: they are 115 MB, of which a minute of each is in memory."""


class SecondPass:
    """Makes final transcripts of first passes. What can't be decoded again, or fails, stays as it is."""

    def __init__(self, name: str, models: ModelRegistry[Engine], batcher: Batcher) -> None:
        self._model = find(name)
        self._models = models
        self._batcher = batcher
        self._pending_s = 0.0

    def final_model(self, model: str, language: str | None) -> str:
        """The model of the final transcript: `model` itself, unless this one is larger and knows the language."""
        return final_model(model, self._model.name, language)

    def accepts(self, task: TranscriptionTask, first_pass: Transcript) -> bool:
        """Whether there is a second pass now: not after a killed process, nor where memory is short."""
        if self.final_model(task.model, task.language) == task.model or not first_pass.segments:
            return False
        if first_pass.model != task.model:  # it is the best for its language
            return False
        if task.options.translate and not self._model.translates:
            return False
        pending_s = self._pending_s + first_pass.duration_ms / 1000
        if task.unbatched or (self._pending_s and pending_s > MAX_PENDING_S):
            log.warning("note not refined", job=task.id, unbatched=task.unbatched, drafts_s=round(pending_s))
            return False
        try:
            self._models.check_fits(self._model.name, beside=task.model)
        except ModelTooBig as error:
            log.warning("note not refined", job=task.id, error=error.code, **error.details)
            return False
        return True

    async def run(self, task: TranscriptionTask, recording: Recording, first_pass: Transcript) -> Transcript:
        """The transcript by the larger model, or the first pass if that fails; other recordings come first."""
        audio_s = first_pass.duration_ms / 1000
        self._pending_s += audio_s
        try:
            async with self._models.lease(self._model.name) as engine:
                if engine.capabilities.max_window_s < recording.max_window_s:
                    await asyncio.to_thread(recording.limit_windows, engine.capabilities.max_window_s)
                await self._batcher.transcribe(recording, engine, low_priority=True)
        except Exception as error:  # noqa: BLE001 - there is a text that is good enough
            log.warning("note not refined", job=task.id, error=f"{type(error).__name__}: {error}")
            return first_pass
        finally:
            self._pending_s -= audio_s
        return recording.transcript(self._model.name)
