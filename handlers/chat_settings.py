"""What a chat wants its notes heard with: what it chose, else what the owner did."""

from dataclasses import dataclass, replace

from transcription.errors import UnknownModel
from transcription.models import catalogue
from transcription.models.catalogue import Model
from transcription.service import Service

AUTO = "auto"
"""Kept as a chat's language where it wants detection although the owner fixed a language."""


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """A model, a Whisper code of the language, or None to detect it, and names and words that may occur."""

    model: Model
    language: str | None
    prompt: str | None


async def effective_settings(service: Service, chat_id: int) -> ChatSettings:
    """What a chat's next note is heard with. A model that left the catalogue counts as not chosen."""
    preferences, defaults = await service.preferences(chat_id), service.defaults
    assert defaults.model
    try:
        model = catalogue.find(preferences.model or defaults.model)
    except UnknownModel:
        model = catalogue.find(defaults.model)
    language = preferences.language or defaults.language
    if model.english_only:
        return ChatSettings(model, "en", preferences.prompt)
    return ChatSettings(model, None if language == AUTO else language, preferences.prompt)


async def choose_model(service: Service, chat_id: int, model: str) -> None:
    """Keep a chat's model; its language stays."""
    former = await service.preferences(chat_id)
    await service.set_preferences(chat_id, replace(former, model=model))


async def choose_language(service: Service, chat_id: int, language: str) -> None:
    """Keep a chat's language, which may be `AUTO`; its model stays."""
    former = await service.preferences(chat_id)
    await service.set_preferences(chat_id, replace(former, language=language))


async def choose_words(service: Service, chat_id: int, words: str | None) -> None:
    """Keep a chat's names and jargon, or none; its model and language stay."""
    former = await service.preferences(chat_id)
    await service.set_preferences(chat_id, replace(former, prompt=words))
