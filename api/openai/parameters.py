"""What clients of OpenAI's API call models and languages, in our words."""

import re
from http import HTTPStatus

from api.errors import ApiError
from api.parameters import find_language, find_model
from transcription import Model, ModelChoice, Preferences

DIARIZING = re.compile(r"gpt-.*-diarize.*")
_THEIRS = re.compile(r"whisper-1|gpt-.*(?:transcribe|whisper|realtime).*")


def model_of(model_id: str | None, defaults: Preferences) -> ModelChoice:
    """What an id means: one of ours, or the default for none and for OpenAI's own. Raises `ApiError` (404)."""
    name = None if model_id is None or _THEIRS.fullmatch(model_id) else model_id
    try:
        return find_model(name, defaults)
    except ApiError as error:
        raise ApiError(HTTPStatus.NOT_FOUND, "model_not_found", error.message, param="model") from None


def language_of(code: str | None, defaults: Preferences, model: Model) -> str | None:
    """The Whisper code of a language, of which a region is dropped; None to detect it. Raises `ApiError` (422)."""
    return find_language((code or "").replace("_", "-").partition("-")[0] or None, defaults.language, model)
