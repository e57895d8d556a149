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


def better_models(name: str, language: str) -> list[Model]:
    """The models that make fewer errors in a language than this one, the best first; none of one that is unknown.

    Those of other engines go before Whisper's, of them the one that knows the fewest languages (decision 127), and of
    Whisper's the largest, of equal ones the newest.
    """
    known = sorted((model for model in reversed(_ALL) if language in model.languages), key=_rank)
    own = MODELS.get(ALIASES.get(name, name))
    if own is None:
        return []
    return known[: known.index(own)] if own in known else known


def _rank(model: Model) -> tuple[bool, float]:
    is_whisper = model.engine == "whisper"
    return is_whisper, -model.parameters_m if is_whisper else len(model.languages)


def final_model(model: str, refine_model: str, language: str | None) -> str:
    """The model of the final text where `refine_model` goes over texts: `model`, unless that is larger and fits."""
    own, larger = MODELS.get(model), MODELS.get(ALIASES.get(refine_model, refine_model))
    if own is None or larger is None or own.parameters_m >= larger.parameters_m:
        return model
    is_understood = language in larger.languages or own.languages <= larger.languages
    return larger.name if is_understood else model
