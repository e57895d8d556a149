"""The form fields of OpenAI's `/v1/audio` calls."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.errors import invalid
from api.openai.parameters import DIARIZING, language_of, model_of
from api.tasks import Wishes
from transcription import Preferences, TaskOptions

ResponseFormat = Literal["json", "text", "srt", "verbose_json", "vtt", "diarized_json"]


class AudioParameters(BaseModel):
    """What is asked of a file. Fields that are not here, such as `chunking_strategy` or `include[]`, change nothing."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    model: str | None = Field(
        None, description="One of /v1/models; OpenAI's own ids mean the default.", max_length=200, examples=["base"]
    )
    language: str | None = Field(
        None, description="A code of ISO 639-1; detected if none is given.", max_length=20, examples=["en"]
    )
    prompt: str | None = Field(None, description="Names and words that may occur.", max_length=10_000)
    response_format: ResponseFormat = "json"
    temperature: float = Field(0.0, ge=0, le=1, description="Accepted; texts that look bad raise it by themselves.")
    stream: bool = Field(default=False, description="Send the text as server-sent events while it grows.")
    timestamp_granularities: tuple[Literal["word", "segment"], ...] = Field(
        ("segment",), alias="timestamp_granularities[]", description="Of verbose_json: either or both."
    )

    @classmethod
    def of(cls, fields: Mapping[str, Sequence[str]]) -> "AudioParameters":
        """Those of a form. Raises `ApiError`."""
        lists = "timestamp_granularities"
        given: dict[str, Any] = {name: values[-1] for name, values in fields.items() if values[-1] != ""}
        several = [value for name, values in fields.items() if _is_list(name, lists) for value in values]
        if several:
            given[f"{lists}[]"] = several
        given.pop(lists, None)
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            first = error.errors()[0]
            raise invalid({**first, "loc": first["loc"][:1]}) from None  # the field, also of one that is a list

    @property
    def is_diarized(self) -> bool:
        """Whether it is asked who speaks when."""
        return self.response_format == "diarized_json" or DIARIZING.fullmatch(self.model or "") is not None

    def wishes(self, defaults: Preferences, *, translate: bool) -> Wishes:
        """In the words of a task. Raises `ApiError` for an unknown model or language."""
        choice = model_of(self.model, defaults)
        speakers = 0 if self.is_diarized else None
        return Wishes(
            model=choice.model.name,
            language=language_of(self.language, defaults, choice.model),
            prompt=self.prompt,
            options=TaskOptions(translate=translate, speakers=speakers, by_language=choice.by_language),
        )


def form_schema() -> dict[str, Any]:
    """The calls' body for the API's documentation."""
    schema = AudioParameters.model_json_schema()
    file = {"type": "string", "format": "binary", "description": "A recording in any format that ffmpeg reads."}
    body = {"type": "object", "required": ["file"], "properties": {"file": file, **schema["properties"]}}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": body}}}}


def _is_list(name: str, wanted: str) -> bool:
    """Whether a field is an element of a list, as the clients of several languages write it."""
    return re.fullmatch(rf"{wanted}(\[\d*\])?", name) is not None
