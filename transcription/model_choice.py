"""What the name of a model stands for where it was chosen: a model alone, or the best one for each language."""

from dataclasses import dataclass

from transcription.jobs import Preferences
from transcription.models.catalogue import find
from transcription.models.model import Model

BEST = "auto"
"""Chosen in place of a model's name: the best one for each language."""


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A model, and whether another one transcribes where it is better for the language."""

    model: Model
    by_language: bool = False


def choose_model(name: str | None, defaults: Preferences) -> ModelChoice:
    """What was chosen; None is the owner's default, whose model also tells languages. Raises `UnknownModel`."""
    if name in {None, BEST}:
        model = find(defaults.model or "")
        return ModelChoice(model, tells_languages(model) and (name == BEST or defaults.by_language))
    return ModelChoice(find(name or ""))


def tells_languages(model: Model) -> bool:
    """Whether a model tells the language of a recording, and knows all that may come."""
    return model.engine == "whisper" and model.only_language is None
