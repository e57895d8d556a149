"""A note on its way to text, and the states it may go through."""

from dataclasses import dataclass
from enum import StrEnum


class JobState(StrEnum):
    """Where a job stands. A killed process leaves `RUNNING` behind, which the next start turns into `QUEUED`."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """Whether nothing more will be heard: only the last word is still to be delivered."""
        return self not in (JobState.QUEUED, JobState.RUNNING)


TRANSITIONS: dict[JobState, frozenset[JobState]] = {
    JobState.QUEUED: frozenset({JobState.RUNNING, JobState.DONE, JobState.FAILED, JobState.CANCELLED}),
    JobState.RUNNING: frozenset({JobState.QUEUED, JobState.DONE, JobState.FAILED, JobState.CANCELLED}),
    JobState.DONE: frozenset(),
    JobState.FAILED: frozenset(),
    JobState.CANCELLED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Origin:
    """The message that a note came in. The first three are the key under which a job exists only once."""

    business_connection_id: str
    chat_id: int
    message_id: int
    thread_id: int | None = None


@dataclass(frozen=True, slots=True)
class File:
    """A file as its sender announced it: all but `unique_id` may be wrong or missing, and none of it is a path."""

    file_id: str
    unique_id: str
    size_bytes: int | None = None
    duration_s: float | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A note to be turned into text.

    `language` is a Whisper code, or None to detect it; `locale` is what to answer in. `prompt` is the chat's names and
    words, as they were when the note came.
    """

    origin: Origin
    user_id: int
    file: File
    model: str
    language: str | None
    locale: str
    prompt: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A request as the store keeps it. Times are Unix seconds.

    `tries` counts how often it was begun and not put back: a queued one's are the processes that died over it.
    `status_message_id` is the reply that is edited into the text; `error` and `error_details` are those of the
    `TranscriptionError` that ended the job, if one did. `moved_to_chat_id` is the supergroup that the note's group
    became; `is_delivered` is whether the last word was said.
    """

    id: int
    request: Request
    state: JobState
    created_at: float
    attempts: int = 0
    status_message_id: int | None = None
    error: str | None = None
    error_details: dict[str, str | float] | None = None
    moved_to_chat_id: int | None = None
    is_delivered: bool = False

    @property
    def chat_id(self) -> int:
        """The chat in which it is answered."""
        return self.moved_to_chat_id or self.request.origin.chat_id


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a chat chose: a model, a language, and a prompt of names and words that may occur.

    None means the owner's default (for `language`: the owner's, or detection).
    """

    model: str | None = None
    language: str | None = None
    prompt: str | None = None
