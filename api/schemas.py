"""What the API's answers look like: their fields, and how they are made of a task's view."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.errors import error_of
from api.tasks import Asker
from transcription import JobState, Segment, Transcript, View, Word

EXAMPLE_ID = "0b7c1d52c8f94bd5a4a4b1c1f0a3f0d2"


class Submitted(BaseModel):
    """A task that was taken."""

    task_id: str = Field(examples=[EXAMPLE_ID])
    status: Literal["queued", "processing", "done", "error"] = "queued"


class WordOut(BaseModel):
    """A word; times are seconds from the start of the recording."""

    word: str
    start: float
    end: float
    probability: float


class SegmentOut(BaseModel):
    """A stretch of speech; times are seconds from the start of the recording."""

    id: int
    start: float
    end: float
    text: str
    speaker: int | None = Field(None, description="0 is the first voice; null where nobody asked or it is not known.")
    avg_logprob: float
    no_speech_prob: float
    words: list[WordOut] | None = Field(None, description="There with word_timestamps.")


class Result(BaseModel):
    """A transcript."""

    text: str
    language: str
    probability: float = Field(description="How sure the language is, 0 to 1.")
    duration: float = Field(description="Seconds of audio.")
    model: str
    speakers: int | None = Field(None, description="How many voices there are; null where nobody asked.")
    segments: list[SegmentOut]
    words: list[WordOut] = Field(description="All words, with word_timestamps.")


class ErrorOut(BaseModel):
    """What went wrong: a stable code, and a sentence for people."""

    code: str = Field(examples=["not-audio"])
    message: str = Field(examples=["The file holds no audio that can be decoded."])


class TaskStatus(BaseModel):
    """A task; each status has fields of its own."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"task_id": EXAMPLE_ID, "status": "queued", "position": 3, "estimate": 12.5},
                {"task_id": EXAMPLE_ID, "status": "processing", "progress": 0.4, "text": "So far", "estimate": 2.1},
                {
                    "task_id": EXAMPLE_ID,
                    "status": "error",
                    "error": {"code": "not-audio", "message": "The file holds no audio that can be decoded."},
                },
            ]
        }
    )

    task_id: str
    status: Literal["queued", "processing", "done", "error"]
    position: int | None = Field(None, description="Queued: 1 is next.")
    estimate: float | None = Field(None, description="Queued or processing: seconds until the text, as expected.")
    progress: float | None = Field(None, description="Processing: the part of the audio that is done, 0 to 1.")
    stage: str | None = Field(None, description="Processing: what is done to have the model, if it is not there yet.")
    text: str | None = Field(None, description="Processing: the text so far.")
    result: Result | None = Field(None, description="Done.")
    error: ErrorOut | None = Field(None, description="Error.")


class ErrorBody(BaseModel):
    """How errors are answered."""

    class Detail(ErrorOut):
        """Also what clients of OpenAI's API read."""

        type: str
        param: str | None

    error: Detail


def status_of(view: View) -> dict[str, Any]:
    """A task as `TaskStatus` has it."""
    job = view.job
    content: dict[str, Any] = {"task_id": job.request.source.key}
    if error := error_of(job):
        return content | {"status": "error", "error": {"code": error.code, "message": error.message}}
    if view.transcript:
        result = result_of(view.transcript, with_words=Asker.of(job).shows_words)
        return content | {"status": "done", "result": result}
    estimate = {} if view.eta_s is None else {"estimate": round(view.eta_s, 1)}
    if job.state is JobState.RUNNING:
        stage = {"stage": str(view.stage)} if view.stage else {}
        return content | {
            "status": "processing",
            "progress": round(view.fraction, 3),
            "text": view.text,
            **stage,
            **estimate,
        }
    position = {} if view.position is None else {"position": view.position}
    return content | {"status": "queued", **position, **estimate}


def result_of(transcript: Transcript, *, with_words: bool) -> dict[str, Any]:
    """A transcript as `Result` has it."""
    words = [_word(word) for segment in transcript.segments for word in segment.words] if with_words else []
    return {
        "text": transcript.text,
        "language": transcript.language,
        "probability": round(transcript.language_probability, 3),
        "duration": transcript.duration_ms / 1000,
        "model": transcript.model,
        "speakers": transcript.speakers,
        "segments": [_segment(number, each, with_words) for number, each in enumerate(transcript.segments)],
        "words": words,
    }


def _segment(number: int, segment: Segment, with_words: bool) -> dict[str, Any]:
    words = {"words": [_word(word) for word in segment.words]} if with_words else {}
    return {
        "id": number,
        "start": segment.start_ms / 1000,
        "end": segment.end_ms / 1000,
        "text": segment.text,
        "speaker": segment.speaker,
        "avg_logprob": round(segment.avg_logprob, 3),
        "no_speech_prob": round(segment.no_speech_prob, 3),
        **words,
    }


def _word(word: Word) -> dict[str, Any]:
    start, end = word.start_ms / 1000, word.end_ms / 1000
    return {"word": word.text, "start": start, "end": end, "probability": round(word.probability, 3)}
