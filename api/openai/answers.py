"""Transcripts in the shapes of OpenAI's answers."""

from collections.abc import Iterator
from typing import Any

from babel import Locale
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from api.openai.audio_parameters import AudioParameters
from transcription import FormatOptions, Segment, Transcript, render, verbose_json

_NAMES = {**Locale("en").languages, "jw": "Javanese", "haw": "Hawaiian"}


def answer(transcript: Transcript, parameters: AudioParameters) -> Response:
    """A transcript in the format that was asked for. For hours of speech it takes seconds: call it in a thread."""
    match parameters.response_format:
        case "text":
            return PlainTextResponse(f"{transcript.text}\n")
        case "srt" | "vtt" as name:
            return PlainTextResponse(render(name, transcript))
        case "verbose_json":
            return JSONResponse(_verbose(transcript, parameters))
        case "diarized_json":
            return JSONResponse(_diarized(transcript))
        case _:
            return JSONResponse({"text": transcript.text, "usage": _usage(transcript)})


def diarized_segments(transcript: Transcript) -> Iterator[dict[str, Any]]:
    """Segments with a voice each, A being the first one; a stretch whose voice is not known gets the nearest."""
    letters: dict[int, str] = {}
    for number, segment in enumerate(transcript.segments):
        speaker = _nearest_speaker(segment, transcript)
        letters.setdefault(speaker, _letters(len(letters)))
        yield {
            "type": "transcript.text.segment",
            "id": f"seg_{number}",
            "start": segment.start_ms / 1000,
            "end": segment.end_ms / 1000,
            "text": segment.text,
            "speaker": letters[speaker],
        }


def done_event(transcript: Transcript) -> dict[str, Any]:
    """The last event of a stream."""
    return {"type": "transcript.text.done", "text": transcript.text, "usage": _usage(transcript)}


def _verbose(transcript: Transcript, parameters: AudioParameters) -> dict[str, Any]:
    """Whisper's `verbose_json`, with the language in English words and the lists that were asked for."""
    content = verbose_json(transcript, FormatOptions())
    for kind in ("word", "segment"):
        if kind not in parameters.timestamp_granularities:
            del content[f"{kind}s"]
    language = "en" if transcript.is_translated else transcript.language
    return {**content, "language": _NAMES.get(language, language).lower(), "usage": _usage(transcript)}


def _diarized(transcript: Transcript) -> dict[str, Any]:
    return {
        "task": "transcribe",
        "duration": transcript.duration_ms / 1000,
        "text": transcript.text,
        "segments": list(diarized_segments(transcript)),
        "usage": _usage(transcript),
    }


def _usage(transcript: Transcript) -> dict[str, Any]:
    return {"type": "duration", "seconds": transcript.duration_ms / 1000}


def _nearest_speaker(segment: Segment, transcript: Transcript) -> int:
    if segment.speaker is not None:
        return segment.speaker
    known = [other for other in transcript.segments if other.speaker is not None]
    nearest = min(known, key=lambda other: _gap_ms(segment, other), default=segment)
    return nearest.speaker or 0


def _gap_ms(one: Segment, other: Segment) -> int:
    return max(one.start_ms - other.end_ms, other.start_ms - one.end_ms, 0)


def _letters(number: int) -> str:
    """A to Z, then AA and so on, as a spreadsheet counts its columns."""
    return (_letters(number // 26 - 1) if number >= 26 else "") + chr(ord("A") + number % 26)
