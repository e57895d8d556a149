"""Turns from what was found cell by cell: where they begin and end, who speaks over another, and who is unknown."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, pairwise

import numpy as np
from numpy.typing import NDArray

from transcription.audio.ffmpeg import milliseconds
from transcription.audio.windows import Span
from transcription.speakers.base import Turn

MAX_PAUSE_MS = 1000
"""Pauses in which a turn goes on."""
LEAST_ALIKE = 0.55
"""Cosine below which a cell is like no speaker."""
OVERLAP_MARGIN = 0.1
"""By how much less a cell is like a second speaker than like the first where both may speak,"""
OVERLAP_CELLS = 8
"""and for how many cells (1.6 s) that has to last: next to a change of speakers it is so for a second."""


def create_turns(spans: Sequence[Span], path: NDArray[np.intp], cells: NDArray[np.float64], cell: int) -> list[Turn]:
    """The turns in speech spans, by the speaker of each cell and how like each speaker it is; `cell` is in samples."""
    is_unknown = (cells.max(axis=1) < LEAST_ALIKE) & (cells.max(axis=1) > 0)
    is_overlap = _long_runs(_margins(cells) < OVERLAP_MARGIN)
    labels = [
        (None if unknown else int(speaker), int(other) if overlap and not unknown else None)
        for speaker, other, unknown, overlap in zip(path, _others(cells, path), is_unknown, is_overlap, strict=True)
    ]
    pieces: list[Turn] = []
    for start, end in spans:
        numbers = range(start // cell, -(-end // cell))
        for (speaker, other), run in groupby(numbers, key=lambda number: labels[min(number, len(labels) - 1)]):
            inside = [*run]
            begin, until = max(start, inside[0] * cell), min(end, (inside[-1] + 1) * cell)
            pieces.append(Turn(milliseconds(begin), milliseconds(until), speaker, other))
    return _in_order_of_appearance(_bridged(pieces))


def turns_of_segments(segments: Sequence[tuple[float, float, int]]) -> list[Turn]:
    """The turns of segments (start and end in seconds, and a speaker) of which several may be at a time.

    Who spoke before goes on being heard best while another speaks as well.
    """
    times = sorted({time for start, end, _ in segments for time in (start, end)})
    pieces: list[Turn] = []
    for begin, until in pairwise(times):
        speaking = [speaker for start, end, speaker in sorted(segments) if start <= begin and until <= end]
        if speaking:
            former = pieces[-1].speaker if pieces and pieces[-1].end_ms == round(begin * 1000) else None
            speaker = former if former in speaking else speaking[0]
            other = next((each for each in speaking if each != speaker), None)
            pieces.append(Turn(round(begin * 1000), round(until * 1000), speaker, other))
    return _in_order_of_appearance(_bridged(pieces))


def _others(cells: NDArray[np.float64], path: NDArray[np.intp]) -> NDArray[np.intp]:
    """Whom each cell is most like but its speaker."""
    without = cells.copy()
    without[np.arange(len(path)), path] = -np.inf
    others: NDArray[np.intp] = without.argmax(axis=1)
    return others


def _margins(cells: NDArray[np.float64]) -> NDArray[np.float64]:
    if cells.shape[1] < 2:
        return np.full(len(cells), np.inf)
    ordered = np.sort(cells, axis=1)
    margins: NDArray[np.float64] = np.where(ordered[:, -1] > 0, ordered[:, -1] - ordered[:, -2], np.inf)
    return margins


def _long_runs(is_low: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Only where it is so for `OVERLAP_CELLS` on end."""
    edges = np.flatnonzero(np.diff(is_low.astype(np.int8), prepend=0, append=0))
    long = np.zeros_like(is_low)
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        long[start:end] = end - start >= OVERLAP_CELLS
    return long


def _bridged(pieces: Sequence[Turn]) -> list[Turn]:
    """One turn of those by one speaker with short pauses between them."""
    turns: list[Turn] = []
    for piece in pieces:
        last = turns[-1] if turns else None
        if (
            last
            and (last.speaker, last.other) == (piece.speaker, piece.other)
            and piece.start_ms - last.end_ms <= MAX_PAUSE_MS
        ):
            turns[-1] = Turn(last.start_ms, piece.end_ms, last.speaker, last.other)
        else:
            turns.append(piece)
    return turns


def _in_order_of_appearance(turns: Sequence[Turn]) -> list[Turn]:
    """The same turns, their speakers numbered; those who are never heard best come last."""
    numbers: dict[int | None, int | None] = {None: None}
    for speaker in [*(turn.speaker for turn in turns), *(turn.other for turn in turns)]:
        numbers.setdefault(speaker, len(numbers) - 1)
    return [replace(turn, speaker=numbers[turn.speaker], other=numbers[turn.other]) for turn in turns]
