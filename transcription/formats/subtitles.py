"""A transcript as subtitles: SubRip (SRT) and WebVTT."""

import html
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace

from transcription.formats.cues import Cue, create_cues
from transcription.formats.direction import directed
from transcription.formats.options import FormatOptions
from transcription.timed_words import WIDEST, TimedWord, split_word, timed_words
from transcription.transcript import Transcript

LONGEST_NAME = 20
"""Columns of a speaker's name in SRT, where it is a part of the line."""


def format_srt(transcript: Transcript, options: FormatOptions) -> str:
    """SubRip. Where another speaker begins there is a dash, or a name if any of them was given one."""
    words = timed_words(transcript)
    if names := options.speaker_names(transcript):
        words = _with_speakers(words, names if names.keys() & options.names.keys() else {})
    cues = [
        f"{number}\n{_time(cue.start_ms, ',')} --> {_time(cue.end_ms, ',')}\n"
        + "".join(f"{directed(line.text.replace('-->', '->'))}\n" for line in cue.lines)
        for number, cue in enumerate(create_cues(words), 1)
    ]
    return "\n".join(cues)


def format_vtt(transcript: Transcript, options: FormatOptions) -> str:
    """WebVTT. Where several speak, each cue says who in voice tags, which players may show or style."""
    names = options.speaker_names(transcript)
    cues = [
        f"\n{_time(cue.start_ms, '.')} --> {_time(cue.end_ms, '.')}\n{_voices(cue, names)}\n"
        for cue in create_cues(timed_words(transcript))
    ]
    return "WEBVTT\n" + "".join(cues)


def _with_speakers(words: Sequence[TimedWord], names: Mapping[int | None, str]) -> list[TimedWord]:
    """The words, the first of each turn with its speaker's name or a dash before it."""
    marked: list[TimedWord] = []
    for speaker, turn in itertools.groupby(words, lambda word: word.speaker):
        first, *others = turn
        label = f"{names[speaker][:LONGEST_NAME]}:" if speaker in names else "-"
        space = " " if marked else ""
        marked += split_word(replace(first, text=f"{space}{label} {first.text.lstrip()}"), WIDEST)
        marked += others
    return marked


def _voices(cue: Cue, names: Mapping[int | None, str]) -> str:
    """The lines of a cue, those of a speaker in one voice tag."""
    voices = []
    for speaker, group in itertools.groupby(cue.lines, lambda line: line.speaker):
        text = "\n".join(html.escape(directed(line.text), quote=False) for line in group)
        voices.append(f"<v {html.escape(names[speaker], quote=False)}>{text}</v>" if names else text)
    return "\n".join(voices)


def _time(ms: int, point: str) -> str:
    seconds, ms = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{point}{ms:03}"
