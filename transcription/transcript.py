"""The transcript of a recording: its segments and their words."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Word:
    """A word with its punctuation, and the space before it where its language writes one.

    Times are milliseconds from the start of the recording; `probability` lies in 0..1.
    """

    text: str
    start_ms: int
    end_ms: int
    probability: float


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of speech. Times are milliseconds from the start of the recording; `text` is stripped.

    `words` make up the text; there are none from an engine that knows no times of words.
    """

    start_ms: int
    end_ms: int
    text: str
    words: tuple[Word, ...] = ()
    avg_logprob: float = 0.0
    """Mean log probability of a token, of the window that it is from."""
    no_speech_prob: float = 0.0
    """The engine's own probability of silence there (0..1)."""
    speaker: int | None = None
    """Who speaks: 0 is the first voice of the recording. None where nobody asked, or it is not known."""
    is_overlap: bool = False
    """Whether several speak at a time."""
    other_speaker: int | None = None
    """Who else speaks, where several do; None also in what a former version wrote."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """The text of one recording; without speech, `segments` is empty.

    `language` is a Whisper language code and `language_probability` lies in 0..1 (1.0 where the language was given).
    `duration_ms` is the length of the decoded audio. `speakers` is how many voices were found, or None where nobody
    asked. `is_translated` says that the text is English whatever the language.
    """

    segments: tuple[Segment, ...]
    language: str
    language_probability: float
    duration_ms: int
    model: str
    speakers: int | None = None
    is_translated: bool = False
    is_partial: bool = False
    """Whether it was stopped before all was recognised; its language and what comes after are not known then."""

    @property
    def text(self) -> str:
        """The segments as running text."""
        return join_text(self.segments)


def join_transcripts(transcripts: Sequence[Transcript]) -> Transcript:
    """Recordings of one language in a row as one, in which each begins where the one before it ends.

    It tells nobody apart: the first voice of one recording may be another than that of the next.
    """
    segments, at_ms = list[Segment](), 0
    for transcript in transcripts:
        segments += [_shifted(segment, at_ms) for segment in transcript.segments]
        at_ms += transcript.duration_ms
    return replace(transcripts[0], segments=tuple(segments), duration_ms=at_ms, speakers=None)


def _shifted(segment: Segment, by_ms: int) -> Segment:
    return replace(
        segment,
        start_ms=segment.start_ms + by_ms,
        end_ms=segment.end_ms + by_ms,
        words=tuple(
            replace(word, start_ms=word.start_ms + by_ms, end_ms=word.end_ms + by_ms) for word in segment.words
        ),
        speaker=None,
        is_overlap=False,
        other_speaker=None,
    )


def join_text(segments: Sequence[Segment]) -> str:
    """Segments as running text, one space between them, but none where their language writes none."""
    return "".join(_space_before(segment) + segment.text for segment in segments if segment.text).lstrip()


def to_json(transcript: Transcript) -> str:
    """A transcript as the store keeps it; a word is a list of its values, for an hour has ten thousand."""
    segments = [_fields(segment) for segment in transcript.segments]
    for segment in segments:
        segment["words"] = [list(_fields(word).values()) for word in segment["words"]]
    return json.dumps({**_fields(transcript), "segments": segments}, ensure_ascii=False)


def from_json(text: str) -> Transcript:
    """A transcript that `to_json` wrote, also in another version: what a later one added is passed over."""
    values = _known(Transcript, json.loads(text))
    return Transcript(**{**values, "segments": tuple(_segment(segment) for segment in values["segments"])})


def _space_before(segment: Segment) -> str:
    return "" if segment.words and not segment.words[0].text[:1].isspace() else " "


def _fields(of: Transcript | Segment | Word) -> dict[str, Any]:
    return {field.name: getattr(of, field.name) for field in fields(of)}


def _known(kind: type[Transcript | Segment], values: dict[str, Any]) -> dict[str, Any]:
    return {field.name: values[field.name] for field in fields(kind) if field.name in values}


def _segment(values: dict[str, Any]) -> Segment:
    words = (Word(**word) if isinstance(word, dict) else Word(*word) for word in values.get("words", ()))
    return Segment(**{**_known(Segment, values), "words": tuple(words)})
