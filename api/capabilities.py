"""What a model is known not to do, refused before a task is written."""

from api.errors import ApiError
from transcription import catalogue


def check_capabilities(name: str, *, prompt: str | None, translate: bool, language: str | None) -> None:
    """Raise `ApiError` (422) where a model takes no prompt, or does not translate this language into English."""
    model = catalogue.MODELS.get(name)
    if model and prompt and not model.initial_prompt:
        raise ApiError.of("no-prompt", {"model": name})
    if model and translate and not model.translates and language != "en":
        raise ApiError.of("no-translation", {"model": name})
