"""The catalogue of models: all that can be chosen, by their names."""

from transcription.errors import UnknownModel
from transcription.models.model import Model
from transcription.models.onnx_models import ONNX_MODELS
from transcription.models.whisper_models import WHISPER_MODELS

BASE_RTF = 0.15
"""Seconds of work per second of audio assumed for base until something is measured: int8 on one core of a small VPS."""

_ALL: tuple[Model, ...] = (*WHISPER_MODELS, *ONNX_MODELS)

MODELS = {model.name: model for model in _ALL}
"""Every model by its name, in the order in which they are offered: Whisper's, small ones first, an English twin after
its own; then those of other engines, likewise."""

ALIASES = {"turbo": "large-v3-turbo", "large": "large-v3"}


def find(name: str) -> Model:
    """The model of a name or alias; raises `UnknownModel`."""
    model = MODELS.get(ALIASES.get(name, name))
    if model is None:
        raise UnknownModel(model=name)
    return model


def final_model(model: str, refine_model: str, language: str | None) -> str:
    """The model of the final text where `refine_model` goes over texts: `model`, unless that is larger and fits."""
    own, larger = MODELS.get(model), MODELS.get(ALIASES.get(refine_model, refine_model))
    if own is None or larger is None or own.parameters_m >= larger.parameters_m:
        return model
    is_understood = language in larger.languages or own.languages <= larger.languages
    return larger.name if is_understood else model
