"""A transcript as JSON in the shape of Whisper's `verbose_json`, with speakers."""

import json
import zlib
from typing import Any

from transcription.formats.options import FormatOptions
from transcription.transcript import Segment, Transcript, Word


def verbose_json(transcript: Transcript, options: FormatOptions) -> dict[str, Any]:
    """The fields of Whisper's `verbose_json`; times are seconds, `language` is Whisper's code.

    Whisper's `seek` (the frame of 10 ms that a segment begins in), `tokens` and `temperature` are there for readers
    that ask for them; tokens are not kept. Segments also have `speaker` (from 0, or null), `is_overlap` and
    `other_speaker`, who else speaks then; `speakers` names all of them, and is null where nobody asked for speakers.
    """
    names = {speaker: name for speaker, name in options.all_names(transcript).items() if speaker is not None}
    words = [word for segment in transcript.segments for word in segment.words]
    return {
        "task": "translate" if transcript.is_translated else "transcribe",
        "language": transcript.language,
        "duration": _seconds(transcript.duration_ms),
        "text": transcript.text,
        "segments": [_segment(number, segment) for number, segment in enumerate(transcript.segments)],
        "words": [_word(word) for word in words],
        "speakers": None if transcript.speakers is None else [{"id": id_, "name": names[id_]} for id_ in sorted(names)],
    }


def format_json(transcript: Transcript, options: FormatOptions) -> str:
    """`verbose_json` as a file."""
    return json.dumps(verbose_json(transcript, options), ensure_ascii=False, indent=2) + "\n"


def _segment(number: int, segment: Segment) -> dict[str, Any]:
    return {
        "id": number,
        "seek": segment.start_ms // 10,
        "start": _seconds(segment.start_ms),
        "end": _seconds(segment.end_ms),
        "text": segment.text,
        "tokens": [],
        "temperature": 0.0,
        "avg_logprob": segment.avg_logprob,
        "compression_ratio": _compression_ratio(segment.text),
        "no_speech_prob": segment.no_speech_prob,
        "speaker": segment.speaker,
        "is_overlap": segment.is_overlap,
        "other_speaker": segment.other_speaker,
    }


def _word(word: Word) -> dict[str, Any]:
    return {
        "word": word.text.strip(),
        "start": _seconds(word.start_ms),
        "end": _seconds(word.end_ms),
        "probability": word.probability,
    }


def _compression_ratio(text: str) -> float:
    """Bytes of a text in those that zlib needs for it, as Whisper counts them; loops have a high one."""
    content = text.encode()
    return round(len(content) / len(zlib.compress(content)), 3)


def _seconds(ms: int) -> float:
    return ms / 1000
