"""Which model could make a text better."""

from handlers.dependencies import AnyModels
from transcription import Model, ModelTooBig, Transcript, catalogue


def find_better(transcript: Transcript, models: AnyModels) -> Model | None:
    """The best of the models that are here, fit, and make fewer errors in its language than the one that heard it.

    None for a translation, which the better ones may not make.
    """
    if transcript.is_translated:
        return None
    better = catalogue.better_models(transcript.model, transcript.language)
    return next((model for model in better if models.available(model.name) and _fits(model, models)), None)


def _fits(model: Model, models: AnyModels) -> bool:
    try:
        models.check_fits(model.name)
    except ModelTooBig:
        return False
    return True
