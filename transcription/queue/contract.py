"""What a front and a worker say to each other: JSON with the number of its version, and nothing pickled."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any, TypeVar

from transcription import errors, transcript
from transcription.errors import TranscriptionError
from transcription.task import TaskOptions, TranscriptionTask
from transcription.transcript import Transcript

CONTRACT = 1
"""The version of all that is here. An end understands the one before and, as far as it goes, the one after."""
TASK = "transcribe"
"""The only kind of task, by docket's name for it."""
ANNOUNCEMENTS = "stenobot:workers"
"""The stream in which workers say what they are."""

Message = TypeVar("Message", bound="Offer | Assignment | Event")


@dataclass(frozen=True, slots=True)
class Times:
    """How soon a dead worker is noticed (seconds). Both ends have the same, and tests have shorter ones."""

    lease: float = 10.0
    """A task belongs to its worker for so long after the last renewal, of which there are four in that time."""
    announce: float = 2.0
    """Between two announcements of a worker."""
    beat: float = 0.5
    """Between two reports of a running task's progress."""

    @property
    def gone(self) -> float:
        """Without announcements for so long a worker counts as away."""
        return 3.5 * self.announce

    @property
    def silent(self) -> float:
        """A task that was begun and is not heard of for so long is handed out anew."""
        return 1.5 * self.lease


class UnreadableError(Exception):
    """A message is of a version that is not understood here, or none of ours."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a worker says of itself. `capacity` is how many recordings it transcribes at a time."""

    worker: str
    name: str
    version: str
    models: tuple[str, ...]
    capacity: int
    device: str
    ahead: int = 0
    """How many more it fetches and decodes meanwhile."""
    engines: tuple[str, ...] = ()
    refine_model: str | None = None
    started_at: float = 0.0
    """When it began (Unix)."""
    is_leaving: bool = False
    """Whether it takes no more, for it is being stopped."""
    contract: int = CONTRACT


@dataclass(frozen=True, slots=True)
class Assignment:
    """A task on its way to a worker. Its sound is at `address`, which is good for it alone, and for a while."""

    id: str
    front: str
    """The front that handed it out, which reads the stream of its events."""
    address: str
    job: int
    model: str
    language: str | None = None
    likely_language: str | None = None
    initial_prompt: str = ""
    app_language: str | None = None
    options: Mapping[str, Any] | None = None
    known: str | None = None
    """A transcript as the store keeps it, whose words are not recognised once more."""
    size_bytes: int | None = None
    duration_s: float | None = None
    unbatched: bool = False
    traceparent: str | None = None
    """The front's span, where it traces."""
    contract: int = CONTRACT


class Kind(StrEnum):
    """What an event tells."""

    STARTED = "started"
    PROGRESS = "progress"
    PASS = "pass"  # noqa: S105 - no password
    RESULT = "result"
    ERROR = "error"
    RELEASED = "released"
    """The worker is being stopped, and has not ended it."""


@dataclass(frozen=True, slots=True)
class Event:
    """News of a task. `token` is that of one start: a redelivered task has another one each time."""

    kind: Kind
    task: str
    token: str
    worker: str
    stage: str | None = None
    fraction: float = 0.0
    first: int = 0
    """The place of the first of `segments` among all of them."""
    segments: tuple[tuple[int, int, str], ...] = ()
    """Start and end (ms) and text of those that were not told before."""
    transcript: str | None = None
    """As the store keeps it."""
    work_s: float = 0.0
    error: str = ""
    details: Mapping[str, str | float] | None = None
    contract: int = CONTRACT


def write(message: "Offer | Assignment | Event") -> str:
    """A message as JSON."""
    return json.dumps({name: value for name, value in asdict(message).items() if value is not None}, ensure_ascii=False)


def read(kind: type[Message], text: str | bytes) -> Message:
    """The message of a JSON text; what a later version added is passed over. Raises `UnreadableError`."""
    try:
        values = json.loads(text)
        if abs(int(values["contract"]) - CONTRACT) > 1:
            raise UnreadableError(f"contract {values['contract']}, here it is {CONTRACT}")
        known = {field.name for field in fields(kind)}
        message = kind(**{name: _value(name, value) for name, value in values.items() if name in known})
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableError(type(error).__name__) from None
    return message


def _value(name: str, value: Any) -> Any:
    if name == "kind":
        return Kind(value)
    if name == "segments":
        return tuple((int(start), int(end), str(text)) for start, end, text in value)
    return tuple(value) if isinstance(value, list) else value


def events_of(front: str) -> str:
    """The stream of what workers have to tell a front."""
    return f"stenobot:events:{front}"


def stop_of(token: str) -> str:
    """The key that is there once a start is no longer wanted."""
    return f"stenobot:stop:{token}"


def assignment(
    task: TranscriptionTask, task_id: str, front: str, address: str, *, unbatched: bool, traceparent: str | None = None
) -> Assignment:
    """A task as it is handed out."""
    return Assignment(
        id=task_id,
        front=front,
        address=address,
        job=task.id,
        model=task.model,
        language=task.language,
        likely_language=task.likely_language,
        initial_prompt=task.initial_prompt,
        app_language=task.app_language,
        options=asdict(task.options),
        known=transcript.to_json(task.known) if task.known else None,
        size_bytes=task.size_bytes,
        duration_s=task.duration_s,
        unbatched=task.unbatched or unbatched,
        traceparent=traceparent,
    )


def options_of(given: Assignment) -> TaskOptions:
    """What is asked for beside the text, as far as it is known here."""
    known = {field.name for field in fields(TaskOptions)}
    return TaskOptions(**{name: value for name, value in (given.options or {}).items() if name in known})


def transcript_of(text: str) -> Transcript:
    """The transcript of an event or an assignment. Raises `UnreadableError`."""
    try:
        return transcript.from_json(text)
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableError(type(error).__name__) from None


def error_of(event: Event) -> TranscriptionError:
    """The error that a worker tells of; one that is not known here is one without a name."""
    return errors.of_code(event.error, event.details or {})
