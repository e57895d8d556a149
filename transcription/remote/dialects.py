"""The ways in which servers are asked for a transcript: where a recording goes, and with which form fields."""

from dataclasses import dataclass, replace

from transcription.task import TranscriptionTask

V1 = "/v1"


@dataclass(frozen=True, slots=True)
class OpenAI:
    """OpenAI's API, which most servers have. Some of its own models have text as plain `json` only."""

    name: str = "OpenAI's API"
    can_translate: bool = True
    is_verbose: bool = True

    def path(self, task: TranscriptionTask) -> str:
        """Translations have an address of their own."""
        return f"{V1}/audio/{'translations' if task.options.translate else 'transcriptions'}"

    def fields(self, task: TranscriptionTask, model: str) -> list[tuple[str, str]]:
        """Segments and words are asked for where the server has them; `model` is what it calls the model."""
        fields = [("model", model), *_given(task, "language", "prompt")]
        if not self.is_verbose:
            return [*fields, ("response_format", "json")]
        granularities = [("timestamp_granularities[]", kind) for kind in ("segment", "word")]
        return [*fields, ("response_format", "verbose_json"), *granularities]

    def without_times(self) -> "OpenAI":
        """The same for a model that has plain text only."""
        return replace(self, is_verbose=False)


@dataclass(frozen=True, slots=True)
class WhisperCpp:
    """whisper.cpp's server, which has one model and takes English for granted unless told otherwise."""

    name: str = "whisper.cpp"
    can_translate: bool = True

    def path(self, _task: TranscriptionTask) -> str:
        """One for all."""
        return "/inference"

    def fields(self, task: TranscriptionTask, _model: str) -> list[tuple[str, str]]:
        """`auto` detects the language."""
        translate = [("translate", "true")] if task.options.translate else []
        fields = [("language", task.language or "auto"), ("response_format", "verbose_json"), *translate]
        # Its segments of 60 characters end within words; and versions of 2025 begin with the text of the call before.
        fields += [("max_len", "1000"), ("split_on_word", "true")]
        return [*fields, *(_given(task, "prompt") or [("max_context", "0")])]


@dataclass(frozen=True, slots=True)
class OneCall:
    """A small service that has one model and one call, as those are that people write with Flask."""

    name: str = "one call"
    can_translate: bool = False

    def path(self, _task: TranscriptionTask) -> str:
        """Without a slash at the end."""
        return "/transcribe"

    def fields(self, task: TranscriptionTask, _model: str) -> list[tuple[str, str]]:
        """For those that read more than the file."""
        return _given(task, "language", "prompt")


@dataclass(frozen=True, slots=True)
class Stenobot:
    """Another Stenobot: a task is submitted once and followed by its events, also across a restart of the server."""

    name: str = "Stenobot"
    can_translate: bool = True

    def path(self, _task: TranscriptionTask) -> str:
        """Where tasks are made; each is below it."""
        return "/transcribe/"

    def fields(self, task: TranscriptionTask, model: str) -> list[tuple[str, str]]:
        """All that a task may ask for."""
        wishes = [("model", model), *_given(task, "language", "prompt"), ("word_timestamps", "true")]
        if task.options.translate:
            wishes.append(("task", "translate"))
        if task.options.speakers is not None:
            wishes.append(("diarize", "true"))
        if task.options.trim_s is not None:
            wishes.append(("trim", str(task.options.trim_s)))
        return wishes


Dialect = OpenAI | WhisperCpp | OneCall | Stenobot
"""How one kind of server is asked: the path, under its address, and what the form holds beside the file."""


def _given(task: TranscriptionTask, *names: str) -> list[tuple[str, str]]:
    """What is known of these fields."""
    known = {"language": "" if task.options.translate else task.language, "prompt": task.initial_prompt}
    return [(name, value) for name in names if (value := known[name])]
