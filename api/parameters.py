"""What a call may ask of a transcription: parameters of its query or fields of its form, and what they mean."""

from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import Query
from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from api.errors import ApiError, invalid
from api.forms import Upload
from api.tasks import Wishes
from transcription import (
    BEST,
    LANGUAGES,
    Model,
    ModelChoice,
    Preferences,
    TaskOptions,
    UnknownModel,
    catalogue,
    choose_model,
)

AUTO = "auto"
PREFIXES = ("openai/whisper-", "systran/faster-whisper-", "faster-whisper-", "whisper-")
"""With which other programs name the same models."""


def _blank(value: object) -> object:
    """An empty field of a form means that nothing was chosen."""
    return None if isinstance(value, str) and not value.strip() else value


Blank = BeforeValidator(_blank)


class Parameters(BaseModel):
    """Parameters of a transcription; each may be left out."""

    model: Annotated[str | None, Field(max_length=100, examples=["base"]), Blank] = None
    """A model's name, or `auto` for the best one by language; the server's default if none is given."""
    language: Annotated[str | None, Field(max_length=20, examples=["en"]), Blank] = None
    """A Whisper code such as `en`, or `auto` to detect it."""
    trim: Annotated[float | None, Field(gt=0, le=1e6, allow_inf_nan=False), Blank] = None
    """Seconds from the start that are transcribed."""
    task: Annotated[Literal["transcribe", "translate"] | None, Blank] = None
    """`translate` gives English text."""
    word_timestamps: Annotated[bool | None, Blank] = None
    """Whether the result has the times of words."""
    diarize: Annotated[bool | None, Blank] = None
    """Whether the result says who speaks when."""
    prompt: Annotated[str | None, Field(max_length=1000), Blank] = None
    """Names and words that may occur, so that they are spelled right."""

    @property
    def options(self) -> TaskOptions:
        """What is asked for beside the text."""
        speakers = 0 if self.diarize else None
        return TaskOptions(translate=self.task == "translate", speakers=speakers, trim_s=self.trim)

    def wishes(
        self,
        defaults: Preferences,
        *,
        options: TaskOptions | None = None,
        key: str | None = None,
        is_fresh: bool = False,
    ) -> Wishes:
        """What a task is to be, with the owner's defaults for what is left open. Raises `ApiError` (422)."""
        choice = find_model(self.model, defaults)
        return Wishes(
            model=choice.model.name,
            language=find_language(self.language, defaults.language, choice.model),
            prompt=self.prompt,
            options=replace(options or self.options, by_language=choice.by_language),
            shows_words=bool(self.word_timestamps),
            key=key,
            is_fresh=is_fresh,
        )


QueryParameters = Annotated[Parameters, Query()]


def parameters_of(query: Parameters, upload: Upload) -> Parameters:
    """The parameters of query and form; the query has the last word. Raises `ApiError` (422)."""
    fields = {name: upload.last(name) for name in Parameters.model_fields if name in upload.fields}
    try:
        return Parameters.model_validate({**fields, **query.model_dump(exclude_unset=True)})
    except ValidationError as error:
        raise invalid(error.errors(include_input=False, include_url=False)[0]) from None


def find_model(name: str | None, defaults: Preferences) -> ModelChoice:
    """The model that a call means, or the best one for each language. Raises `ApiError` (422)."""
    plain = name.strip().lower() if name else None
    for prefix in PREFIXES:
        plain = plain and plain.removeprefix(prefix)
    try:
        return choose_model(plain, defaults)
    except UnknownModel:
        sentence = f"There is no such model; there are {', '.join(catalogue.MODELS)}, and {BEST}."
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "unknown-model", sentence, param="model") from None


def find_language(name: str | None, default: str | None, model: Model) -> str | None:
    """The Whisper code that a call means, or None to detect it. Raises `ApiError` (422)."""
    code = (name or default or AUTO).strip().lower()
    if name and code != AUTO and code not in LANGUAGES:
        sentence = "There is no such language; send a code such as en, ru or de, or auto."
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "unknown-language", sentence, param="language")
    if name and code != AUTO and code not in model.languages:
        known = "English only" if model.english_only else f"only {', '.join(sorted(model.languages))}"
        sentence = f"The model {model.name} knows {known}."
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "unknown-language", sentence, param="language")
    return code if code in model.languages else model.only_language
