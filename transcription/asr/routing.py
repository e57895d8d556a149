"""Routing by language: a model that knows all languages tells a recording's, and the best one for it transcribes."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

import structlog

from transcription.asr.base import DecodingOptions, Engine
from transcription.asr.recording import Recording
from transcription.backend import Pass
from transcription.errors import Cancelled, ModelTooBig
from transcription.models import catalogue
from transcription.models.model import Model
from transcription.models.registry import ModelRegistry
from transcription.task import TranscriptionTask

log = structlog.get_logger()

Decoded = tuple[Pass, Recording | None]
"""What a model made of a recording; None in place of that where an engine has a loop of its own."""
Decode = Callable[[str, DecodingOptions], Awaitable[Decoded]]
"""Decodes the recording of a task with a model."""


class Routing:
    """Chooses the model of a task that asks for the best one by language.

    `by_language` has models that were set by hand, by language: then those and no others. Else it is whichever model of
    another engine is here and knows the language; of several the one that knows the fewest, for it was made for them.
    """

    def __init__(self, models: ModelRegistry[Engine], by_language: Mapping[str, str]) -> None:
        self._models = models
        self._by_language = by_language

    async def transcribe(self, task: TranscriptionTask, options: DecodingOptions, decode: Decode) -> Decoded:
        """What `decode` gives with the model for the recording's language, or the task's own.

        A model that fails is no reason to have no text: the task's own transcribes in its place.
        """
        routes = self.routes(task)
        if (language := options.language) is None:
            done, recording = await decode(task.model, replace(options, elsewhere=frozenset(routes)))
            told = recording.elsewhere if recording else None
            if told is None:
                return done, recording
            language, probability = told.language, told.language_probability
        elif language in routes:
            probability = 1.0
        else:
            return await decode(task.model, options)
        model = routes[language]
        log.info("note routed", job=task.id, language=language, probability=round(probability, 3), model=model)
        try:
            done, recording = await decode(model, replace(options, language=language))
        except Cancelled:
            raise
        except Exception as error:  # noqa: BLE001 - there is another model, which is asked
            log.warning("note not routed", job=task.id, model=model, error=f"{type(error).__name__}: {error}")
            return await decode(task.model, options)
        return replace(done, transcript=replace(done.transcript, language_probability=probability)), recording

    def routes(self, task: TranscriptionTask) -> dict[str, str]:
        """By language: the models that transcribe in place of the task's own, and are here and fit beside it.

        None where only one may be in memory, for a translation, and after a process was killed: the memory of two
        models may have been what killed it.
        """
        wanted = task.options.by_language and not task.options.translate and not task.unbatched
        if not wanted or self._models.options.max_models == 1:
            return {}
        names = set(self._by_language.values()) or {model.name for model in specialists()}
        usable = {name for name in names if name != task.model and self._is_usable(name, task.model)}
        if self._by_language:
            return {language: name for language, name in self._by_language.items() if name in usable}
        models = sorted((catalogue.find(name) for name in usable), key=lambda model: -len(model.languages))
        return {language: model.name for model in models for language in model.languages}

    def _is_usable(self, name: str, beside: str) -> bool:
        if not self._models.available(name):
            return False
        try:
            self._models.check_fits(name, beside=beside)
        except ModelTooBig:
            return False
        return True


def specialists() -> list[Model]:
    """The models of other engines than Whisper's, which make fewer errors in the languages that they know."""
    return [model for model in catalogue.MODELS.values() if model.engine != "whisper"]
