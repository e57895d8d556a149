"""The transcript of a recording, and the segments that it consists of."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of speech. Times are milliseconds from the start of the recording; `text` is stripped."""

    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """The text of one recording; without speech, `segments` is empty.

    `language` is a Whisper language code and `language_probability` lies in 0..1 (1.0 where the language was given).
    `duration_ms` is the length of the decoded audio.
    """

    segments: tuple[Segment, ...]
    language: str
    language_probability: float
    duration_ms: int
    model: str

    @property
    def text(self) -> str:
        """The segments as running text."""
        return join_text(self.segments)


def join_text(segments: Sequence[Segment]) -> str:
    """Segments as running text, one space between them."""
    return " ".join(segment.text for segment in segments if segment.text)


def to_json(transcript: Transcript) -> str:
    """A transcript as the store keeps it."""
    return json.dumps(asdict(transcript), ensure_ascii=False)


def from_json(text: str) -> Transcript:
    """A transcript that `to_json` wrote."""
    fields = json.loads(text)
    return Transcript(**{**fields, "segments": tuple(Segment(**segment) for segment in fields["segments"])})
