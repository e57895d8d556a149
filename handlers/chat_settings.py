"""The settings of a chat: what it chose, else the owner's."""

from dataclasses import dataclass

from transcription import Model, Service, UnknownModel, choose_model

AUTO = "auto"
"""Kept as a chat's language where it wants detection although the owner fixed a language."""


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """A model, a Whisper code of the language, or None to detect it, names and words that may occur, and speakers.

    `by_language` is whether another model transcribes where it is better for the language.
    `speakers` is how many people speak, 0 to find out, or None where nobody asks.
    """

    model: Model
    language: str | None
    prompt: str | None
    speakers: int | None
    by_language: bool = False


async def effective_settings(service: Service, chat_id: int) -> ChatSettings:
    """The settings of a chat's next job. A model that left the catalogue counts as not chosen."""
    preferences, defaults = await service.preferences(chat_id), service.defaults
    try:
        choice = choose_model(preferences.model, defaults)
    except UnknownModel:
        choice = choose_model(None, defaults)
    model = choice.model
    language = preferences.language or defaults.language
    known = language if language in model.languages else model.only_language
    return ChatSettings(model, known, preferences.prompt, preferences.speakers, choice.by_language)
