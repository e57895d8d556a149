"""What servers answer, as a transcript: OpenAI's `verbose_json`, whisper.cpp's, and plain text in JSON."""

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from babel import Locale

from transcription.languages import LANGUAGES, language_of
from transcription.task import TranscriptionTask
from transcription.transcript import Segment, Transcript, Word

OWN_NAMES = {"bengali": "bn", "javanese": "jw", "maori": "mi", "myanmar": "my", "nynorsk": "nn", "haitian": "ht"}
"""Whisper's names of languages that are not English's own."""


MAX_REASON = 200


@dataclass(frozen=True, slots=True)
class ErrorAnswer:
    """Why a server refuses, in its own words, and the field of the form that it does not like."""

    reason: str
    field: str = ""


class UnreadableAnswerError(Exception):
    """An answer is no transcript; the argument says what is wrong with it."""


def parse_answer(body: bytes, task: TranscriptionTask) -> Transcript:
    """The transcript in a server's answer, under the model that was asked for. Raises `UnreadableAnswerError`."""
    fields = parse_object(body)
    fields = fields.get("result", fields)  # of a task
    if not isinstance(fields.get("text"), str):
        raise UnreadableAnswerError("no text in it")
    try:
        return _transcript(fields, task)
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise UnreadableAnswerError(f"{type(error).__name__} in it") from None


def parse_object(body: bytes) -> dict[str, Any]:
    """The JSON object that a body is. Raises `UnreadableAnswerError`."""
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        raise UnreadableAnswerError("no JSON") from None
    if not isinstance(fields, dict):
        raise UnreadableAnswerError("no JSON object")
    return fields


def error_of(body: bytes) -> ErrorAnswer | None:
    """What a server says went wrong; None where it says nothing of the kind."""
    try:
        error = parse_object(body).get("error")
    except UnreadableAnswerError:
        return None
    if not isinstance(error, dict):
        return ErrorAnswer(str(error)[:MAX_REASON]) if error else None
    field = "model" if error.get("code") == "model_not_found" else error.get("param")
    return ErrorAnswer(str(error.get("message") or error.get("code"))[:MAX_REASON], str(field or ""))


def _transcript(fields: Mapping[str, Any], task: TranscriptionTask) -> Transcript:
    words = fields.get("words") or []
    text = fields["text"].strip()
    space = " " if " " in text else ""
    segments = [_segment(each, words, space) for each in fields.get("segments") or ()]
    heard_ms = max((segment.end_ms for segment in segments), default=0)
    duration_ms = _ms(fields.get("duration") or 0) or heard_ms or _ms(task.duration_s or 0)
    expected = task.language or task.likely_language or language_of(task.app_language) or ""
    if text and not segments:
        segments = [Segment(0, duration_ms, text, _words(text, words, space))]
    return Transcript(
        segments=tuple(segment for segment in segments if segment.text),
        language=_language(fields.get("language")) or expected,
        language_probability=_probability(fields.get("probability", fields.get("detected_language_probability", 1.0))),
        duration_ms=duration_ms,
        model=task.model,
        speakers=_number(fields.get("speakers")),
        is_translated=task.options.translate,
    )


def _segment(fields: Mapping[str, Any], all_words: Sequence[Mapping[str, Any]], space: str) -> Segment:
    """A segment; `all_words` are those of the whole recording, where the server does not sort them into segments."""
    text, start_s, end_s = fields["text"].strip(), float(fields["start"]), float(fields["end"])
    words = fields.get("words") or [word for word in all_words if start_s <= float(word["start"]) < end_s]
    return Segment(
        start_ms=_ms(start_s),
        end_ms=_ms(end_s),
        text=text,
        words=_words(text, words, space),
        avg_logprob=_finite(fields.get("avg_logprob")),
        no_speech_prob=_probability(fields.get("no_speech_prob") or 0.0),
        speaker=_number(fields.get("speaker")),
    )


def _words(text: str, words: Iterable[Mapping[str, Any]], space: str) -> tuple[Word, ...]:
    """Words that make up the text, cut where each of the server's begins; none where those are not of this text.

    OpenAI's have no punctuation, faster-whisper's have it, and whisper.cpp's are tokens: where the language writes a
    `space` between words, what does not begin with one goes on with the word before it.
    """
    found: list[tuple[int, Mapping[str, Any]]] = []
    position = 0
    for word in words:
        start = text.find(plain := word["word"].strip(), position)
        if start < 0:
            return ()
        position = start + len(plain)
        if found and space and not text[start - 1].isspace():
            found[-1] = found[-1][0], {**found[-1][1], "end": word["end"]}
        else:
            found.append((start, word))
    bounds = [0, *(start - len(space) for start, _ in found[1:]), len(text)]
    return tuple(
        Word(f"{'' if start else space}{text[start:end]}", _ms(word["start"]), _ms(word["end"]), _sure(word))
        for (start, end), (_, word) in zip(pairwise(bounds), found, strict=bool(found))
    )


def _sure(word: Mapping[str, Any]) -> float:
    return _probability(word.get("probability", 1.0))


def _ms(seconds: Any) -> int:
    return round(1000 * float(seconds))


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) else None


def _finite(value: Any) -> float:
    return float(value) if value is not None and math.isfinite(float(value)) else 0.0


def _probability(value: Any) -> float:
    return min(1.0, max(0.0, _finite(value)))


def _language(name: Any) -> str | None:
    """Whisper's code of a language that is named by its code or in English; None where it is neither."""
    plain = re.sub(r"[-_].*", "", str(name or "").strip().lower())
    return plain if plain in LANGUAGES else _codes().get(plain)


@cache
def _codes() -> Mapping[str, str]:
    english = Locale("en").languages
    return {str(english[code]).lower(): code for code in LANGUAGES if code in english} | OWN_NAMES
