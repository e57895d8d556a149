"""A job: the request to transcribe a recording, and the states it may go through."""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from transcription.task import TaskOptions


class JobState(StrEnum):
    """Where a job stands. A killed process leaves `RUNNING` behind, which the next start turns into `QUEUED`."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """Whether the job is over: only its result is still to be delivered."""
        return self not in (JobState.QUEUED, JobState.RUNNING)


TRANSITIONS: dict[JobState, frozenset[JobState]] = {
    JobState.QUEUED: frozenset({JobState.RUNNING, JobState.DONE, JobState.FAILED, JobState.CANCELLED}),
    JobState.RUNNING: frozenset({JobState.QUEUED, JobState.DONE, JobState.FAILED, JobState.CANCELLED}),
    JobState.DONE: frozenset(),
    JobState.FAILED: frozenset(),
    JobState.CANCELLED: frozenset(),
}


LINK_SCHEMES = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a recording came from, in the words of the front that took it, which nobody else reads.

    A job exists only once for a `kind` of source ("telegram") and a `key`. Recordings of one `conversation` share a
    likely language, and can be cancelled together. `reply_to` is where the front answers.
    """

    kind: str
    key: str
    conversation: str = ""
    reply_to: str = ""

    def is_beside(self, other: "Source") -> bool:
        """Whether both are of one conversation."""
        return (self.kind, self.conversation) == (other.kind, other.conversation)


@dataclass(frozen=True, slots=True)
class File:
    """A file as its sender announced it: all but `unique_id` may be wrong or missing, and none of it is a path.

    `file_id` is what its source has it by, or a link to it; a link is in `unique_id`, too, until its content is known.
    """

    file_id: str
    unique_id: str
    size_bytes: int | None = None
    duration_s: float | None = None

    @classmethod
    def at(cls, link: str) -> "File":
        """Whatever there is at a link, which begins with `http://` or `https://`."""
        return cls(link, link)

    @property
    def is_link(self) -> bool:
        """Whether it is at a link."""
        return self.file_id.startswith(LINK_SCHEMES)

    def unique_id_by(self, digest: str) -> str:
        """What tells it from others, now that the digest of its content is known."""
        return self.unique_id.replace(self.file_id, digest)


@dataclass(frozen=True, slots=True)
class Request:
    """A recording to be transcribed.

    `language` is a Whisper code, or None to detect it; `locale` is what to answer in. `prompt` is the chat's names and
    words, as they were when the recording came. `based_on` is the job that transcribed the same file before, of which
    more is asked now.
    """

    source: Source
    user_id: int
    file: File
    model: str
    language: str | None
    locale: str
    prompt: str | None = None
    options: TaskOptions = field(default_factory=TaskOptions)
    based_on: int | None = None
    app_language: str | None = None
    """The language tag of the sender's app (BCP 47): likely to be spoken, in a script it may name."""
    sent_at: float | None = None
    """When it was sent (Unix seconds), where its front knows."""
    row_of: int | None = None
    """The first job of the recordings in a row that become one text with it; None where it goes on from none."""

    @property
    def replaces_text(self) -> bool:
        """Whether its text takes the place of that of the job it is based on; a translation stands beside it."""
        return self.based_on is not None and not self.options.translate

    def as_final(self, model: str) -> "Request":
        """As it is looked for among what was transcribed: by its final model, where that is known beforehand."""
        return self if self.options.by_language else replace(self, model=model)


@dataclass(frozen=True, slots=True)
class Job:
    """A request as it is stored, and what became of it. Times are Unix seconds.

    `attempts` counts how often it was begun and not put back: a queued one's are the processes that died over it.
    `error` and `error_details` are those of the `TranscriptionError` that ended the job, if one did; `is_delivered` is
    whether its source is done with it.
    """

    id: int
    request: Request
    state: JobState
    created_at: float
    attempts: int = 0
    error: str | None = None
    error_details: dict[str, str | float] | None = None
    is_delivered: bool = False


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a chat chose: a model, a language, a prompt of names and words that may occur, and how it gets its texts.

    None means the owner's default (for `language`: the owner's, or detection).
    """

    model: str | None = None
    language: str | None = None
    prompt: str | None = None
    speakers: int | None = None
    """As in `TaskOptions`: how many people speak, 0 to find out, None where nobody asks."""
    mark_unsure: bool = False
    """Whether words that are probably wrong are shown as such."""
    mode: str | None = None
    """Which of the chat's recordings are transcribed, in the words of its front; None is its default."""
    show_times: bool = False
    """Whether texts say when something is said."""
    paragraphs: bool = True
    """Whether texts have paragraphs, or are one block."""
    file_format: str = "txt"
    """As what a long text also comes as a file: a key of `FORMATS`."""
    long_texts: str = "folded"
    """How a long text is shown, in the words of the chat's front."""
    quiet: bool = False
    """Whether results come without sound, and nothing is said before them."""
    drafts: bool = False
    """Whether a text is shown while it is recognised as its front shows what is still being written."""
    omit_fillers: bool = False
    """Whether texts are without the sounds that fill a pause, such as "um"."""
    tidy: bool = False
    """Whether what is said of a recording that became no text goes away after a while."""
    join_s: int = 0
    """The longest pause in seconds between recordings of one person that become one text; 0 where none do."""
    locale: str | None = None
    """What to answer in where no person asks; None where that is not known."""
    llm_host: str | None = None
    """The host of a language model to which the chat lets its texts be sent."""
    by_language: bool = False
    """Of the owner's default: whether another model transcribes where it is better for the language. What a chat chose
    has a name for that (`model_choice.BEST`)."""
