"""Gives the words of a transcript to the speakers of its recording."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from transcription.asr.seams import begun
from transcription.speakers.base import Turn
from transcription.transcript import Segment, Transcript, Word

MAX_GAP_MS = 500
"""A word outside all turns is of the nearest one this close: its times are less exact than those of speech."""
MIN_RUN_MS = 400
"""Words of less are left to those around them, if these are all of one speaker: borders are not that exact."""

Voice = tuple[int | None, int | None]
"""A speaker, and who else speaks at the time, if anybody."""
UNKNOWN: Voice = (None, None)


def assign(transcript: Transcript, turns: Sequence[Turn]) -> Transcript:
    """The transcript with speakers: segments are split where the speaker changes, by their words' own times.

    A segment without words is of whoever speaks for most of it.
    """
    segments = [part for segment in transcript.segments for part in _by_speaker(segment, turns)]
    speakers = len({turn.speaker for turn in turns} - {None})
    return replace(transcript, segments=tuple(segments), speakers=speakers)


def _by_speaker(segment: Segment, turns: Sequence[Turn]) -> Iterator[Segment]:
    if not segment.words:
        speaker, other = _voice(segment.start_ms, segment.end_ms, turns)
        yield replace(segment, speaker=speaker, is_overlap=other is not None, other_speaker=other)
        return
    runs = _runs(segment.words, turns)
    for number, ((speaker, other), words) in enumerate(runs):
        yield replace(
            segment,
            start_ms=words[0].start_ms if number else segment.start_ms,
            end_ms=words[-1].end_ms if number < len(runs) - 1 else segment.end_ms,
            text="".join(word.text for word in words).strip(),
            words=tuple(words),
            speaker=speaker,
            is_overlap=other is not None,
            other_speaker=other,
        )


def _runs(words: Sequence[Word], turns: Sequence[Turn]) -> list[tuple[Voice, list[Word]]]:
    """Words of one voice in a row. A sentence does not go on behind a comma with somebody else."""
    voices = [_voice(word.start_ms, word.end_ms, turns) for word in words]
    runs = [[*run] for _, run in groupby(range(len(words)), key=voices.__getitem__)]
    for before, run, after in zip(runs, runs[1:], runs[2:], strict=False):
        is_short = words[run[-1]].end_ms - words[run[0]].start_ms < MIN_RUN_MS
        if is_short and voices[before[-1]] == voices[after[0]]:
            for number in run:
                voices[number] = voices[before[-1]]
    found = [
        (voice, [words[number] for number in run]) for voice, run in groupby(range(len(words)), key=voices.__getitem__)
    ]
    for ((speaker, _), said), ((next_speaker, _), answer) in pairwise(found):
        if None not in {speaker, next_speaker} and speaker != next_speaker and said[-1].text.endswith(","):
            said[-1] = replace(said[-1], text=f"{said[-1].text[:-1]}.")
            answer[0] = begun(answer[0], capital=True)
    return found


def _voice(start_ms: int, end_ms: int, turns: Sequence[Turn]) -> Voice:
    """Whose turn has most of a stretch, or else is nearest to it."""
    shares: dict[Voice, int] = {}
    for turn in turns:
        shared = min(end_ms, turn.end_ms) - max(start_ms, turn.start_ms)
        if shared > 0:
            voice = (turn.speaker, turn.other)
            shares[voice] = shares.get(voice, 0) + shared
    if shares:
        return max(shares, key=shares.__getitem__)
    nearest = min(turns, key=lambda turn: max(turn.start_ms - end_ms, start_ms - turn.end_ms), default=None)
    if nearest is None or max(nearest.start_ms - end_ms, start_ms - nearest.end_ms) > MAX_GAP_MS:
        return UNKNOWN
    return nearest.speaker, nearest.other
