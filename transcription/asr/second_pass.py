"""Draft, then refine: a larger model goes over a note whose text is there already, while no other note waits."""

import structlog

from transcription.asr.batcher import Batcher
from transcription.asr.recording import Recording
from transcription.asr.whisper import WhisperModel
from transcription.errors import ModelTooBig
from transcription.models.catalogue import MODELS, find
from transcription.models.registry import ModelRegistry
from transcription.models.sizing import BATCHES
from transcription.task import TranscriptionTask
from transcription.transcript import Transcript

log = structlog.get_logger()

MAX_PENDING_S = 3600.0
"""Seconds of audio that may wait to be refined: they are 115 MB, of which a minute of each note is in memory."""


class SecondPass:
    """Makes final texts of drafts. What can't be refined, or fails, stays as it is."""

    def __init__(self, name: str, models: ModelRegistry[WhisperModel], desk: Batcher) -> None:
        self._model = find(name)
        self._models = models
        self._batcher = desk
        self._pending_s = 0.0

    def final_model(self, model: str, language: str | None) -> str:
        """The model of the final transcript: `model` itself, unless this one is larger and knows the language."""
        own = MODELS.get(model)
        is_understood = not self._model.english_only or language == "en" or (own and own.english_only)
        is_better = own and self._model.parameters_m > own.parameters_m
        return self._model.name if is_better and is_understood else model

    def accepts(self, task: TranscriptionTask, draft: Transcript) -> bool:
        """Whether a draft is to be refined now: not one that may have killed a process, nor where memory is short."""
        if self.final_model(task.model, task.language) == task.model or not draft.segments:
            return False
        drafts_s = self._pending_s + draft.duration_ms / 1000
        if task.unbatched or (self._pending_s and drafts_s > MAX_PENDING_S):
            log.warning("note not refined", job=task.id, unbatched=task.unbatched, drafts_s=round(drafts_s))
            return False
        try:
            self._models.check_fits(self._model.name, beside=task.model)
        except ModelTooBig as error:
            log.warning("note not refined", job=task.id, error=error.code, **error.details)
            return False
        return True

    async def run(self, task: TranscriptionTask, note: Recording, draft: Transcript) -> Transcript:
        """What the larger model hears, or the draft if it fails; other notes come first."""
        audio_s = draft.duration_ms / 1000
        self._pending_s += audio_s
        try:
            async with self._models.lease(self._model.name) as model:
                limits = BATCHES[self._models.device_of(self._model.name)]
                await self._batcher.transcribe(note, model, patient=True, limits=limits)
        except Exception as error:  # noqa: BLE001 - there is a text that is good enough
            log.warning("note not refined", job=task.id, error=f"{type(error).__name__}: {error}")
            return draft
        finally:
            self._pending_s -= audio_s
        return note.transcript(self._model.name)
