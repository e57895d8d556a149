"""What Whisper's timestamp tokens say about where its text begins and ends."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

TIMESTAMP_S = 0.02
"""Seconds between two timestamp tokens."""
LEAST_ADVANCE_S = 1.0
"""A timestamp nearer than this to the window's start can't be believed: the same second would be heard for ever."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Text tokens between two timestamps, in seconds from the window's start."""

    start_s: float
    end_s: float
    tokens: tuple[int, ...]


def split(tokens: Sequence[int], timestamp_begin: int, window_s: float, tail_s: float) -> tuple[list[Piece], float]:
    """A window's tokens as pieces, and the seconds of it that are done.

    Whisper closes a piece with a timestamp and opens the next with another. Two together and text behind them say that
    the window ends in the middle of a sentence, which is to be heard again from there. What would be left is given up
    on where it is shorter than `tail_s`, for on a tiny window Whisper invents.
    """
    cuts = [
        index
        for index in range(1, len(tokens))
        if tokens[index] >= timestamp_begin and tokens[index - 1] >= timestamp_begin
    ]
    ends_closed = len(tokens) >= 2 and tokens[-2] < timestamp_begin <= tokens[-1]
    done_s = window_s
    if cuts and not ends_closed:
        last_s = (tokens[cuts[-1] - 1] - timestamp_begin) * TIMESTAMP_S
        if last_s >= LEAST_ADVANCE_S and window_s - last_s >= tail_s:
            done_s, tokens = last_s, tokens[: cuts.pop()]
    bounds = [0, *cuts, len(tokens)]
    pieces = [_piece(tokens[start:end], timestamp_begin, window_s) for start, end in itertools.pairwise(bounds)]
    return [piece for piece in pieces if piece.tokens], done_s


def _piece(tokens: Sequence[int], timestamp_begin: int, window_s: float) -> Piece:
    times = [(token - timestamp_begin) * TIMESTAMP_S for token in tokens if token >= timestamp_begin]
    start_s = times[0] if times and tokens[0] >= timestamp_begin else 0.0
    end_s = times[-1] if times and tokens[-1] >= timestamp_begin else window_s
    text = tuple(token for token in tokens if token < timestamp_begin)
    return Piece(min(start_s, window_s), min(max(start_s, end_s), window_s), text)
