"""The configuration of a live session, in the shape of OpenAI's transcription sessions."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from api.errors import invalid
from api.openai.parameters import language_of, model_of
from transcription import LiveOptions, Preferences

PARTIAL = "item.input_audio_transcription.partial"
"""In `include`: send text that may still change, too. It is ours; OpenAI has no such event."""
EAGERNESS_MS = {"low": 1500, "medium": 800, "auto": 800, "high": 400}
"""Silence that ends an item with semantic_vad, which is server_vad here: only the pause is looked at."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class AudioFormat(_Part):
    """PCM: 16-bit, mono, little-endian."""

    type: Literal["audio/pcm"] = "audio/pcm"
    rate: int = Field(24_000, ge=8_000, le=48_000)


class Transcription(_Part):
    """Model (None is the default), language (None detects it), names and words that may occur."""

    model: str | None = None
    language: str | None = None
    prompt: str | None = Field(None, max_length=2_000)


class TurnDetection(_Part):
    """What ends an item: a pause. `threshold` is shown as it is, and is not to be changed."""

    type: Literal["server_vad", "semantic_vad"] = "server_vad"
    threshold: float = 0.5
    prefix_padding_ms: int = Field(300, ge=0, le=5_000)
    silence_duration_ms: int = Field(500, ge=200, le=10_000)
    eagerness: Literal["low", "medium", "high", "auto"] = "auto"


class AudioInput(_Part):
    """Sound that comes in; `turn_detection` None leaves it to the client to commit items."""

    format: AudioFormat = AudioFormat()
    noise_reduction: None = None
    transcription: Transcription = Transcription()
    turn_detection: TurnDetection | None = TurnDetection()

    @field_validator("noise_reduction", mode="before")
    @classmethod
    def _without(cls, _value: object) -> None:
        """Sound is taken as it is, whatever is asked for."""


class Audio(_Part):
    """Only input: nothing is said back."""

    input: AudioInput = AudioInput()


class Session(_Part):
    """All of a session's configuration."""

    type: Literal["transcription"] = "transcription"
    audio: Audio = Audio()
    include: tuple[str, ...] | None = None

    @property
    def rate(self) -> int:
        """Samples a second."""
        return self.audio.input.format.rate

    @property
    def wants_partial(self) -> bool:
        """Whether text that may change is sent."""
        return PARTIAL in (self.include or ())

    def updated(self, changes: Mapping[str, Any]) -> "Session":
        """The session with the fields that are given, checked. Raises `ApiError`."""
        merged = _merge(self.model_dump(exclude_unset=True), changes)
        try:
            session = Session.model_validate(merged)
        except ValidationError as error:
            raise invalid(error.errors()[0]) from None
        return session

    def live_options(self, defaults: Preferences) -> LiveOptions:
        """In the words of transcription. Raises `ApiError` for an unknown model or language."""
        heard, turns = self.audio.input.transcription, self.audio.input.turn_detection
        model, silence_ms = model_of(heard.model, defaults).model, None
        if turns:
            semantic = turns.type == "semantic_vad"
            silence_ms = EAGERNESS_MS[turns.eagerness] if semantic else turns.silence_duration_ms
        return LiveOptions(
            model=model.name,
            language=language_of(heard.language, defaults, model),
            prompt=heard.prompt or "",
            silence_ms=silence_ms,
            padding_ms=turns.prefix_padding_ms if turns else 0,
        )


def _merge(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Nested fields that are given replace those that were there."""
    both = {key: _merge(old[key], new[key]) for key in old.keys() & new.keys() if _are_objects(old[key], new[key])}
    return {**old, **new, **both}


def _are_objects(*values: object) -> bool:
    return all(isinstance(value, Mapping) for value in values)
