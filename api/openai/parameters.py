"""What clients of OpenAI's API call models and languages, in our words."""

import re
from http import HTTPStatus

from api.errors import ApiError
from transcription import LANGUAGES, UnknownModel, catalogue

DIARIZING = re.compile(r"gpt-.*-diarize.*")
_THEIRS = re.compile(r"whisper-1|gpt-.*(?:transcribe|whisper|realtime).*")


def model_of(model_id: str | None) -> str | None:
    """The model of an id: one of ours, or None, the default, for OpenAI's own. Raises `ApiError` (404)."""
    if model_id is None or _THEIRS.fullmatch(model_id):
        return None
    try:
        return catalogue.find(model_id).name
    except UnknownModel:
        message = f"There is no model {model_id[:80]}. GET /v1/models lists them."
        raise ApiError(HTTPStatus.NOT_FOUND, "model_not_found", message, param="model") from None


def language_of(code: str | None) -> str | None:
    """A Whisper code, of which a region is dropped; None to detect it. Raises `ApiError` (400)."""
    if not code:
        return None
    language = code.lower().replace("_", "-").partition("-")[0]
    if language not in LANGUAGES:
        message = f"There is no language {code[:20]}. It is a code of ISO 639-1, such as en."
        raise ApiError(HTTPStatus.BAD_REQUEST, "invalid_language", message, param="language")
    return language
